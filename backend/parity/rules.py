"""What a report counts, how its numbers hang together, and what it finds. Pure functions."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from statistics import median
from typing import NamedTuple

LEAST = 10  # people; below it nothing is shown
AGES = ("0-17", "18-39", "40-59", "60-79", "80+", "unknown")
OLDER, OTHERS = ("60-79", "80+"), ("18-39", "40-59")
CHANNELS = ("online", "phone", "counter", "kiosk", "helper")
MEASURES = ("people", "came", "missed", "helped", "alone")
MONTHS = 6  # of history beside the current report
SETTLED = timedelta(days=2)  # after the month: then who came and who did not has been noted everywhere
ALL = ""
Ways = Mapping[str, Sequence[str]]  # the channels of each place


class Fact(NamedTuple):
    """A person's first place of the month: where, through which channel, at what age, with what outcome."""

    region: str
    hall: str
    channel: str
    age: str
    days: int
    came: bool
    helped: bool


class Cell(NamedTuple):
    """One count: ``place`` is the province (``""``), a county's code, or a hall's id."""

    place: str
    measure: str
    channel: str
    age: str


class Line(NamedTuple):
    """A total and the parts that make it up."""

    whole: Cell
    parts: tuple[Cell, ...]


def month_before(day: date) -> date:
    """The first day of the month before the one of ``day``."""
    return (day.replace(day=1) - timedelta(days=1)).replace(day=1)


def month_after(first: date) -> date:
    """The first day of the following month."""
    return (first.replace(day=28) + timedelta(days=4)).replace(day=1)


def due_months(today: date, made: Iterable[date]) -> list[date]:
    """The months that are over and settled and have no report yet, the latest first; at most the shown history."""
    have, found = set(made), []
    first = month_before(today - SETTLED)
    for _ in range(MONTHS):
        if first not in have:
            found.append(first)
        first = month_before(first)
    return found


def ways(facts: Iterable[Fact], offered: Mapping[str, Mapping[str, int]]) -> Ways:
    """The channels of each place: those that had places there. That is public, so a channel without any says nothing.

    Nobody can have had a place where none was offered; should rows say so all the same, the channel is counted.
    """
    found: dict[str, set[str]] = {ALL: set()}
    for fact in facts:
        for place in (ALL, fact.region, fact.hall):
            found.setdefault(place, set()).add(fact.channel)
    for place, channels in found.items():
        channels.update(each for each, places in offered.get(place, {}).items() if places)
    return {place: tuple(each for each in CHANNELS if each in channels) for place, channels in found.items()}


def counts(facts: Iterable[Fact], ways: Ways) -> dict[Cell, int]:
    """All cells of all places, those of nobody too."""
    found: Counter[Cell] = Counter()
    for fact in facts:
        for place in (ALL, fact.region, fact.hall):
            for measure in _measures(fact):
                for channel, age in [(ALL, ALL), (fact.channel, ALL), (ALL, fact.age)]:
                    found[Cell(place, measure, channel, age)] += 1
            if crosses(place):
                found[Cell(place, "people", fact.channel, fact.age)] += 1
    return {cell: found[cell] for place in sorted(ways) for cell in cells_of(place, ways[place])}


def crosses(place: str) -> bool:
    """Whether channel and age are shown together: for the province and counties; a hall has too few people."""
    return len(place) <= 6


def cells_of(place: str, channels: Sequence[str]) -> list[Cell]:
    """The cells of one place."""
    edges = [(ALL, ALL), *((channel, ALL) for channel in channels), *((ALL, age) for age in AGES)]
    found = [Cell(place, measure, *edge) for measure in MEASURES for edge in edges]
    if crosses(place):
        found += [Cell(place, "people", channel, age) for channel in channels for age in AGES]
    return found


def lines(inside: Mapping[str, Sequence[str]], ways: Ways) -> list[Line]:
    """Every sum that a reader can make. ``inside``: the halls of each county that has any."""
    found = [line for place in ways for line in _within(place, ways[place])]
    found += [_across(cell, list(inside), ways) for cell in cells_of(ALL, ways[ALL])]
    for county, halls in inside.items():
        edges = [cell for cell in cells_of(county, ways[county]) if not (cell.channel and cell.age)]
        found += [_across(cell, halls, ways) for cell in edges]
    return found


def _across(cell: Cell, places: Sequence[str], ways: Ways) -> Line:
    having = [each for each in places if not cell.channel or cell.channel in ways[each]]
    return Line(cell, tuple(cell._replace(place=place) for place in having))


def _within(place: str, channels: Sequence[str]) -> list[Line]:
    found = []
    for measure in MEASURES:
        whole = Cell(place, measure, ALL, ALL)
        found.append(Line(whole, tuple(whole._replace(channel=each) for each in channels)))
        found.append(Line(whole, tuple(whole._replace(age=each) for each in AGES)))
    if crosses(place):
        for channel in channels:
            edge = Cell(place, "people", channel, ALL)
            found.append(Line(edge, tuple(edge._replace(age=age) for age in AGES)))
        for age in AGES:
            edge = Cell(place, "people", ALL, age)
            found.append(Line(edge, tuple(edge._replace(channel=channel) for channel in channels)))
    for cell in cells_of(place, channels):
        if cell.measure == "people" and not (cell.channel and cell.age):
            found.append(Line(cell, (cell._replace(measure="came"), cell._replace(measure="missed"))))
            found.append(Line(cell, (cell._replace(measure="helped"), cell._replace(measure="alone"))))
    return found


def waits(facts: Sequence[Fact], place: str) -> dict[tuple[str, str], float]:
    """The median of days from asking to the appointment, by channel and by age.

    Only of ten people or more. A median says nothing of any one of them.
    """
    groups: dict[tuple[str, str], list[int]] = {}
    for fact in facts:
        if place in (ALL, fact.region, fact.hall):
            for key in [(ALL, ALL), (fact.channel, ALL), (ALL, fact.age)]:
                groups.setdefault(key, []).append(fact.days)
    return {key: round(median(days), 1) for key, days in groups.items() if len(days) >= LEAST}


def wait_of(facts: Sequence[Fact], place: str, ages: Iterable[str], shown: Collection[Cell]) -> float | None:
    """The median wait of several ages together, of those among them whose number is shown.

    Were the hidden ones counted too, that there is a median would tell how many they are together, and beside the
    median of the others it would tell which way those few have moved it.
    """
    open_ages = {age for age in ages if Cell(place, "people", ALL, age) in shown}
    days = [fact.days for fact in facts if place in (ALL, fact.region, fact.hall) and fact.age in open_ages]
    return round(median(days), 1) if days else None


def share(part: int | None, whole: int | None) -> int | None:
    """Whole percent; none when either is not shown."""
    return None if part is None or not whole else round(100 * part / whole)


def _measures(fact: Fact) -> tuple[str, str, str]:
    return "people", "came" if fact.came else "missed", "helped" if fact.helped else "alone"
