"""What appointments decide: shares, slots of a day, and whether a booking may be. Pure functions, time passed in."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from backend.core import clock

HORIZON = 14  # days ahead that can be booked
LEAD = timedelta(minutes=30)  # a place can be booked until half an hour before
MOST = 5  # live bookings of one person: a place is for going, not for keeping
SERVICES = 4  # in one visit
DAYS_BEFORE, HOURS_BEFORE = timedelta(hours=48), timedelta(hours=2)  # when we remind
EARLIEST = time(7)  # no reminder wakes anybody before
POOLS = ("online", "phone", "counter", "kiosk", "helper")
SHARES = {"online": 60, "phone": 20, "counter": 10, "kiosk": 5, "helper": 5}  # percent; a share is its channel's alone
OFFLINE_LEAST = 40  # percent of the places that are never given to online when they are made
CHANNELS = {
    "app": "online", "web": "online", "miniprogram": "online",
    "phone": "phone", "counter": "counter", "kiosk": "kiosk", "field": "helper",
}  # fmt: skip
HELPERS = ("volunteer", "grid")  # posts of registered helpers: whoever has no phone and no family comes by them
MISSES, WITHIN, COOLING = 2, timedelta(days=60), timedelta(days=30)  # no-shows online, and what follows from them
RELEASE, LAST, LONGEST = timedelta(hours=24), timedelta(hours=2), timedelta(hours=168)  # before a slot begins
KEEP = 1  # free places that whoever gives keeps, so that a caller of the last day finds one too
LUNCH = (time(11, 30), time(13, 0))  # no slot begins while most halls rest; a rule that ends within is unaffected


class Booked(NamedTuple):
    """What the decision needs to know of a live booking. ``further`` are the services of the visit after the first."""

    slot: object
    item: str | None
    starts_at: datetime
    ends_at: datetime
    pool: str = "online"
    further: tuple[str, ...] = ()


class Wanted(NamedTuple):
    """What the decision needs to know of the wanted slot; ``left`` counts the places of the channel's share.

    A visit of several slots ends with the last, is open when all are, and ``left`` is that of the fullest.
    ``reserved``: it still belongs to residents of the hall's division, and the person is none.
    """

    slot: object
    starts_at: datetime
    ends_at: datetime
    open: bool
    left: int
    pool: str = "online"
    reserved: bool = False


def pool_of(channel: str, basis: str = "self", roles: Collection[str] = ()) -> str:
    """The share that somebody draws from: their channel's, and a registered helper's for whoever is helped.

    A daughter with a mandate is online like everybody with a phone; at a machine everybody is at the machine.
    """
    if basis == "delegation" and channel != "kiosk" and not set(HELPERS).isdisjoint(roles):
        return "helper"
    return CHANNELS[channel]


def shares(capacity: int, plan: Mapping[str, int] = SHARES) -> dict[str, int]:
    """Divide the places of a slot. Whole places by largest remainder, online last of equals; with five or more, nobody
    is left without.

    >>> shares(10)
    {'online': 5, 'phone': 2, 'counter': 1, 'kiosk': 1, 'helper': 1}
    """
    given = {pool: capacity * plan[pool] // 100 for pool in POOLS}
    rest = capacity - sum(given.values())
    for pool in sorted((*POOLS[1:], POOLS[0]), key=lambda each: -(capacity * plan[each] % 100))[:rest]:
        given[pool] += 1
    for pool in POOLS:
        if capacity >= len(POOLS) and given[pool] == 0 and plan[pool] > 0:
            richest = max(POOLS, key=lambda each: given[each])
            given[richest] -= 1
            given[pool] += 1
    return given


class Flow(NamedTuple):
    """Unused places that go from one share to another."""

    giver: str
    taker: str
    places: int


def phase(starts_at: datetime, now: datetime, release: timedelta = RELEASE) -> str:
    """Where a slot stands: its shares are its channels' alone (""), are released, or (two hours before) in the last."""
    if starts_at <= now or starts_at > now + release:
        return ""
    return "last" if starts_at <= now + LAST else "release"


def flows(phase: str, free: Mapping[str, int], keep: int = KEEP) -> list[Flow]:
    """Which unused places flow where, in this order. The twin of ``appointments_flows``.

    1. In the last two hours, when the counter has none left, online gives it what it has free: people stand there.
    2. An offline share that is full gets one place from the offline share that has most free, if that has two or more.
    3. Before the last two hours, what the offline shares then have free goes to online.

    Whoever gives in 1 and 3 keeps ``keep`` places. Doing it again at once moves nothing.
    """
    left, found = dict(free), []

    def give(giver: str, taker: str, places: int) -> None:
        left[giver] -= places
        left[taker] += places
        found.append(Flow(giver, taker, places))

    online, offline = POOLS[0], POOLS[1:]
    if phase == "last" and left["counter"] == 0 and left[online] > keep:
        give(online, "counter", left[online] - keep)
    if phase == "last" or (phase == "release" and keep > 0):
        for taker in offline:
            giver = max(offline, key=lambda each: left[each])
            if left[taker] == 0 and left[giver] > 1:
                give(giver, taker, 1)
    if phase == "release":
        for giver in offline:
            if left[giver] > keep:
                give(giver, online, left[giver] - keep)
    return found


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


def decide(
    wanted: Wanted | None, item: str | None, live: Iterable[Booked], now: datetime, missed: Iterable[datetime] = (),
    further: Collection[str] = (),
) -> str:  # fmt: skip
    """Why a booking may not be, or ``""``. The twin of ``appointments_refusal`` and ``appointments_take``.

    ``further`` are the services of the visit besides ``item``; ``missed`` are the times of the person's online
    no-shows that were not excused.
    """
    standing = [each for each in live if each.ends_at > now]
    if wanted is None:
        return "no-such-slot"
    if not wanted.open or wanted.starts_at < now + LEAD:
        return "slot-closed"
    if wanted.reserved:
        return "residents-first"
    if any(each.slot == wanted.slot for each in standing):
        return "already-booked"
    if any(each.starts_at < wanted.ends_at and each.ends_at > wanted.starts_at for each in standing):
        return "overlap"
    errands = {item, *further} - {None}
    if any(errands & {each.item, *each.further} for each in standing):
        return "same-item"
    if len(standing) >= MOST:
        return "too-many"
    online = wanted.pool == "online" and any(each.pool == "online" for each in standing)
    if online and cooling_until(missed, now) is not None:
        return "cool-down"
    return "" if wanted.left > 0 else "slot-taken"


def cooling_until(missed: Iterable[datetime], now: datetime) -> datetime | None:
    """Until when somebody may hold one online place only; none for whoever keeps the word.

    It follows two no-shows within sixty days and lasts thirty days from the later one. Only online places count, and
    only online places are limited: whoever calls, comes, or is helped meets no punishment.
    """
    latest = sorted(missed, reverse=True)[:MISSES]
    if len(latest) < MISSES or latest[0] - latest[-1] > WITHIN or latest[0] + COOLING <= now:
        return None
    return latest[0] + COOLING


def may_change(state: str, starts_at: datetime, now: datetime) -> bool:
    """Whether an appointment can still be cancelled or moved: it stands, and has not begun."""
    return state == "booked" and starts_at > now


def reminders(starts_at: datetime, now: datetime) -> list[tuple[str, datetime]]:
    """When to remind of a booking made ``now``: two days and two hours before, what has gone by already left out.

    Nobody is woken before seven for the second one; they would rather have slept, and are about to go anyway.
    """
    days, hours = starts_at - DAYS_BEFORE, starts_at - HOURS_BEFORE
    found = [("appointment-in-two-days", days)] if days > now else []
    if hours > now and clock.local(hours).time() >= EARLIEST:
        found.append(("appointment-in-two-hours", hours))
    return found
