"""What a hall's day announces: each step of a ticket, by whom, at which counter, no names; and who is told of it."""

from uuid import UUID

from backend.core.events import Announcement, Event, on


class TicketTaken(Event, frozen=True, kw_only=True):
    """取号: somebody waits from now on; ``subject`` is the ticket."""

    hall: UUID
    kind: str
    number: str


class TicketCalled(Event, frozen=True, kw_only=True):
    """叫号. ``why``: priority, street, early, patience (passed over for long enough), again (recalled)."""

    hall: UUID
    counter: UUID
    why: str


class TicketMoved(Event, frozen=True, kw_only=True):
    """Any other step: start, finish, miss, hold, park, transfer, come_back, leave, undo, add_service; and when the day
    ends without it: unserved, forgotten."""

    hall: UUID
    step: str


class CounterChanged(Event, frozen=True, kw_only=True):
    """A counter was opened, paused, closed or set up; ``subject`` is the counter."""

    hall: UUID
    state: str


class NumbersStopped(Event, frozen=True, kw_only=True):
    """停止取号: no more numbers of the street today; ``subject`` is the hall. ``reason`` is one of five words."""

    reason: str


class NumbersResumed(Event, frozen=True, kw_only=True):
    """恢复取号; ``subject`` is the hall."""


class ContingentSet(Event, frozen=True, kw_only=True):
    """每日放号量 was set, or taken away (no ``numbers``); ``subject`` is the hall."""

    scope: str
    numbers: int | None


class DayEnded(Event, frozen=True, kw_only=True):
    """The day at a hall is over; ``subject`` is the hall, ``unserved`` how many still waited and are told."""

    unserved: int


class HelpCalled(Event, frozen=True, kw_only=True):
    """紧急求助 of a clerk, or 求助 at a machine: somebody come; ``subject`` is the counter or the machine."""

    hall: UUID
    urgent: bool = True


class HelpAnswered(Event, frozen=True, kw_only=True):
    """A colleague is going (``going``), or it is settled (``solved``); ``subject`` is the call for help."""

    hall: UUID
    step: str


class QuestionAnswered(Event, frozen=True, kw_only=True):
    """即问即答: a counter answered somebody without a number; ``subject`` is the counter."""

    hall: UUID


@on(TicketCalled)
async def tell_after_a_call(event: TicketCalled, row: Announcement) -> None:
    """The line has moved: those who are soon next hear of it."""
    from backend.queues.service.telling import tell_who_is_soon  # the verbs announce what stands above

    if event.why != "again":
        await tell_who_is_soon(event.region, event.hall)


@on(TicketMoved)
async def tell_after_a_leaving(event: TicketMoved, row: Announcement) -> None:
    """Somebody gave the number back: those behind are nearer now."""
    from backend.queues.service.telling import tell_who_is_soon

    if event.step == "leave":
        await tell_who_is_soon(event.region, event.hall)


@on(TicketMoved)
async def tell_the_unserved(event: TicketMoved, row: Announcement) -> None:
    """The day is over and their turn has not come: they hear it from us, with the way to a booked place."""
    from backend.queues.service.evening import tell_unserved

    if event.step == "unserved":
        await tell_unserved(event.region, event.subject)
