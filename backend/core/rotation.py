"""Moves what is sealed to the current root key, row by row, while the portal runs.

A row is old when one of its fields was sealed under another key. All its fields are sealed anew and all its
fingerprints made anew in one statement, so a row is never half moved. Rows somebody is changing are skipped and found
in the next pass; a run that was cut off is simply started again.
"""

from collections.abc import AsyncIterator, Sequence
from typing import Any
from uuid import UUID

import msgspec

from backend.core import crypto, db
from backend.core.sealing import Sealed

BATCH = 500  # rows of one transaction: short locks, steady progress
FIRST = ("", UUID(int=0))
PATIENCE = {"statement_timeout": "5min", "lock_timeout": "10s", "idle_in_transaction_session_timeout": "1min"}


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """How far one table is: rows that carry sealed fields, and those still under an older key."""

    table: str
    rows: int
    old: int


async def progress(tables: Sequence[Sealed]) -> list[Progress]:
    """The state of every table with sealed fields."""
    found = []
    for each in tables:
        if each.fields:
            held = " OR ".join(f"{field} IS NOT NULL" for field in each.fields)
            row = await _alone(
                f"SELECT count(*) FILTER (WHERE {held}) AS rows, count(*) FILTER (WHERE {_old(each)}) AS old"
                f" FROM {each.table}",
                crypto.current(),
            )
            found.append(Progress(table=each.table, rows=row["rows"], old=row["old"]))
    return found


async def rotate(each: Sealed, *, batch: int = BATCH) -> AsyncIterator[int]:
    """Move the old rows of one table, pass after pass until none is left; yields the rows of each batch."""
    moved = 1
    while moved:
        moved, after = 0, FIRST
        while True:
            async with db.transaction(gucs=PATIENCE):
                rows = await db.fetch(_claim(each), crypto.current(), *after, batch)
                if rows:
                    await db.executemany(_update(each), [_renewed(each, row) for row in rows])
            if not rows:
                break
            moved, after = moved + len(rows), (rows[-1]["region"], rows[-1]["id"])
            yield len(rows)


def _old(each: Sealed) -> str:
    return " OR ".join(f"get_byte({field}, 0) <> $1" for field in each.fields)


def _claim(each: Sealed) -> str:
    """The next old rows in the order of the key, which is an index: no row is looked at twice in a pass."""
    columns = ", ".join(("region", "id", *each.fields))
    return f"""SELECT {columns} FROM {each.table} WHERE ({_old(each)}) AND (region, id) > ($2, $3)
        ORDER BY region, id LIMIT $4 FOR UPDATE SKIP LOCKED"""


def _update(each: Sealed) -> str:
    columns = (*each.fields, *each.fingerprints)
    sets = ", ".join(f"{column} = ${number}" for number, column in enumerate(columns, 3))
    return f"UPDATE {each.table} SET {sets} WHERE region = $1 AND id = $2"


def _renewed(each: Sealed, row: Any) -> tuple[Any, ...]:
    texts = {field: _opened(each, row, field) for field in each.fields}
    blobs = [crypto.seal(text, each.place(field, row["id"])) if row[field] else None for field, text in texts.items()]
    marks = [made(texts | {"id": str(row["id"])}) for made in each.fingerprints.values()]
    return row["region"], row["id"], *blobs, *marks


def _opened(each: Sealed, row: Any, field: str) -> str:
    return crypto.open(row[field], each.place(field, row["id"])) if row[field] else ""


async def _alone(sql: str, *values: Any) -> Any:
    async with db.transaction(gucs=PATIENCE, readonly=True):
        return await db.fetchrow(sql, *values)
