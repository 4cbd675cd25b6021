"""The demonstration world of identity: people by name, and any number of invented residents.

Names after the shares of surnames, ages and places after the census. Nobody invented here can be dialled (100…).
"""

import csv
import json
import random
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import Any
from uuid import UUID

from backend.core import clock, db
from backend.identity.sealed import name_birth_index, phone_index, seal
from backend.identity.service import make_personas

ORDER = 10
DATA = Path(__file__).parent / "data"
BATCH = 5_000
COLUMNS = (
    "region", "id", "name", "phone", "phone_index", "birth", "name_birth_index", "home", "lang", "mode", "notice_by",
    "assurance", "state", "created", "changed",
)  # fmt: skip
Weighted = tuple[list[Any], list[float]]
NEIGHBOURS = 250  # residents who are there from the beginning: full days need people
NEIGHBOURS_FROM = 80_000_000  # their numbers, above those of any populated world
FIRST_NUMBER = 10_000_000  # below it are the personas' numbers


async def world() -> None:
    """The people of the demonstration and a few neighbours; safe to repeat."""
    await make_personas()
    await _add(0, NEIGHBOURS_FROM, NEIGHBOURS)


async def populate(scale: int, seed: int, report: Callable[[int, int], None]) -> None:
    """Make ``scale`` residents by COPY, the same ones for the same seed. A run that was cut off goes on."""
    for first in range(0, scale, BATCH):
        count = min(BATCH, scale - first)
        await _add(seed, first, count)
        report(first + count, scale)


async def _add(seed: int, first: int, count: int) -> None:
    """One batch, unless its first resident is there already."""
    async with db.transaction(gucs={"statement_timeout": "5min"}):
        if not await db.fetchval("SELECT 1 FROM identity_person WHERE region = '000000' AND id = $1", _id(seed, first)):
            await db.copy_records("identity_person", COLUMNS, _residents(seed, first, count))


def _residents(seed: int, first: int, count: int) -> Iterator[tuple[Any, ...]]:
    """Rows of one batch. Each batch has its own generator, so it does not matter which were made before."""
    chance, today, now = random.Random(f"{seed}:{first}"), clock.today(), clock.now()
    for number in range(first, first + count):
        person, sex, birth = _id(seed, number), chance.choices("MF", (50.09, 49.91))[0], _birth(chance, today)
        name, years = _name(chance, sex), today.year - birth.year
        phone = "" if years < 12 or (years > 74 and chance.random() < 0.2) else f"100{FIRST_NUMBER + number:08d}"
        elder = years >= 65 and chance.random() < 0.4
        yield (
            "000000", person, seal("person", person, "name", name), seal("person", person, "phone", phone),
            phone_index(phone) if phone else None, seal("person", person, "birth", birth.isoformat()),
            name_birth_index(name, birth), _home(chance), "zh_CN", "elder" if elder else "standard",
            "sms" if phone else "letter", "phone", "active", now, now,
        )  # fmt: skip


def _id(seed: int, number: int) -> UUID:
    """A version 7 id from seed and number: the same every time, in the order of the numbers."""
    return UUID(int=(1_700_000_000_000 + number) << 80 | 0x7 << 76 | 0b10 << 62 | (seed & 0xFFFFFFFF))


def _name(chance: random.Random, sex: str) -> str:
    surnames, given = _surnames(), _given(sex)
    second = chance.choice(given) if chance.random() < 0.25 else ""
    surname: str = chance.choices(surnames[0], cum_weights=surnames[1])[0]
    return surname + chance.choice(given) + second


def _birth(chance: random.Random, today: date) -> date:
    bins = _ages()
    youngest, oldest = chance.choices(bins[0], cum_weights=bins[1])[0]
    return today - timedelta(days=chance.randrange(int(youngest * 365.25), int((oldest + 1) * 365.25)))


def _home(chance: random.Random) -> str:
    """A township in proportion to the prefecture's people, a subdistrict as often as people live in towns."""
    prefectures, urban_share = _prefectures()
    prefecture = chance.choices(prefectures[0], cum_weights=prefectures[1])[0]
    urban, rural = _townships()[prefecture]
    return chance.choice(urban if rural == [] or (urban and chance.random() < urban_share) else rural)


@cache
def _surnames() -> Weighted:
    with (DATA / "surnames.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return [row["surname"] for row in rows], list(accumulate(float(row["weight_percent"]) for row in rows))


@cache
def _given(sex: str) -> list[str]:
    with (DATA / "given_names.csv").open(encoding="utf-8") as file:
        return [row["given_name"] for row in csv.DictReader(file) if row["sex"] == sex]


@cache
def _ages() -> Weighted:
    shares: dict[str, float] = _population()["age_bins_assumed"]["percent"]
    bins = [tuple(int(end) for end in name.replace("+", "-99").split("-")) for name in shares]
    return bins, list(accumulate(shares.values()))


@cache
def _prefectures() -> tuple[Weighted, float]:
    rows = _population()["prefectures"]
    weighted = [row["code"][:4] for row in rows], list(accumulate(row["census_2020"] for row in rows))
    return weighted, _population()["census_2020"]["urban_share"]


@cache
def _townships() -> dict[str, tuple[list[str], list[str]]]:
    found: dict[str, tuple[list[str], list[str]]] = {}
    with (DATA / "townships.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            urban, rural = found.setdefault(row["code"][:4], ([], []))
            (urban if row["urban"] == "1" else rural).append(row["code"])
    return found


@cache
def _population() -> Any:
    return json.loads((DATA / "population.json").read_text(encoding="utf-8"))
