"""Messages to everybody of an area."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from backend.core.schemas import Input, Output

Division = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{6}([0-9]{3}){0,2}$")]
Age = Annotated[int, msgspec.Meta(ge=0, le=120)]
Title = Annotated[str, msgspec.Meta(min_length=2, max_length=40)]
Words = Annotated[str, msgspec.Meta(min_length=2, max_length=400)]
MaybeWords = Annotated[str, msgspec.Meta(max_length=400)]
Hazard = Literal["gas", "fire", "storm", "flood", "snow", "other"]


class BroadcastRequest(Input, frozen=True):
    """News for an area, in the words of a template. Ages are inclusive."""

    division: Division
    template: UUID
    title: Title
    age_from: Age | None = None
    age_to: Age | None = None


class EmergencyRequest(Input, frozen=True):
    """A warning. ``plain`` is for elder mode; ``english_title`` and ``english``, both or neither, are for who reads
    English; without them, an official heading and the Chinese ``words``: ``chinese_only`` says that this is meant.
    """

    division: Division
    hazard: Hazard
    title: Title
    words: Words
    plain: MaybeWords = ""
    english_title: Annotated[str, msgspec.Meta(max_length=40)] = ""
    english: MaybeWords = ""
    hours: Annotated[int, msgspec.Meta(ge=1, le=72)] = 6
    drill: bool = False
    chinese_only: bool = False


class EndRequest(Input, frozen=True):
    """What happens when a message is ended by hand: ``tell`` says that a warning is over to all who were told it."""

    tell: bool = False


class Reach(Output, frozen=True):
    """Whom it would reach: people of the division; with ages they are counted while sending.

    ``english`` is how many of them read English.
    """

    division: str
    people: int
    english: int
    exact: bool


class BroadcastLine(Output, frozen=True):
    """A broadcast and how far it is. ``clear`` when it was ended by hand: whether all who were told hear of it,
    ``cleared`` of whom have, until ``unwound``.
    """

    id: UUID
    region: str
    kind: str
    hazard: str
    drill: bool
    division: str
    age_from: int | None
    age_to: int | None
    title: str
    texts: dict[str, str]
    state: str
    total: int
    seen: int
    told: int
    made_by: UUID
    made: datetime
    decided_by: UUID | None
    finished: datetime | None
    until: datetime | None
    ended: datetime | None
    clear: bool | None = None
    cleared: int = 0
    unwound: datetime | None = None
    states: dict[str, int] = {}
    answered: int = 0


class Alert(Output, frozen=True):
    """An emergency as a resident sees it. ``told`` when it concerns them, ``answered`` when they said so.

    ``original`` is its Chinese heading where nobody wrote it in the reader's language: ``words`` are Chinese then.
    """

    id: UUID
    hazard: str
    drill: bool
    division: str
    title: str
    words: str
    lang: str
    original: str
    until: datetime | None
    over: bool
    told: bool = False
    answered: datetime | None = None


class NotReached(Output, frozen=True):
    """Somebody of whom we do not know whether the warning reached them; ``unreadable``: nor who they are."""

    person: UUID
    name: str
    closed: bool
    place: str
    phone_masked: str
    told: datetime
    unreadable: bool = False


class WarningHeld(Output, frozen=True):
    """A warning that concerned a person, in their own data."""

    told: datetime
    answered: datetime | None
    how: str
