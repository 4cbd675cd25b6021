"""When a hall is open, and the times on offer."""

from datetime import date, datetime, time
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from backend.appointments.schemas.kinds import Kind, minutes_between
from backend.core.schemas import Input, Line, Output


class Opening(Input, frozen=True, kw_only=True):
    """An opening rule as a hall manager enters it. Times are wall-clock; ``capacity`` is people a slot."""

    weekdays: Annotated[list[Annotated[int, msgspec.Meta(ge=1, le=7)]], msgspec.Meta(min_length=1, max_length=7)]
    opens: time
    closes: time
    minutes: Annotated[int, msgspec.Meta(ge=5, le=240)]
    capacity: Annotated[int, msgspec.Meta(ge=1, le=1000)]


class ClosureRequest(Input, frozen=True, kw_only=True):
    """A day on which the hall stays closed, and why."""

    day: date
    reason: Line


class RuleView(Output, frozen=True, kw_only=True):
    """An opening rule in force. ``source``: listed hours, the demonstration, or the hall's manager."""

    id: UUID
    weekdays: list[int]
    opens: time
    closes: time
    minutes: int
    capacity: int
    source: str
    group: UUID | None = None
    repeat: Literal["weekly", "monthly", "once"] = "weekly"
    every: int = 1
    nth: list[int] = []
    season_from: str = ""
    season_to: str = ""
    per_counter: int | None = None
    valid_from: date | None = None
    valid_to: date | None = None


class OpenDay(Output, frozen=True, kw_only=True):
    """A day at a hall and how many places are left for the way the asker comes by."""

    day: date
    left: int
    places: int


class OpenSlot(Output, frozen=True, kw_only=True):
    """A time at a hall and how many places are left for the way the asker comes by.

    What was asked for may need several times one after the other, ``units``; ``ends_at`` is the end of the last.
    ``hall`` is where it is kept. Where halls run a group together (联办) that can be another one than was asked about;
    ``halls`` then names them, that one first.
    """

    id: UUID
    starts_at: datetime
    ends_at: datetime
    left: int
    hall: UUID
    units: int = 1
    group: UUID | None = None
    group_name: str = ""
    kind: Kind = "counter"
    halls: list[str] = []

    @property
    def minutes(self) -> int:
        """How long the visit takes."""
        return minutes_between(self.starts_at, self.ends_at)
