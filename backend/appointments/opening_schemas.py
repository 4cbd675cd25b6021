"""What goes in and comes out where a hall's opening is arranged: rules, groups, rosters, limits, closures."""

from datetime import date, datetime, time
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from backend.appointments.schemas import ClosureRequest, ItemId, Kind
from backend.core.schemas import Input, Line, Output

Repeat = Literal["weekly", "monthly", "once"]
Half = Literal["morning", "afternoon"]
Span = Literal["day", "morning", "afternoon"]
Outcome = Literal["pending", "moved", "call", "gone"]
Weekday = Annotated[int, msgspec.Meta(ge=1, le=7)]
Nth = Literal[-1, 1, 2, 3, 4, 5]
MonthDay = Annotated[str, msgspec.Meta(max_length=5, pattern=r"^((0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01]))?$")]
Minutes = Annotated[int, msgspec.Meta(ge=5, le=240)]
Places = Annotated[int, msgspec.Meta(ge=1, le=1000)]
Slug = Annotated[str, msgspec.Meta(max_length=40, pattern=r"^[a-z-]+$")]


class RuleRequest(Input, frozen=True, kw_only=True):
    """An opening rule. ``group`` none: the general counters. ``nth`` -1 is the last; seasons are MM-DD.

    ``once`` holds on the day it begins and on no other, whatever day that is, instead of the group's other rules.
    """

    group: UUID | None = None
    repeat: Repeat = "weekly"
    weekdays: Annotated[list[Weekday], msgspec.Meta(max_length=7)] = []
    every: Annotated[int, msgspec.Meta(ge=1, le=12)] = 1
    nth: Annotated[list[Nth], msgspec.Meta(max_length=6)] = []
    season_from: MonthDay = ""
    season_to: MonthDay = ""
    opens: time
    closes: time
    minutes: Minutes
    capacity: Places
    per_counter: Annotated[int, msgspec.Meta(ge=1, le=100)] | None = None
    until: date | None = None


class OpeningChange(Input, frozen=True, kw_only=True):
    """A change of a hall's opening from a day on: a rule comes, or ends, or one replaces another."""

    begins: date
    ends: UUID | None = None
    rule: RuleRequest | None = None


class DayEffect(Output, frozen=True, kw_only=True):
    """The places of a day before and after a change."""

    day: date
    before: int
    after: int


class DayPlan(Output, frozen=True, kw_only=True):
    """A day of a hall's calendar. ``made``: it can be booked; else its places are what the rules will give."""

    day: date
    kind: str
    made: bool
    places: int
    taken: int
    closed: str = ""


class Affected(Output, frozen=True, kw_only=True):
    """Somebody whose hour is touched. ``proposal`` is the nearest free time, none where somebody must call."""

    appointment: UUID
    number: str
    starts_at: datetime
    person: UUID
    name: str
    pool: str
    outcome: Outcome = "pending"
    proposal: datetime | None = None


class Effect(Output, frozen=True, kw_only=True):
    """What a change does. ``kept``: times with bookings that take no more; ``held``: booked times keep their places."""

    added: int
    removed: int
    resized: int
    kept: int
    held: int
    days: list[DayEffect]
    conflicts: list[Affected]


class HallLimits(Input, frozen=True, kw_only=True):
    """How near and how far ahead a hall can be booked; ``rest``: general counters take what no group names."""

    lead_minutes: Annotated[int, msgspec.Meta(ge=0, le=10_080)] = 30
    horizon_days: Annotated[int, msgspec.Meta(ge=1, le=60)] = 14
    rest: bool = True


class GroupRequest(Input, frozen=True, kw_only=True):
    """办事区: the services or themes that a group of counters handles, and how one meets it."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
    kind: Kind = "counter"
    items: Annotated[list[ItemId], msgspec.Meta(max_length=500)] = []
    themes: Annotated[list[Slug], msgspec.Meta(max_length=40)] = []


class CounterGroup(Output, frozen=True, kw_only=True):
    """A group of counters of a hall; ``halls`` are the further ones that run it together with its own (联办)."""

    id: UUID
    hall: UUID
    name: str
    kind: Kind
    items: list[str]
    themes: list[str]
    halls: list[UUID] = []


class JointRequest(Input, frozen=True, kw_only=True):
    """联办: the further halls that run a group together with its own; none: it is run alone."""

    halls: Annotated[list[UUID], msgspec.Meta(max_length=50)]


class NeedRequest(Input, frozen=True, kw_only=True):
    """How many minutes a service needs here; 0 takes the note away."""

    item: Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_.\-]+$")]
    minutes: Annotated[int, msgspec.Meta(ge=0, le=480)]


class RosterCounterRequest(Input, frozen=True, kw_only=True):
    """窗口 of a roster, and the groups that it can serve (none named: all). The hall's own id: general counters."""

    label: Annotated[str, msgspec.Meta(min_length=1, max_length=20)]
    groups: Annotated[list[UUID], msgspec.Meta(max_length=50)] = []


class Skills(Input, frozen=True, kw_only=True):
    """What a counter can serve; none named: everything."""

    groups: Annotated[list[UUID], msgspec.Meta(max_length=50)]


class RosterCounter(Output, frozen=True, kw_only=True):
    """A counter of the roster."""

    id: UUID
    label: str
    groups: list[UUID]


class Duty(Input, frozen=True, kw_only=True):
    """A counter serves a group for half a day; none: it is shut."""

    day: date
    half: Half
    counter: UUID
    group: UUID | None = None


class RosterChange(Input, frozen=True, kw_only=True):
    """Some half days of a roster."""

    duties: Annotated[list[Duty], msgspec.Meta(min_length=1, max_length=400)]


class WeekRequest(Input, frozen=True, kw_only=True):
    """A week of a roster, by any of its days."""

    week: date


class RosterWeek(Output, frozen=True, kw_only=True):
    """A week at a glance: counters, groups and who serves what when."""

    monday: date
    counters: list[RosterCounter]
    duties: list[Duty]


class ClosingRequest(ClosureRequest, frozen=True, kw_only=True):
    """停办: a day or half of one, of the hall or of one group (the hall's own id: its general counters)."""

    reason: Annotated[Line, msgspec.Meta(min_length=1)]
    half: Span = "day"
    group: UUID | None = None


class Closing(Output, frozen=True, kw_only=True):
    """A closure and how far it has come with the people it touches: ``people`` in all, also who had cancelled."""

    id: UUID
    day: date
    half: Span
    group: UUID | None
    reason: str
    state: Literal["closed", "lifted"]
    pending: int
    moved: int
    calls: int
    people: int = 0


class ClosingSheet(Output, frozen=True, kw_only=True):
    """A closure with whom it touches, and what became of each: first those to be rung, a thousand at most."""

    closing: Closing
    people: list[Affected]


class Nearest(Output, frozen=True, kw_only=True):
    """最早可约: the first free time of a hall for the asker's way of booking."""

    hall: UUID
    name: str
    english: str
    address: str
    metres: int | None
    slot: UUID
    starts_at: datetime
    left: int


class ServiceDesk(Output, frozen=True, kw_only=True):
    """Which counters a service goes to at a hall, and how one meets them. ``minutes``: what the service needs."""

    groups: list[UUID | None]
    minutes: int = 0
    kinds: list[Kind] = []
