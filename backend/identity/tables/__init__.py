"""Rows of people, staff, posts, sessions, passkeys, tokens, minors."""

from backend.identity.tables.cards import Card
from backend.identity.tables.devices import Device, DeviceKey
from backend.identity.tables.factors import Factor, RecoveryCode
from backend.identity.tables.known_devices import KnownDevice
from backend.identity.tables.minors import Approval, GuardianConsent, Minding
from backend.identity.tables.passkeys import Challenge, Passkey
from backend.identity.tables.people import Person
from backend.identity.tables.posts import Invitation, Leave, Organisation, Post
from backend.identity.tables.sessions import Code, Session
from backend.identity.tables.staff import Assistance, Attempt, Login, Staff
from backend.identity.tables.tokens import Refresh

__all__ = [
    "Approval",
    "Assistance",
    "Attempt",
    "Card",
    "Challenge",
    "Code",
    "Device",
    "DeviceKey",
    "Factor",
    "GuardianConsent",
    "Invitation",
    "KnownDevice",
    "Leave",
    "Login",
    "Minding",
    "Organisation",
    "Passkey",
    "Person",
    "Post",
    "RecoveryCode",
    "Refresh",
    "Session",
    "Staff",
]
