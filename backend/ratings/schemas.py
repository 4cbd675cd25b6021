"""What goes in and comes out of ratings."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from backend.core.schemas import Input, Output, Text

Level = Annotated[int, msgspec.Meta(ge=1, le=5)]
Reason = Literal["waited", "unfriendly", "not-told", "papers", "trips", "place", "other"]
CaseState = Literal["received", "contacted", "rectified", "confirmed", "reopened", "withdrawn"]
CasePhone = Annotated[str, msgspec.Meta(max_length=20, pattern=r"^[0-9+ \-]*$")]


class RatingRequest(Input, frozen=True, kw_only=True):
    """评价: from 5 (非常满意) to 1 (非常不满意). The two lowest need a reason. ``phone``: where to call back."""

    level: Level
    reasons: Annotated[list[Reason], msgspec.Meta(max_length=7)] = []
    note: Text = ""
    call_back: bool = False
    phone: CasePhone = ""


class MachineRating(RatingRequest, frozen=True, kw_only=True):
    """The same at a machine of the hall, with the number of the slip."""

    number: Annotated[str, msgspec.Meta(min_length=2, max_length=12)]


class Verdict(Input, frozen=True, kw_only=True):
    """What the person says of a rectification: settled, or not yet and why."""

    settled: bool
    text: Text = ""


class Work(Input, frozen=True, kw_only=True):
    """What the manager did: said to the person on first contact, or the outcome."""

    text: Annotated[str, msgspec.Meta(min_length=4, max_length=2000)]


class Given(Output, frozen=True, kw_only=True):
    """A rating as whoever gave it sees it again."""

    level: int
    reasons: list[Reason]
    note: str
    call_back: bool
    given_at: datetime
    changeable_until: datetime


class StepLine(Output, frozen=True, kw_only=True):
    """A step of a case, with its words."""

    step: str
    at: datetime
    text: str


class CaseView(Output, frozen=True, kw_only=True):
    """A case as the person sees it."""

    state: CaseState
    received_at: datetime
    contact_due: date
    done_due: date
    steps: list[StepLine]


class VisitView(Output, frozen=True, kw_only=True):
    """A visit as the person sees it: where and when, what they said, what came of it. No name: a link opens it.

    ``at_home``: somebody came to them, without an appointment; there is no number then; the hall is whose staff came.
    """

    id: UUID
    hall: UUID
    hall_name: str
    hall_english: str = ""
    number: str
    happened_at: datetime
    at_home: bool = False
    rating: Given | None
    case: CaseView | None


class CaseLine(Output, frozen=True, kw_only=True):
    """A case on the manager's list: no name before it is opened."""

    id: UUID
    hall: UUID
    hall_name: str
    level: int
    reasons: list[Reason]
    state: CaseState
    call_back: bool
    received_at: datetime
    contact_due: date
    done_due: date
    overdue: bool


class CaseFile(CaseLine, frozen=True, kw_only=True):
    """A case that a manager opened; the person can see that. ``phone`` is the number that was left for calling back."""

    name: str
    person: UUID | None
    phone: str
    note: str
    number: str
    happened_at: datetime
    steps: list[StepLine]


class MonthRatings(Output, frozen=True, kw_only=True):
    """What is published of a hall's month. ``levels``: by 5 to 1 and ``all``; ``None`` is too few to be shown.

    ``in_time``: percent of the low ratings of the month that were rectified in time.
    """

    month: date
    levels: dict[str, int | None]
    in_time: int | None = None
    least: int = 5


class HallRatings(Output, frozen=True, kw_only=True):
    """The published months of a hall, the latest first."""

    hall: UUID
    hall_name: str
    hall_english: str = ""
    months: list[MonthRatings]
