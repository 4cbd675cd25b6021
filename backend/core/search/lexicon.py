"""Words of the street and what offices call the same thing. The words come from outside (CSV files)."""

import csv
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

import msgspec

from backend.core.search.text import normal

ROLES = frozenset({"word", "intent", "lookup", "company", "person", "filler", "noise", "aside", "base", "particle"})


class Entry(msgspec.Struct, frozen=True):
    """One row: any of ``street`` (parts separated by a space must all occur) means any of ``official``.

    ``role``: *word* a thing, *intent* what one wants to do with it, *lookup* wants to look something up,
    *company* / *person* for whom, *filler* says nothing, *particle* may stand inside a word (养了条狗);
    and of titles: *noise* says nothing, *aside* marks a special case that is shown first only when asked for,
    *base* the ordinary case.
    """

    role: str
    street: tuple[str, ...]
    official: tuple[str, ...] = ()
    weight: float = 1.0


APART = 0.6  # how much a long word counts when something stands between its halves


class BadLexicon(ValueError):
    """A row that cannot be used; the text names file, line and reason."""


class Lexicon:
    """All entries, arranged for looking up."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self.single: dict[str, list[Entry]] = {}
        self.together: dict[str, list[tuple[tuple[str, ...], Entry, float]]] = {}
        self.noise: list[str] = []
        self.asides: list[str] = []
        self.bases: list[str] = []
        self.particles: list[str] = []
        titles = {"noise": self.noise, "aside": self.asides, "base": self.bases, "particle": self.particles}
        for entry in entries:
            if entry.role in titles:
                titles[entry.role].extend(normal(word) for word in entry.street)
                continue
            for street in entry.street:
                parts = tuple(normal(street).split())
                if len(parts) > 1:
                    self._add_together(parts, entry, 1.0)
                elif parts:
                    self.single.setdefault(parts[0], []).append(entry)
                    for halves in _halves(parts[0]) if entry.role == "word" else ():
                        self._add_together(halves, entry, APART)
        self.noise.sort(key=len, reverse=True)
        self.particles.sort(key=len, reverse=True)

    def _add_together(self, parts: tuple[str, ...], entry: Entry, strength: float) -> None:
        self.together.setdefault(parts[0][0], []).append((parts, entry, strength))

    @cached_property
    def longest(self) -> int:
        """Characters of the longest single word."""
        return max((len(word) for word in self.single), default=0)

    def vocabulary(self) -> Iterable[tuple[str, float]]:
        """Words for reading pinyin: street words and official terms."""
        for word, entries in self.single.items():
            if any(entry.role in ("word", "intent", "lookup") for entry in entries):
                yield word, 4.0
            for entry in entries:
                for official in entry.official:
                    yield official, 3.0


def read(path: Path) -> list[Entry]:
    """Entries of a CSV with the columns type, street, official, weight, domain; alternatives separated by ``|``."""
    entries: list[Entry] = []
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            entries.append(_entry(row, f"{path.name}, row {len(entries) + 2}"))
    return entries


def _halves(word: str) -> list[tuple[str, ...]]:
    """A long word in two, as it may be found with something in between: 疫苗出问题, 打完疫苗孩子出问题."""
    if len(word) < 4 or not word.isalpha() or word.isascii():
        return []
    return [(word[:at], word[at:]) for at in range(2, len(word) - 1)]


def _entry(row: dict[str, str], where: str) -> Entry:
    role = (row.get("type") or "").strip()
    if role not in ROLES:
        raise BadLexicon(f"{where}: type {role!r} is not one of {', '.join(sorted(ROLES))}")
    street = _alternatives(row.get("street"))
    official = _alternatives(row.get("official"))
    if not street or (role in ("word", "intent") and not official):
        raise BadLexicon(f"{where}: street and official wording are needed")
    try:
        weight = float(row.get("weight") or 1)
    except ValueError:
        raise BadLexicon(f"{where}: weight is not a number") from None
    return Entry(role=role, street=street, official=official, weight=min(max(weight, 0.0), 2.0))


def _alternatives(cell: str | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in (cell or "").split("|") if part.strip()))
