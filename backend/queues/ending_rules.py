"""The line has an end: when numbers are given, how many still, and when a day is over. Pure, time passed in.

The promise, in the words of the notice at the entrance:

1. Numbers are given from half an hour before the hall opens until it closes, over the rest at noon too.
2. A number of the street is given when its holder will surely be called before the hall closes: the slow nine tenths
   of the latest visits, with the counters that are open now, behind all who wait and all who are still to come with an
   appointment. As every third call is for the street, whatever comes, it has a third of what is sure in any case.
3. The green lane and appointments are not refused before the hall closes.
4. Whoever still waits half an hour after closing is told so, and offered a booked place.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from backend.queues.rules import STREAK

EARLY = timedelta(minutes=30)  # before the hall opens
GRACE = timedelta(minutes=30)  # after it closes: people may still be served
QUIET = timedelta(minutes=20)  # without a call; as long as people are called the day is not over
REST = timedelta(hours=2)  # a gap up to this is the rest at noon: who comes then may take a number and sit down
EVERY = STREAK + 1  # at least one call of so many is for the street while it waits
Stretch = tuple[datetime, datetime]  # the hall is open from, to


def spans(open_on: Sequence[Stretch]) -> list[Stretch]:
    """When numbers are given: from half an hour before, over the rest at noon, until the hall closes."""
    found: list[Stretch] = []
    for opens, closes in sorted(open_on):
        if found and opens - found[-1][1] <= REST:
            found[-1] = found[-1][0], max(closes, found[-1][1])
        else:
            found.append((opens - EARLY, closes))
    return found


def may_take(open_on: Sequence[Stretch], now: datetime) -> bool:
    """Whether numbers are given now.

    >>> nine = datetime(2026, 11, 23, 9)
    >>> [may_take([(nine, nine.replace(hour=12))], nine + timedelta(minutes=each)) for each in (-31, -30, 179, 180)]
    [False, True, True, False]
    """
    return any(begins <= now < ends for begins, ends in spans(open_on))


def again(open_on: Sequence[Stretch], now: datetime) -> datetime | None:
    """When numbers are given next today; none when the last hours have begun."""
    return min((begins for begins, _ in spans(open_on) if begins > now), default=None)


def rounds(open_on: Sequence[Stretch], slow: float, now: datetime) -> int:
    """How often each counter surely calls somebody before the hall closes. What is left of the morning and what is
    left of the afternoon count for themselves: nobody is half served over noon. A visit lasts a minute at least."""
    minutes = [(closes - max(opens, now)).total_seconds() / 60 for opens, closes in open_on]
    return sum(int(each // max(slow, 1)) for each in minutes if each > 0)


def at_work(open_now: int, set_up: int) -> int:
    """The counters that are counted on: those that are open; before any is, all that the hall has."""
    return open_now or max(1, set_up)


def room(sure: int, here: int, street: int, coming: int) -> int:
    """How many more numbers of the street can be given when so many people will surely be called.

    ``here`` wait, ``street`` of them without an appointment; ``coming`` have one and are not here yet. The SQL twin is
    ``queues_room``.

    >>> room(32, 10, 6, 4), room(32, 10, 6, 30), room(3, 2, 1, 0), room(0, 0, 0, 0)
    (18, 4, 1, 0)
    """
    return max(sure - here - coming, sure // EVERY - street, 0)


def over(closes: datetime, last_call: datetime | None, now: datetime) -> bool:
    """Whether a hall's day is over: closed for the time of grace, and nobody is being called any more.

    >>> half_past_four = datetime(2026, 11, 23, 16, 30)
    >>> five = half_past_four + timedelta(minutes=30)
    >>> over(half_past_four, None, five), over(half_past_four, five - timedelta(minutes=5), five)
    (True, False)
    """
    return now >= closes + GRACE and (last_call is None or now - last_call >= QUIET)
