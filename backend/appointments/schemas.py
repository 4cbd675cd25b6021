"""What goes in and comes out of appointments."""

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from backend.core.schemas import Input, Line, Output

Pool = Literal["online", "phone", "counter", "kiosk", "helper"]
Kind = Literal["counter", "phone", "video", "home", "session"]
State = Literal["booked", "cancelled", "moved", "attended", "missed"]
ItemId = Annotated[str, msgspec.Meta(max_length=64, pattern=r"^[A-Za-z0-9_.\-]*$")]


Items = Annotated[list[ItemId], msgspec.Meta(max_length=20)]


def services(item: str, items: Iterable[str]) -> list[str]:
    """What a visit is for, each service once, in the order in which it was asked for; nothing: only a visit."""
    return [each for each in dict.fromkeys((item, *items)) if each]


class BookingRequest(Input, frozen=True, kw_only=True):
    """Book a place: which hall, which slot, and for which service ``item`` (empty: only a visit).

    Several services in one visit are named in ``items`` instead: the visit then begins at ``slot`` and takes as many
    times one after the other as they need. ``address`` is where we are to come, for times at home (上门).
    """

    hall: UUID
    slot: UUID
    item: ItemId = ""
    items: Items = []
    address: Annotated[str, msgspec.Meta(max_length=200)] = ""


class RescheduleRequest(Input, frozen=True, kw_only=True):
    """Go at another time: the new slot, at the same hall."""

    slot: UUID


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


def _minutes(begins: datetime, ends: datetime) -> int:
    return int((ends - begins).total_seconds() // 60)


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
        return _minutes(self.starts_at, self.ends_at)


class Appointment(Output, frozen=True, kw_only=True):
    """An appointment as its person, or whoever helps them, sees it.

    ``items`` and ``item_names`` are all services of the visit, ``item`` the first of them, and ``item_name`` says all.
    ``kind`` is how one meets: at the counter, by phone or video (we ring ``phone_masked``), at home (``address``), or
    in a session with others. ``video`` is the address to enter while the room of a meeting by video is open, from
    ``video_opens``; none where the hall rings. ``ring``: the person would rather be rung.
    """

    id: UUID
    region: str
    hall: UUID
    hall_name: str
    hall_english: str
    hall_address: str
    slot: UUID
    item: str
    item_name: str
    number: str
    code: str
    state: State
    starts_at: datetime
    ends_at: datetime
    channel: str
    helped: bool
    calendar: UUID
    sequence: int
    kind: Kind = "counter"
    group_name: str = ""
    phone_masked: str = ""
    address: str = ""
    video: str = ""
    video_opens: datetime | None = None
    ring: bool = False
    units: int = 1
    items: list[str] = []
    item_names: list[str] = []

    @property
    def live(self) -> bool:
        """Whether it still stands."""
        return self.state == "booked"

    @property
    def minutes(self) -> int:
        """How long the visit takes."""
        return _minutes(self.starts_at, self.ends_at)


class VideoAsked(Output, frozen=True, kw_only=True):
    """An appointment by video, for whoever knows where one meets."""

    region: str
    id: UUID
    group: UUID
    person: UUID
    starts_at: datetime
    ends_at: datetime
    live: bool


class VideoRoom(Output, frozen=True, kw_only=True):
    """Where one meets: the ``address`` while one can enter, from ``opens_at``; none where the hall only rings."""

    opens_at: datetime | None = None
    address: str = ""
    ring: bool = False


class NextAppointment(Output, frozen=True, kw_only=True):
    """The next thing that is on for a person, or what is on now. ``video``: one enters a meeting; otherwise we ring."""

    id: UUID
    starts_at: datetime
    hall_name: str
    hall_english: str
    item_name: str
    number: str
    kind: Kind = "counter"
    video: bool = False
    begun: bool = False


class DayLine(Output, frozen=True, kw_only=True):
    """A line of a hall's day list, for its staff. ``phone``: whom they ring on that day, and nobody else."""

    id: UUID
    number: str
    starts_at: datetime
    state: State
    pool: str
    person: UUID
    name: str
    item_name: str
    kind: Kind = "counter"
    video: str = ""
    ring: bool = False
    phone: str = ""
    units: int = 1


class Arrival(Output, frozen=True, kw_only=True):
    """Somebody with an appointment is at the hall: what the line there needs to know of it."""

    appointment: UUID
    region: str
    hall: UUID
    person: UUID
    item: str
    number: str
    starts_at: datetime
    kind: Kind = "counter"


class ShareCount(Output, frozen=True, kw_only=True):
    """How the places of the coming days are used by one channel."""

    pool: str
    places: int
    taken: int


Percent = Annotated[int, msgspec.Meta(ge=0, le=100)]


class SharePlan(Input, frozen=True, kw_only=True):
    """Percent of a hall's places for each way of booking; together 100, at most 60 of them online."""

    online: Percent
    phone: Percent
    counter: Percent
    kiosk: Percent
    helper: Percent


class PlanView(Output, frozen=True, kw_only=True):
    """A plan and the first day whose times it divides; no day: the default, as long as a hall has none of its own."""

    valid_from: date | None
    plan: SharePlan


class ShareLine(Output, frozen=True, kw_only=True):
    """One way of booking: its percent, how many places of a time that is, and its use in the last 28 days."""

    pool: str
    percent: int
    becomes: int
    places: int
    taken: int


class SharePlanView(Output, frozen=True, kw_only=True):
    """How a hall divides its places. ``size`` is the number of places of its next time, ``lines`` how a plan divides
    them; ``holds_from`` the first day for which a change made now would hold."""

    hall: UUID
    size: int
    plan: SharePlan
    lines: list[ShareLine]
    plans: list[PlanView]
    holds_from: date


class HallPolicy(Input, frozen=True, kw_only=True):
    """``release_hours`` before a time begins its unused places are released, but ``keep`` of each offline share.

    ``others_days``: people from elsewhere book from so many days ahead; none: everybody books at once.
    """

    release_hours: Annotated[int, msgspec.Meta(ge=3, le=168)] = 24
    keep: Annotated[int, msgspec.Meta(ge=0, le=9)] = 1
    others_days: Annotated[int, msgspec.Meta(ge=1, le=60)] | None = None


class ExcuseRequest(Input, frozen=True, kw_only=True):
    """Why a no-show does not count: they were here, it was the hall's doing, or something kept them. No details."""

    reason: Literal["came", "hall", "hindered"]


class HomeAppointment(Output, frozen=True, kw_only=True):
    """An appointment at a person's home, for the slice that sends somebody there."""

    person: UUID
    item: str
    further: list[str] = []
    starts_at: datetime
    ends_at: datetime
    state: State
    booked_by: UUID
    address: str


class CoolDown(Output, frozen=True, kw_only=True):
    """After two no-shows: until when one online place at a time is what a person can hold, and which two they were."""

    until: datetime
    missed: list[datetime]


class ExcuseLine(Output, frozen=True, kw_only=True):
    """A no-show that does not count."""

    at: datetime
    reason: str


class KeepRequest(Input, frozen=True, kw_only=True):
    """Keep a place for a while: of which hall and slot, for which item, and which appointment it would replace."""

    hall: UUID
    slot: UUID
    item: ItemId = ""
    items: Items = []
    moving: UUID | None = None


class Held(Output, frozen=True, kw_only=True):
    """暂留: a place kept for its person until ``expires_at``. It is theirs even after, until somebody else takes it."""

    id: UUID
    region: str
    hall: UUID
    slot: UUID
    item: str
    starts_at: datetime
    ends_at: datetime
    expires_at: datetime
    more_time: bool
    moving: UUID | None = None
    items: list[str] = []
    units: int = 1


class WaitRequest(Input, frozen=True, kw_only=True):
    """Wait for a place: at which hall, on which days; with ``instead_of`` only for something earlier than that.

    ``items`` instead of ``item`` for several services in one visit; ``address`` is where we are to come, for visits at
    home.
    """

    hall: UUID
    first: date
    last: date
    item: ItemId = ""
    items: Items = []
    instead_of: UUID | None = None
    address: Annotated[str, msgspec.Meta(max_length=200)] = ""


class PlaceInLine(Output, frozen=True, kw_only=True):
    """候补: a line as its person sees it. ``ahead`` counts who comes before, for some of the same days and channel.

    With ``state`` offered, ``offer`` is a place kept until it expires.
    """

    id: UUID
    region: str
    hall: UUID
    hall_name: str
    hall_english: str
    item: str
    item_name: str
    first: date
    last: date
    state: Literal["waiting", "offered", "served", "left", "lapsed", "over"]
    ahead: int
    joined_at: datetime
    instead_of: UUID | None = None
    appointment: UUID | None = None
    offer: Held | None = None
    items: list[str] = []
    item_names: list[str] = []

    @property
    def live(self) -> bool:
        """Whether it goes on."""
        return self.state in ("waiting", "offered")
