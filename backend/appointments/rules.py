"""What appointments decide: shares, slots of a day, and whether a booking may be. Pure functions, time passed in."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

HORIZON = 14  # days ahead that can be booked
LEAD = timedelta(minutes=30)  # a place can be booked until half an hour before
MOST = 5  # live bookings of one person: a place is for going, not for keeping
POOLS = ("online", "phone", "counter")
SHARES = {"online": 60, "phone": 25, "counter": 15}  # percent; a share is its channel's alone
CHANNELS = {
    "app": "online", "web": "online", "miniprogram": "online",
    "phone": "phone",
    "counter": "counter", "kiosk": "counter", "field": "counter",
}  # fmt: skip
LUNCH = (time(11, 30), time(13, 0))  # no slot begins while most halls rest; a rule that ends within is unaffected


class Booked(NamedTuple):
    """What the decision needs to know of a live booking."""

    slot: object
    item: str | None
    starts_at: datetime
    ends_at: datetime


class Wanted(NamedTuple):
    """What the decision needs to know of the wanted slot; ``left`` counts the places of the channel's share."""

    slot: object
    starts_at: datetime
    ends_at: datetime
    open: bool
    left: int


def pool_of(channel: str) -> str:
    """The share that a channel draws from."""
    return CHANNELS[channel]


def shares(capacity: int) -> dict[str, int]:
    """Divide the places of a slot. Whole places by largest remainder; with four or more, nobody is left without.

    >>> shares(10)
    {'online': 6, 'phone': 3, 'counter': 1}
    """
    exact = {pool: capacity * SHARES[pool] / 100 for pool in POOLS}
    given = {pool: int(part) for pool, part in exact.items()}
    rest = capacity - sum(given.values())
    for pool in sorted(POOLS, key=lambda each: (given[each] - exact[each], POOLS.index(each)))[:rest]:
        given[pool] += 1
    for pool in POOLS:
        if capacity >= 4 and given[pool] == 0:
            richest = max(POOLS, key=lambda each: given[each])
            given[richest] -= 1
            given[pool] += 1
    return given


def slots_of(opens: time, closes: time, minutes: int) -> Iterator[tuple[time, time]]:
    """The slots of a day: each whole, none beginning in the noon rest."""
    day = date(2000, 1, 1)
    begin, end = datetime.combine(day, opens), datetime.combine(day, closes)
    step = timedelta(minutes=minutes)
    while begin + step <= end:
        resting = LUNCH[0] <= begin.time() < LUNCH[1] and closes > LUNCH[1]
        if not resting:
            yield begin.time(), (begin + step).time()
        begin = datetime.combine(day, LUNCH[1]) if resting else begin + step


def opens_on(day: date, weekdays: Sequence[int], working: bool, valid_from: date, valid_to: date | None) -> bool:
    """Whether a rule opens its hall that day. A make-up workday (调休) opens like the Monday-to-Friday it replaces."""
    if not working or day < valid_from or (valid_to is not None and day > valid_to):
        return False
    return day.isoweekday() in weekdays or (day.isoweekday() > 5 and bool(set(weekdays) & {1, 2, 3, 4, 5}))


def decide(wanted: Wanted | None, item: str | None, live: Iterable[Booked], now: datetime) -> str:
    """Why a booking may not be, or ``""``. The twin of ``appointments_refusal`` and ``appointments_take``."""
    standing = [each for each in live if each.ends_at > now]
    if wanted is None:
        return "no-such-slot"
    if not wanted.open or wanted.starts_at < now + LEAD:
        return "slot-closed"
    if any(each.slot == wanted.slot for each in standing):
        return "already-booked"
    if any(each.starts_at < wanted.ends_at and each.ends_at > wanted.starts_at for each in standing):
        return "overlap"
    if item is not None and any(each.item == item for each in standing):
        return "same-item"
    if len(standing) >= MOST:
        return "too-many"
    return "" if wanted.left > 0 else "slot-taken"


def may_change(state: str, starts_at: datetime, now: datetime) -> bool:
    """Whether an appointment can still be cancelled or moved: it stands, and has not begun."""
    return state == "booked" and starts_at > now
