"""When a hall opens: which rule holds on a day, the times that follow, and what a change does. Pure functions.

Whatever order the rules are given in, the same times follow: of two rules of one group whose hours meet, the earlier
one keeps its hours and the later one begins after it.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from backend.appointments.rules import slots_of

HORIZON_MOST = 60  # days ahead that a hall may open
LEAD_MINUTES, HORIZON_DAYS = 30, 14  # what holds until a hall says otherwise
JOINT = ("phone", "video", "home")  # nobody comes to a hall, so counters of several can do it together (联办)
NOON = time(12)
HALVES = ("morning", "afternoon")
WORKDAYS = frozenset({1, 2, 3, 4, 5})


class Rule(NamedTuple):
    """An opening rule. ``group`` None: the general counters. ``once`` holds on its one day, whatever day that is."""

    key: str
    group: object
    repeat: str
    weekdays: frozenset[int]
    opens: time
    closes: time
    minutes: int
    capacity: int
    valid_from: date
    valid_to: date | None = None
    every: int = 1
    anchor: date | None = None
    nth: frozenset[int] = frozenset()
    season: tuple[str, str] = ("", "")
    per_counter: int | None = None


class Time(NamedTuple):
    """A time on offer: what a slot is made of."""

    group: object
    begins: time
    ends: time
    capacity: int
    rule: str


class Difference(NamedTuple):
    """What a change does to a day: times that come, times that go, times whose places change."""

    added: list[Time]
    removed: list[Time]
    resized: list[tuple[Time, Time]]


class Service(NamedTuple):
    """What a group of counters handles."""

    group: object
    kind: str
    items: Collection[str]
    themes: Collection[str]


def opens(rule: Rule, day: date, kind: str) -> bool:
    """Whether a rule opens on a day of this kind: workday, weekend, holiday or make-up workday (调休).

    A make-up workday opens like the Monday to Friday that it replaces; a holiday opens for what is written for the day.
    """
    if day < rule.valid_from or (rule.valid_to is not None and day > rule.valid_to):
        return False
    if rule.repeat == "once":
        return True
    if kind == "holiday" or not in_season(day, *rule.season):
        return False
    if kind == "makeup_workday":
        return rule.repeat == "weekly" and bool(rule.weekdays & WORKDAYS) and _in_turn(rule, day)
    if day.isoweekday() not in rule.weekdays:
        return False
    return _in_turn(rule, day) if rule.repeat == "weekly" else bool(rule.nth & nths(day))


def in_season(day: date, first: str, last: str) -> bool:
    """Whether a day lies between two days of the year (MM-DD), also across New Year; without bounds it always does.

    >>> in_season(date(2027, 1, 5), "11-01", "03-15"), in_season(date(2027, 7, 1), "11-01", "03-15")
    (True, False)
    """
    here = day.strftime("%m-%d")
    if not first:
        return True
    return first <= here <= last if first <= last else here >= first or here <= last


def nths(day: date) -> frozenset[int]:
    """Which of its weekdays in the month a day is; -1 is the last.

    >>> sorted(nths(date(2026, 11, 30)))
    [-1, 5]
    """
    last = (day + timedelta(days=7)).month != day.month
    return frozenset({(day.day - 1) // 7 + 1, *([-1] if last else [])})


def half_of(begins: time) -> str:
    """The half of the day in which a time begins."""
    return "morning" if begins < NOON else "afternoon"


def times_of(
    rules: Iterable[Rule], day: date, kind: str,
    closed: Collection[tuple[object, str]] = (), counters: Mapping[tuple[object, str], int] | None = None,
) -> list[Time]:  # fmt: skip
    """The times of a day, earliest first. ``closed`` and ``counters`` are by group and half of the day.

    Where something is written for the one day, only that holds for its group. ``counters`` are those on the roster; a
    half day without a roster keeps the capacity of its rule.
    """
    found: list[Time] = []
    holding = [rule for rule in rules if opens(rule, day, kind)]
    special = {rule.group for rule in holding if rule.repeat == "once"}
    free_from: dict[object, time] = {}
    for rule in sorted(holding, key=_order):
        if rule.group in special and rule.repeat != "once":
            continue
        start = max(rule.opens, free_from.get(rule.group, time.min))
        free_from[rule.group] = max(rule.closes, free_from.get(rule.group, time.min))
        if start >= rule.closes:
            continue
        for begins, ends in slots_of(start, rule.closes, rule.minutes):
            half = half_of(begins)
            places = _places(rule, (counters or {}).get((rule.group, half)))
            if (rule.group, half) not in closed and places:
                found.append(Time(rule.group, begins, ends, places, rule.key))
    return sorted(found, key=lambda each: (each.begins, str(each.group or "")))


def difference(before: Iterable[Time], after: Iterable[Time]) -> Difference:
    """What becomes of a day's times; one that keeps its group, beginning and end is the same time."""
    old = {(each.group, each.begins, each.ends): each for each in before}
    new = {(each.group, each.begins, each.ends): each for each in after}
    return Difference(
        added=[each for key, each in new.items() if key not in old],
        removed=[each for key, each in old.items() if key not in new],
        resized=[(old[key], each) for key, each in new.items() if key in old and old[key].capacity != each.capacity],
    )


def groups_for(item: str, themes: Collection[str], services: Iterable[Service], *, rest: bool) -> list[object]:
    """Who handles a service: groups that name it, else those with its theme, else the general counters (None).

    Without a service – just a visit – the general counters, or where there are none whatever can be visited.
    """
    known = list(services)
    if item:
        named = [each.group for each in known if item in each.items]
        found = named or [each.group for each in known if not set(each.themes).isdisjoint(themes)]
    else:
        found = [] if rest else [each.group for each in known if each.kind == "counter"]
    return found or ([None] if rest else [])


class Stretch(NamedTuple):
    """A time of some counters, with the places that are left in one share."""

    begins: datetime
    ends: datetime
    left: int = 0


def run(times: Sequence[Stretch], first: int, needs: Iterable[int | None]) -> int:
    """How many times a visit takes that begins with the ``first`` of these; 0 when it does not fit in.

    ``times`` are those of one group of counters on a day, in order; ``needs`` the minutes of each service, None where
    nobody has noted them: it takes as long as the first time lasts. The twin of ``appointments_run``.

    >>> at = datetime(2026, 11, 24, 9)
    >>> half = timedelta(minutes=30)
    >>> day = [Stretch(at, at + half), Stretch(at + half, at + 2 * half), Stretch(at + 3 * half, at + 4 * half)]
    >>> run(day, 0, [None, 20]), run(day, 1, [None, 20]), run(day, 2, [])
    (2, 0, 1)
    """
    lasts = times[first].ends - times[first].begins
    wanted = [lasts if need is None else timedelta(minutes=need) for need in needs]
    left = sum(wanted, timedelta()) - lasts
    at = first
    while left > timedelta():
        if at + 1 == len(times) or times[at + 1].begins != times[at].ends:
            return 0
        at += 1
        left -= times[at].ends - times[at].begins
    return at - first + 1


def visits(times: Sequence[Stretch], lengths: Sequence[int]) -> int:
    """How many visits of these lengths a day has room for: each begins as early as it can. Adding up what is left at
    each beginning would count a place once for every visit that could use it."""
    left = [each.left for each in times]
    found = 0
    for first, length in enumerate(lengths):
        if length:
            fit = max(0, min(left[first : first + length]))
            left[first : first + length] = [each - fit for each in left[first : first + length]]
            found += fit
    return found


def assign(
    wanting: Iterable[tuple[UUID, datetime, object, int]], free: Iterable[tuple[datetime, datetime, object, int]]
) -> dict[UUID, datetime]:
    """Who gets which time when a hall closes: each in turn the nearest free one of the same counters and share.

    ``wanting``: appointment, old time, kind of place, how many times in a row; ``free``: begin, end, kind of place, how
    many places.
    """
    left: dict[tuple[object, datetime], list[Any]] = {(kind, at): [ends, places] for at, ends, kind, places in free}

    def row(kind: object, at: datetime, units: int) -> list[list[Any]]:
        found: list[list[Any]] = []
        while len(found) < units and (each := left.get((kind, at))) is not None and each[1] > 0:
            found.append(each)
            at = each[0]
        return found if len(found) == units else []

    given = {}
    for appointment, old, kind, units in wanting:
        fitting = [at for of, at in left if of == kind and row(kind, at, units)]
        if fitting:
            best = min(fitting, key=lambda at: (abs(at - old), at))
            for each in row(kind, best, units):
                each[1] -= 1
            given[appointment] = best
    return given


def may_serve(skills: Collection[object], group: object) -> bool:
    """Whether a counter can serve a group: one without noted skills serves all."""
    return not skills or group in skills


def _in_turn(rule: Rule, day: date) -> bool:
    """Whether the week of a day is one of every n-th, counted from the week of the anchor."""
    anchor = rule.anchor or rule.valid_from
    weeks = (_monday(day) - _monday(anchor)).days // 7
    return weeks % rule.every == 0


def _monday(day: date) -> date:
    return day - timedelta(days=day.isoweekday() - 1)


def _places(rule: Rule, counters: int | None) -> int:
    if rule.per_counter is None or counters is None:
        return rule.capacity
    return rule.per_counter * counters


def _order(rule: Rule) -> tuple[time, time, int, int, str]:
    return rule.opens, rule.closes, rule.minutes, rule.capacity, rule.key
