"""Loads divisions, halls and days from ``data/`` by COPY. Repeatable: rows a city has edited are left alone."""

import csv
from collections.abc import Iterable, Iterator
from datetime import date, time
from hashlib import sha256
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from pypinyin import lazy_pinyin

from backend.core import db
from backend.core.reference import Report
from backend.places import rules

NAME = "places"
ORDER = 10
DATA = Path(__file__).parent / "data"
FILES = ("divisions.csv", "halls.csv", "calendar.csv")
RULES = "2"  # raise it when the loader itself derives something differently

Row = tuple[object, ...]

DIVISION = (
    "code", "parent", "level", "kind", "name", "full_name", "english", "spelled", "initials", "urban_rural",
    "lat", "lng", "coord_source",
)  # fmt: skip
HALL = (
    "region", "id", "code", "name", "english", "level", "division", "located_in", "address", "phone", "opens", "closes",
    "status", "source", "bookable",
)  # fmt: skip
DAY = ("day", "kind", "holiday", "status")


def version() -> str:
    """The hash of the files and of the rules that read them."""
    digest = sha256(RULES.encode())
    for name in FILES:
        digest.update((DATA / name).read_bytes())
    return digest.hexdigest()[:16]


async def load(report: Report) -> None:
    """Bring the three tables up to the files."""
    source = list(_rows("divisions.csv"))
    divisions = [_division(row, names) for row, names in _with_names(source)]
    english = {str(row[0]): str(row[6]) for row in divisions}
    halls = [_hall(row, english) for row in _rows("halls.csv")]
    days = [_day(row) for row in _rows("calendar.csv")]
    total = len(divisions) + len(halls) + len(days)
    await _merge("places_division", DIVISION, divisions, key=("code",))
    report(len(divisions), total)
    await _merge("places_hall", HALL, halls, key=("region", "code"), keep=("id", "bookable"))
    report(len(divisions) + len(halls), total)
    await _merge("places_day", DAY, days, key=("day",))
    report(total, total)


async def _merge(
    table: str, columns: tuple[str, ...], rows: list[Row], *, key: tuple[str, ...], keep: tuple[str, ...] = ()
) -> None:
    """COPY into a temporary table, then insert what is new and renew what nobody has edited here."""
    fresh = f"{table}_fresh"
    names, keys = ", ".join(columns), ", ".join(key)
    changing = [each for each in columns if each not in key and each not in keep]
    async with db.transaction():
        await db.execute(f"CREATE TEMP TABLE {fresh} ON COMMIT DROP AS SELECT {names} FROM {table} WITH NO DATA")
        await db.copy_records(fresh, columns, rows)
        await db.execute(
            f"""INSERT INTO {table} ({names}) SELECT {names} FROM {fresh}
            ON CONFLICT ({keys}) DO UPDATE SET {", ".join(f"{each} = excluded.{each}" for each in changing)}
            WHERE {table}.edited_at IS NULL"""
        )
        await db.execute(f"DROP TABLE {fresh}")
        await db.execute(f"ANALYZE {table}")


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _with_names(rows: list[dict[str, str]]) -> Iterable[tuple[dict[str, str], str]]:
    """Each row with its names from the prefecture down; the province only names itself."""
    by_code = {row["code"]: row for row in rows}
    for row in rows:
        chain = [by_code[code]["name"] for code in rules.ancestors(row["code"])[1:] if code in by_code]
        yield row, "".join(chain) or row["name"]


def _division(row: dict[str, str], full_name: str) -> Row:
    level = int(row["level"])
    syllables = rules.reading(row["name"], row["pinyin"] if level < 5 else " ".join(lazy_pinyin(row["name"])))
    return (
        row["code"], row["parent"], level, row["kind"], row["name"], full_name,
        rules.english_name(row["name"], row["pinyin"], level), " ".join(syllables),
        "".join(each[0] for each in syllables), row["ur_code_2016"],
        _number(row["lat_wgs84"]), _number(row["lng_wgs84"]), row["coord_source"],
    )  # fmt: skip


def _hall(row: dict[str, str], english: dict[str, str]) -> Row:
    opens, closes = row["hours_weekday"].split("-") if row["hours_weekday"] else ("", "")
    return (
        rules.region(row["located_in"] or row["division_code"]),
        uuid5(NAMESPACE_URL, rules.hall_id_text(row["hall_id"])), row["hall_id"], row["name"],
        rules.english_hall(row["name"], english[row["division_code"]]), row["level"], row["division_code"],
        row["located_in"], row["address"], "", _time(opens), _time(closes),
        "derived" if row["derived"] == "1" else "listed", row["source"], False,
    )  # fmt: skip


def _day(row: dict[str, str]) -> Row:
    return date.fromisoformat(row["date"]), row["day_type"], row["holiday_name"], row["status"]


def _number(text: str) -> float | None:
    return float(text) if text else None


def _time(text: str) -> time | None:
    return time.fromisoformat(text) if text else None
