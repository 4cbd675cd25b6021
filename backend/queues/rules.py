"""Who is called next: one rule for everybody who waits, with a bound that a person can check. Pure, time passed in.

The promise, in the words of the notice on the wall:

1. Whoever has an appointment and has checked in is called from their time on, before people from the street.
2. The green lane counts from its arrival, like an appointment for that moment.
3. Between two people from the street at most ``STREAK`` of these are called, so the street always moves.
4. Somebody from the street who was first in line and has been passed over for ``PATIENCE`` is next, whatever waits.

Promise 3 bounds the number and promise 4 the time, so no mixture of arrivals can starve the street; the others are
called by the time they are due, which no later arrival can undercut by more than ``LATE``.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

Kind = Literal["booked", "green", "walk-in"]
KINDS: tuple[Kind, ...] = ("booked", "green", "walk-in")
SERIES = {"booked": "A", "green": "L", "walk-in": "W"}  # the first sign of the number on the ticket
STREAK = 2  # priority calls between two ordinary ones while somebody ordinary waits
PATIENCE = timedelta(minutes=20)  # how long the first in line may be passed over
EARLY = timedelta(minutes=5)  # before the appointment's time a booked person may be called like one who is due
LATE = timedelta(minutes=15)  # after it, somebody who has only now come queues as a walk-in


class Waiting(NamedTuple):
    """What the rule needs to know of somebody who waits.

    ``since`` is the arrival; ``due`` the appointment's time, for others the arrival. ``passed`` is when somebody who
    came later was first called although this one was first in line; none while that has not happened.
    """

    id: object
    kind: Kind
    since: datetime
    due: datetime
    passed: datetime | None = None


class Call(NamedTuple):
    """The decision: who, why, how many priority calls stand in a row now, and who was first passed over by it."""

    ticket: Waiting
    why: Literal["patience", "priority", "street", "early"]
    streak: int
    passed: Waiting | None


def next_up(waiting: Sequence[Waiting], streak: int, now: datetime) -> Call | None:
    """Who is called next among those that a counter can serve; none when nobody waits.

    ``streak`` counts the priority calls since the last ordinary one. The SQL twin is ``queues_next``.
    """
    if not waiting:
        return None
    ticket, why = _choose(waiting, streak, now)
    ordinary = [each for each in waiting if each.kind == "walk-in" and each is not ticket]
    row = 0 if ticket.kind == "walk-in" or not ordinary else streak + 1
    first = first_in_line(waiting, now)
    fresh = first is not None and first is not ticket and first.kind == "walk-in" and first.passed is None
    return Call(ticket, why, row, first if fresh else None)


def _choose(
    waiting: Sequence[Waiting], streak: int, now: datetime
) -> tuple[Waiting, Literal["patience", "priority", "street", "early"]]:
    street = [each for each in waiting if each.kind == "walk-in"]
    overdue = [each for each in street if each.passed is not None and now - each.passed >= PATIENCE]
    if overdue:
        return min(overdue, key=lambda each: (each.passed, *_order(each))), "patience"
    priority = [each for each in waiting if each.kind != "walk-in" and is_due(each, now)]
    if priority and (streak < STREAK or not street):
        return min(priority, key=lambda each: (each.due, *_order(each))), "priority"
    if street:
        return min(street, key=_order), "street"
    return min(waiting, key=lambda each: (each.due, *_order(each))), "early"


def order(waiting: Sequence[Waiting], streak: int, now: datetime) -> list[Waiting]:
    """In which order all of them would be called if nobody else came and all calls were now: ``next_up`` to the end."""
    overdue = deque(
        sorted(
            (each for each in waiting if each.passed is not None and now - each.passed >= PATIENCE and _street(each)),
            key=lambda each: (each.passed or now, *_order(each)),
        )
    )
    late = {id(each) for each in overdue}
    street = deque(sorted((each for each in waiting if _street(each) and id(each) not in late), key=_order))
    others = sorted((each for each in waiting if not _street(each)), key=lambda each: (each.due, *_order(each)))
    priority = deque(each for each in others if is_due(each, now))
    line: list[Waiting] = []
    while overdue or street or priority:
        first = not overdue and priority and (streak < STREAK or not street)
        line.append((priority if first else overdue or street).popleft())
        streak = streak + 1 if first and street else 0
    return [*line, *(each for each in others if not is_due(each, now))]


def first_in_line(waiting: Iterable[Waiting], now: datetime) -> Waiting | None:
    """Whom a plain queue would call: the earliest arrival, where booked people arrive at their time and not before."""
    return min(
        (each for each in waiting if is_due(each, now)), key=lambda each: (_turn(each), *_order(each)), default=None
    )


def is_due(ticket: Waiting, now: datetime) -> bool:
    """Whether the person may be called as of right: always, but for an appointment that is still to come."""
    return ticket.kind != "booked" or now >= ticket.due - EARLY


def kind_on_arrival(starts_at: datetime | None, now: datetime, *, green: bool) -> Kind:
    """As what somebody queues: booked unless too late for it, in the green lane if they say so, else as a walk-in."""
    if starts_at is not None and now <= starts_at + LATE:
        return "booked"
    return "green" if green else "walk-in"


def back_after(waiting: Sequence[Waiting], now: datetime, places: int = 3) -> datetime:
    """The arrival that somebody who missed the call gets when coming back: behind the next ``places`` of the line."""
    line = sorted(_turn(each) for each in waiting)
    return line[min(places, len(line)) - 1] + timedelta(microseconds=1) if line else now


def range_of_wait(ahead: int, counters: int, minutes: Sequence[float]) -> tuple[int, int]:
    """An honest range in whole minutes for somebody with ``ahead`` people before them.

    From the last service times at this hall: the quick half and the slow nine tenths of rounds of ``counters`` people.
    Without any service time yet, 5 to 12 minutes a person are assumed.
    """
    quick, slow = pace(minutes)
    rounds = -(-(ahead + 1) // max(1, counters)) - 1
    return int(rounds * quick), max(1, int(-(-(rounds + 1) * slow // 1)))


def pace(minutes: Sequence[float]) -> tuple[float, float]:
    """Minutes of a quick visit, of which a quarter are, and of a slow one, up to which nine of ten last."""
    known = sorted(minutes) or [5.0, 12.0]
    return known[len(known) // 4], known[min(len(known) - 1, len(known) * 9 // 10)]


def _street(ticket: Waiting) -> bool:
    return ticket.kind == "walk-in"


def _turn(ticket: Waiting) -> datetime:
    return max(ticket.since, ticket.due)


def _order(ticket: Waiting) -> tuple[datetime, str]:
    return ticket.since, str(ticket.id)


# What may be done with a ticket in which state, and what it is afterwards.
STEPS: dict[str, tuple[tuple[str, ...], str]] = {
    "recall": (("called",), "called"),
    "start": (("called",), "serving"),
    "finish": (("called", "serving"), "done"),
    "miss": (("called",), "missed"),
    "hold": (("called", "serving"), "held"),
    "park": (("called", "serving"), "parked"),
    "transfer": (("called", "serving"), "waiting"),
    "undo": (("missed",), "called"),  # the counter is still free
    "undo_wait": (("missed",), "waiting"),  # somebody else is there by now: back at the old place
    "come_back": (("missed", "held", "parked"), "waiting"),
    "leave": (("waiting", "missed", "held", "parked"), "left"),
}
CALLS = 3  # how often somebody is called before it counts as missed
UNDO = timedelta(minutes=5)  # how long "nobody came" can be taken back
BEFORE = timedelta(hours=1)  # how early somebody with an appointment may check in
