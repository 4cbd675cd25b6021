"""The verbs of delegation; the only writer of its tables."""

from backend.delegation.access import NoSuchInvitation, NoSuchMandate
from backend.delegation.service.doing import act, acts, household, passed_on, take_back, taken_back
from backend.delegation.service.ending import expire_due, extend, give_up, revoke, veto
from backend.delegation.service.guardians import guarded, guardian_acts, register_guardian
from backend.delegation.service.inviting import (
    NotADelegate,
    TooManyInvitations,
    TooManyPrincipals,
    accept,
    decline,
    invitation,
    invite,
    withdraw,
)
from backend.delegation.service.kin import kin_of
from backend.delegation.service.leaving import end_all, erase, forget, mandates_of, steps_of
from backend.delegation.service.reading import mandate
from backend.delegation.service.steps import NotPossibleNow
from backend.delegation.service.using import DoesNotCount, current, find, lay_down, take_up
from backend.delegation.telling import Wording, tells

__all__ = [
    "DoesNotCount",
    "NoSuchInvitation",
    "NoSuchMandate",
    "NotADelegate",
    "NotPossibleNow",
    "TooManyInvitations",
    "TooManyPrincipals",
    "Wording",
    "accept",
    "act",
    "acts",
    "current",
    "decline",
    "end_all",
    "erase",
    "expire_due",
    "extend",
    "find",
    "forget",
    "give_up",
    "guarded",
    "guardian_acts",
    "household",
    "invitation",
    "invite",
    "kin_of",
    "lay_down",
    "mandate",
    "mandates_of",
    "passed_on",
    "register_guardian",
    "revoke",
    "steps_of",
    "take_back",
    "take_up",
    "taken_back",
    "tells",
    "veto",
    "withdraw",
]
