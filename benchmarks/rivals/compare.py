"""The same wishes for every system, and what became of the promises; then one row for each pair."""

import asyncio
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.rivals.django import locked, unlocked
from benchmarks.rivals.libres import libres
from benchmarks.rivals.ours import ours
from benchmarks.rivals.press import Answers, Wish, send
from benchmarks.rivals.pretix import pretix
from benchmarks.rivals.rival import PLACES, SLOTS, Rival, query
from benchmarks.table import Row
from benchmarks.world import database, populate

HOT, RACERS = 200, 600  # places of the hot slot, and people who want one
SPREAD, MIXED = 6_000, 1_500
WARM = 100
TWICE = 20  # every so many wishes one is sent twice at once, as after a lost answer; with the same key where one exists
PEOPLE = RACERS + SPREAD + MIXED + WARM
Start = Callable[[Path, Path, str, int], AbstractContextManager[Rival]]
SYSTEMS: dict[str, Start] = {"ours": ours, "pretix": pretix, "libres": libres, "unlocked": unlocked, "locked": locked}
PHASES = {
    "hot": f"one slot of {HOT} places, {RACERS} people",
    "spread": f"{SLOTS:,} slots of {PLACES} places",
    "mixed": "95 % calendar, 5 % booking",
}


@dataclass
class Outcome:
    """One phase of one system."""

    answers: Answers
    rate: float
    oversold: int = 0
    lost: int = 0
    duplicated: int = 0

    def __str__(self) -> str:
        errors = sum(count for status, count in self.answers.statuses.items() if status >= 500)
        return (
            f"oversold {self.oversold}, lost {self.lost}, duplicated {self.duplicated}, errors {errors}; "
            f"p50 {self.answers.ms(0.5):,.1f} ms, p99 {self.answers.ms(0.99):,.1f} ms"
        )


def measure(folder: Path, environments: Path, seconds: float, only: str = "") -> list[Row]:
    """Rates of ours and of each rival; what each did with its promises stands in the note, ours first."""
    data = folder / "data"
    populate(data, PEOPLE * 14)
    found: dict[str, dict[str, Outcome]] = {}
    names: dict[str, str] = {}
    with database(data) as running:
        for key, start in SYSTEMS.items():
            if key != "ours" and only and only != key:
                continue
            if key != "ours":
                query(running.dsn, "postgres", f"CREATE DATABASE {key}")
            with start(folder, environments, running.dsn, HOT) as rival:
                names[key], found[key] = rival.name, _phases(rival, seconds)
    return list(_rows(found, names))


def _phases(rival: Rival, seconds: float) -> dict[str, Outcome]:
    first: list[Wish | bytes] = [_wish(rival, PEOPLE - 1 - n) for n in range(WARM)]  # they pay for caches and plans
    if rival.calendar is not None:
        first += [rival.calendar(n) for n in range(WARM)]
    asyncio.run(send(rival.port, first, 60))
    racers = [Wish(n, 0, rival.book(0, n, _key())) for n in range(RACERS)]
    spread = [_wish(rival, n) for n in range(RACERS, RACERS + SPREAD)]
    found = {"hot": _race(rival, racers, 600), "spread": _race(rival, spread, seconds)}
    if rival.calendar is not None:
        mixed: list[Wish | bytes] = []
        for n in range(MIXED):
            mixed += [rival.calendar(n * 19 + day) for day in range(19)]
            mixed.append(_wish(rival, RACERS + SPREAD + n))
        answers = asyncio.run(send(rival.port, mixed, seconds))
        found["mixed"] = _judged(rival, answers, sum(answers.statuses.values()) / answers.seconds)
    return found


def _race(rival: Rival, wishes: list[Wish], seconds: float) -> Outcome:
    """Bookings a second until the last that was promised; a wish sent twice counts once."""
    sent = [wish for n, wish in enumerate(wishes) for _ in range(2 if n % TWICE == 0 else 1)]
    answers = asyncio.run(send(rival.port, sent, seconds))
    return _judged(rival, answers, len(answers.promised) / answers.last_promise)


def _judged(rival: Rival, answers: Answers, rate: float) -> Outcome:
    held = rival.held()
    taken, by_wish = Counter(slot for slot, _ in held), Counter(wish for _, wish in held)
    return Outcome(
        answers, rate,
        oversold=sum(max(0, count - (HOT if slot == 0 else PLACES)) for slot, count in taken.items()),
        lost=len(answers.promised - by_wish.keys()), duplicated=sum(count - 1 for count in by_wish.values()),
    )  # fmt: skip


def _wish(rival: Rival, number: int) -> Wish:
    slot = 1 + number % (SLOTS - 1)
    return Wish(number, slot, rival.book(slot, number, _key()))


def _key() -> str:
    return uuid.uuid4().hex


def _rows(found: dict[str, dict[str, Outcome]], names: dict[str, str]) -> Iterator[Row]:
    for phase, title in PHASES.items():
        own = found["ours"][phase]
        yield Row(f"{title}: {names['ours']}", "/s", own.rate, note=str(own))
        for key in found.keys() - {"ours"}:
            if phase in found[key]:
                theirs = found[key][phase]
                aim = "≥ 10" if key == "pretix" and phase != "mixed" else ""
                yield Row(f"{title}: {names[key]}", "/s", own.rate, theirs.rate, aim, rate=True, note=str(theirs))
