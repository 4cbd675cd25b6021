"""Minors: asking for approval, a guardian's consent, minors' mode."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from backend.core.schemas import Input, Output
from backend.identity.schemas.people import Name

ApprovalReason = Literal["guardian-here", "minor-here", "called", "running-matter", "safety"]
Evidence = Literal["household-book", "birth-certificate", "court-order"]
Band = Literal["0-2", "3-7", "8-11", "12-15", "16-17"]
Pin = Annotated[str, msgspec.Meta(pattern=r"^\s*[0-9]{6}\s*$", max_length=12)]


class ApprovalRequest(Input, frozen=True):
    """Ask a manager to be allowed to open the record of one minor."""

    person: UUID
    reason: ApprovalReason
    note: Annotated[str, msgspec.Meta(max_length=200)] = ""


class ApprovalDecision(Input, frozen=True):
    """What a manager decided."""

    state: Literal["given", "refused"]


class ApprovalLine(Output, frozen=True):
    """One request. ``person_masked`` says only that there is somebody; ``mine`` are those that I asked for."""

    id: UUID
    person: UUID
    person_masked: str
    staff_name: str
    reason: str
    note: str
    state: str
    asked: datetime
    until: datetime | None
    mine: bool


class GuardianConsent(Input, frozen=True):
    """A guardian who is here agreed, and showed that they are the guardian."""

    guardian: Name
    evidence: Evidence


class MinorsEntry(Input, frozen=True):
    """Switch minors' mode on: six digits that the child does not know, and how old the child is."""

    pin: Pin
    band: Band = "8-11"


class MinorsExit(Input, frozen=True):
    """Switch it off with the parent's six digits."""

    pin: Pin


class MinorsMode(Output, frozen=True):
    """The mode of an account. ``rest`` is ``night``, ``limit`` or empty; ``minutes`` are today's."""

    on: bool
    has_pin: bool
    locked: bool
    tries_left: int
    band: str
    minutes: int
    limit: int
    rest: str
    own: bool
