"""What of a hall's statistics is drawn, and the one sentence that heads each drawing."""

from collections.abc import Callable

from accessibility import plots
from backend.core.words import N_
from backend.queues.pages.common import KINDS
from backend.queues.schemas import Forecast, Statistics, WaitLine

Say = Callable[..., str]


def arrivals(found: Statistics, say: Say) -> tuple[str, list[plots.Bar]]:
    """Numbers taken by hour."""
    hours = _hours(found)
    if not hours:
        return say(N_("When people come")), []
    busiest = max(hours, key=lambda each: each.taken)
    title = say(N_("Most people come from {a} to {b}"), a=f"{busiest.hour}:00", b=f"{(busiest.hour or 0) + 1}:00")
    return title, plots.bars([(str(each.hour), float(each.taken), str(each.taken), None) for each in hours])


def waits(found: Statistics, say: Say) -> tuple[str, list[plots.Bar]]:
    """Waits by hour: half of the people as a column, nine of ten as the mark above."""
    hours = [each for each in _hours(found) if each.half is not None]
    title = say(N_("How long people waited, by hour"))
    if not hours:
        return title, []
    worst = max(hours, key=lambda each: each.most or 0.0)
    title = say(N_("Whoever took a number from {a} on waited longest: nine of ten up to {n} minutes"),
                a=f"{worst.hour}:00", n=f"{worst.most:g}")  # fmt: skip
    rows = [(str(each.hour), each.half or 0.0, f"{each.half or 0:.0f}", each.most) for each in hours]
    return title, plots.bars(rows)


def absences(found: Statistics, say: Say) -> tuple[str, list[plots.Bar]]:
    """Of a hundred called, how many did not come, by kind."""
    rows = []
    for kind, name in KINDS.items():
        line = next((each for each in found.waits if each.kind == kind and each.hour is None), None)
        if line is not None and line.called:
            percent = round(100 * line.missed / line.called)
            rows.append((say(name), float(percent), say(N_("{n} %"), n=percent), None))
    whole = found.waits[0] if found.waits else None
    missed = round(100 * whole.missed / whole.called) if whole and whole.called else 0
    return say(N_("{n} of 100 people who were called did not come"), n=missed), plots.bars(rows)


def doors(found: Statistics, names: dict[str, str], say: Say) -> tuple[str, list[plots.Bar]]:
    """The share of each door."""
    whole = sum(each.taken for each in found.channels)
    rows = []
    for each in found.channels:
        percent = round(100 * each.taken / whole)
        name = say(names[each.channel]) if each.channel in names else each.channel
        rows.append((name, float(percent), say(N_("{n} %"), n=percent), None))
    title = say(N_("How they took their number"))
    if rows:
        title = say(N_("Most took their number this way: {door}, {n} of 100"), door=rows[0][0], n=round(rows[0][1]))
    return title, plots.bars(rows)


def coming(found: Forecast, say: Say) -> tuple[str, list[plots.Bar]]:
    """The people to expect, by hour."""
    if found.total is None:
        return say(N_("Too few days of the past for a forecast")), []
    title = say(N_("About {n} people will come on the next working day"), n=round(found.total))
    return title, plots.bars([(str(hour), n, f"{n:.0f}", None) for hour, n in found.hours.items()])


def _hours(found: Statistics) -> list[WaitLine]:
    return [each for each in found.waits if each.kind == "all" and each.hour is not None]
