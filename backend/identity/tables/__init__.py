"""Rows of people, staff, sessions."""

from backend.identity.tables.minors import Approval, GuardianConsent, Minding
from backend.identity.tables.people import Person
from backend.identity.tables.sessions import Code, Session
from backend.identity.tables.staff import Assistance, Attempt, Login, Staff

__all__ = [
    "Approval",
    "Assistance",
    "Attempt",
    "Code",
    "GuardianConsent",
    "Login",
    "Minding",
    "Person",
    "Session",
    "Staff",
]
