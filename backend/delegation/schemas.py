"""What delegation takes and gives."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from backend.core.schemas import Input, Output

Standing = Literal["invited", "waiting", "cooling", "active", "ended"]
Kin = Annotated[str, msgspec.Meta(max_length=20)]
ScopeName = Annotated[str, msgspec.Meta(max_length=40, pattern=r"^[a-z][a-z0-9\-]*$")]
ItemId = Annotated[str, msgspec.Meta(max_length=64, pattern=r"^[A-Za-z0-9_.\-]+$")]
Code = Annotated[str, msgspec.Meta(max_length=20)]


class MandateRequest(Input, frozen=True, kw_only=True):
    """Ask somebody to act for me. With ``phone`` only the owner of that number can agree; without, whoever has the
    code. ``relation`` is who that is to me; an empty ``items`` means every service."""

    scopes: Annotated[list[ScopeName], msgspec.Meta(min_length=1, max_length=50)]
    until: date
    phone: Annotated[str, msgspec.Meta(max_length=20)] = ""
    relation: Kin = ""
    items: Annotated[list[ItemId], msgspec.Meta(max_length=50)] = []
    one_time: bool = False


class AcceptanceRequest(Input, frozen=True, kw_only=True):
    """Agree to act for somebody. ``code`` is needed unless the invitation went to my own number; ``called`` is who
    the person is to me."""

    code: Code = ""
    called: Kin = ""


class CodeTyped(Input, frozen=True, kw_only=True):
    """The eight signs of an invitation."""

    code: Code


class Extension(Input, frozen=True, kw_only=True):
    """A new last day, at most a year from now."""

    until: date


class GuardianRequest(Input, frozen=True, kw_only=True):
    """At a counter: the person who is here is the guardian of ``ward``; ``evidence`` says which papers were seen."""

    ward: UUID
    kind: Literal["guardian", "statutory-guardian"]
    scopes: Annotated[list[ScopeName], msgspec.Meta(min_length=1, max_length=50)]
    until: date
    evidence: Annotated[str, msgspec.Meta(min_length=2, max_length=200)]
    relation: Kin = ""


class Mandate(Output, frozen=True, kw_only=True):
    """A mandate as one of its two people sees it. ``code`` is shown to the principal while the invitation is open."""

    id: UUID
    mine: bool  # I am the principal
    principal: UUID
    principal_name: str
    delegate: UUID | None
    delegate_name: str
    relation: str
    called: str
    scopes: list[str]
    items: list[str]
    basis: str
    standing: Standing
    ended_why: str
    starts: datetime
    ends: datetime
    counts_from: datetime | None
    last_day: date
    days_left: int
    to_phone: str
    code: str
    invited_until: datetime


class Act(Output, frozen=True, kw_only=True):
    """Something that was done for somebody. ``mine``: it was done for me; ``own``: I did it."""

    id: UUID
    at: datetime
    subject: UUID
    event: str
    title: str  # what it was, without facts
    text: str  # the same with ``values`` to fill in; facts are left out where the reader may not see them
    values: dict[str, str]
    acting: UUID | None
    acting_name: str
    principal_name: str
    basis: str
    channel: str
    mine: bool
    returnable: bool
    taken_back: bool


class Household(Output, frozen=True, kw_only=True):
    """For whom I may act, who may act for me, what waits for an answer, and the latest that was done."""

    for_others: list[Mandate]
    for_me: list[Mandate]
    asked: list[Mandate]
    acts: list[Act]
    more: bool


class Acting(Output, frozen=True, kw_only=True):
    """For whom this session acts at the moment, and how far; not named once the mandate has ended."""

    mandate: UUID
    principal_name: str
    scopes: list[str]
    items: list[str]
    last_day: date


class MyMandate(Output, frozen=True, kw_only=True):
    """A mandate as its principal finds it among what is kept of them; ``evidence``: which papers were seen."""

    starts: datetime
    ends: datetime
    state: str
    ended_why: str
    relation: str
    scopes: list[str]
    items: list[str]
    basis: str
    evidence: str


class MyStep(Output, frozen=True, kw_only=True):
    """A step of a mandate that the person took, or that was taken for them."""

    at: datetime
    kind: str
    basis: str
    channel: str
    why: str
