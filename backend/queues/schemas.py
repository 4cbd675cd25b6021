"""What goes in and comes out of queues."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from backend.core.schemas import Input, Output

Kind = Literal["booked", "green", "walk-in"]
TicketState = Literal["waiting", "called", "serving", "held", "parked", "missed", "done", "left", "unserved"]
CounterState = Literal["open", "paused", "closed"]
Why = Literal["", "shut", "stopped", "used-up", "full"]
StopReason = Literal["crowded", "system", "staff", "safety", "other"]
SCOPE = r"^$|^(item|theme):[A-Za-z0-9_.\-]+$"
Scope = Annotated[str, msgspec.Meta(max_length=80, pattern=SCOPE)]
Team = Annotated[str, msgspec.Meta(max_length=20)]
ItemId = Annotated[str, msgspec.Meta(max_length=64, pattern=r"^[A-Za-z0-9_.\-]*$")]
Period = Literal["today", "fortnight"]
Presence = Annotated[str, msgspec.Meta(max_length=8, pattern=r"^[0-9]{0,4}$")]


class TicketRequest(Input, frozen=True, kw_only=True):
    """Take a number without an appointment. ``green``: somebody of the green lane says so, nothing is proved.

    ``presence``: the four digits on the hall's screen; whoever takes a number on a phone must stand in the hall.
    """

    hall: UUID
    item: ItemId = ""
    green: bool = False
    presence: Presence = ""


class CheckIn(Input, frozen=True, kw_only=True):
    """签到: with the appointment's id, or at a machine with its number and a proof.

    ``digits``: the last four signs of phone or identity card, or the check code that the QR code of the slip holds.
    """

    hall: UUID
    appointment: UUID | None = None
    number: Annotated[str, msgspec.Meta(max_length=12)] = ""
    digits: Annotated[str, msgspec.Meta(max_length=8)] = ""
    presence: Presence = ""


class CounterRequest(Input, frozen=True, kw_only=True):
    """Set up a counter: what it is called, which service items it can do (none: all), and its group, if any."""

    hall: UUID
    label: Annotated[str, msgspec.Meta(min_length=1, max_length=20)]
    items: Annotated[list[ItemId], msgspec.Meta(max_length=200)] = []
    team: Team = ""


class CounterView(Output, frozen=True, kw_only=True):
    """窗口 as its clerks and managers see it."""

    id: UUID
    region: str
    hall: UUID
    label: str
    items: list[str]
    state: CounterState
    staff: UUID | None
    team: str = ""


class TicketView(Output, frozen=True, kw_only=True):
    """号票 as the person who holds it, or whoever serves them, sees it. ``token`` is given once, when it is taken."""

    id: UUID
    hall: UUID
    hall_name: str
    number: str
    kind: Kind
    state: TicketState
    item: str
    item_name: str
    counter: str
    since: datetime
    due: datetime
    calls: int
    missed_at: datetime | None = None
    token: str = ""


class MyTicket(Output, frozen=True, kw_only=True):
    """号票 as its person finds it among what is kept of them."""

    taken_at: datetime
    number: str
    hall_name: str
    item_name: str
    kind: Kind
    state: TicketState
    note: str


class NumbersToday(Output, frozen=True, kw_only=True):
    """取号情况: whether numbers of the street are given now. ``why`` is empty while they are.

    ``left``: about how many still, null where nothing bounds them; ``reason`` why somebody stopped them; ``again``:
    when they are given next, for a hall that is closed now; ``closes``: when it closes today. The green lane and
    appointments are only refused while the hall is closed.
    """

    why: Why
    left: int | None
    reason: StopReason | Literal[""] = ""
    again: datetime | None = None
    closes: datetime | None = None

    @property
    def some(self) -> bool:
        """Whether somebody of the green lane gets a number although the street does not."""
        return self.why in ("stopped", "used-up", "full")


class StopRequest(Input, frozen=True, kw_only=True):
    """停止取号: why no more numbers are given; everybody reads it."""

    reason: StopReason


class ContingentRequest(Input, frozen=True, kw_only=True):
    """每日放号量: numbers of the street in a day; without ``numbers`` the bound is taken away.

    ``scope``: empty for the whole hall, ``item:ID`` for a service, ``theme:SLUG`` for all services of a theme.
    """

    scope: Scope = ""
    numbers: Annotated[int, msgspec.Meta(ge=0, le=5000)] | None = None


class ContingentView(Output, frozen=True, kw_only=True):
    """A contingent, what it is for, and how many of today's numbers count for it."""

    scope: str
    name: str
    numbers: int
    taken: int


class Position(Output, frozen=True, kw_only=True):
    """Where somebody stands: how many are before them, and an honest range in minutes. ``stopped``: why the hall gives
    no more numbers today; whoever has one keeps it."""

    number: str
    hall_name: str
    hall_english: str = ""
    state: TicketState
    counter: str
    ahead: int
    least: int
    most: int
    taken_at: datetime
    hall: UUID
    stopped: StopReason | Literal[""] = ""


class Customer(Output, frozen=True, kw_only=True):
    """Who stands at the counter: for the clerk who called them. ``planned`` are the services of the appointment that
    have not had their turn, by id and name."""

    ticket: TicketView
    person: UUID | None
    name: str
    age: int | None
    called_at: datetime | None
    note: str
    planned: dict[str, str] = {}


class BoardLine(Output, frozen=True, kw_only=True):
    """A call on the hall's screen. No name, no service: others read it too."""

    number: str
    counter: str
    at: datetime


class Board(Output, frozen=True, kw_only=True):
    """What the screen of a hall shows. ``waits``: how many wait and the honest range, by kind.

    ``presence`` is empty for everybody but the hall's own screens, machines and staff.
    """

    hall_name: str
    hall_english: str = ""
    calls: list[BoardLine]
    waits: list[tuple[str, int, int, int]]
    counters: int
    presence: str
    numbers: NumbersToday


class Counts(Output, frozen=True, kw_only=True):
    """How many numbers were taken and called, how many people missed the call, left before, or were not served when
    the day ended; minutes of waiting."""

    taken: int
    called: int
    missed: int
    gone: int
    unserved: int = 0
    half: float | None
    most: float | None
    longest: float | None


class WaitLine(Counts, frozen=True, kw_only=True):
    """Of one kind, or of all; in the hour when the number was taken, or in all hours."""

    kind: Literal["all", "booked", "green", "walk-in"]
    hour: int | None


class WaitDay(Counts, frozen=True, kw_only=True):
    """Of one day."""

    day: date


class ChannelLine(Output, frozen=True, kw_only=True):
    """How many numbers were taken through one door."""

    channel: str
    taken: int


class Statistics(Output, frozen=True, kw_only=True):
    """统计 of a hall. ``half``: half of the people waited up to so long; ``most``: nine of ten.

    ``questions`` were answered in passing, without a number.
    """

    hall_name: str
    first: date
    last: date
    waits: list[WaitLine]
    days: list[WaitDay]
    channels: list[ChannelLine]
    questions: int = 0


class Forecast(Output, frozen=True, kw_only=True):
    """明日预测: people by hour, made of the days ``based_on``; none where there are too few such days.

    The errors are mean absolute ones, of an hour and of a day's total, on ``tested`` past days.
    """

    day: date
    hours: dict[int, float]
    total: float | None
    based_on: list[date]
    error_hour: float | None
    error_day: float | None
    tested: int


class HelpCall(Output, frozen=True, kw_only=True):
    """求助 as the hall's staff sees it: where, who asks (``urgent``: a colleague; else at a machine), who is going."""

    id: UUID
    hall: UUID
    place: str
    urgent: bool
    asked_by: str
    asked: datetime
    going: str
