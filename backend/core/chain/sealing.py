"""The sealer: binds rows that are not in the chain yet. One at a time, in small steps, wherever the last one stopped.

It needs no index of its own on the rows: ids grow with time, so what is new lies above the largest sealed id. A row
that was committed late lies a little below; behind ``LOOK_BACK`` nothing is taken in any more, and the verifier
reports it. Rows keep waiting while no sealer runs.
"""

import asyncio
from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from backend.core import clock, db
from backend.core.chain.digests import (
    KINDS,
    LOOK_BACK,
    LinkRow,
    columns,
    digest,
    floor,
    genesis,
    horizon,
    id_at,
    link_hash,
    table,
)
from backend.core.log import logger

LINK = 500  # rows of one link
STEP = 5_000  # rows of one transaction, about
PAUSE = 2.0
SHORT = timedelta(seconds=30)  # looked back each time; all of ``LOOK_BACK`` once in ``SELDOM`` rounds
SELDOM = 30
LOCK = "SELECT pg_try_advisory_xact_lock(hashtextextended('trail:seal', 7))"
# The divisions with something above their largest sealed id, or where something may still come late. Jumps from one
# division to the next through the primary key: 122 divisions are a millisecond or two, however many rows there are.
WAITING = """WITH RECURSIVE known AS (
        (SELECT region FROM {table} ORDER BY region LIMIT 1)
        UNION ALL
        SELECT (SELECT t.region FROM {table} t WHERE t.region > known.region ORDER BY t.region LIMIT 1)
        FROM known WHERE known.region IS NOT NULL)
    SELECT known.region, sealed.top FROM known
    CROSS JOIN LATERAL (SELECT t.id FROM {table} t WHERE t.region = known.region AND t.id < $2
        ORDER BY t.id DESC LIMIT 1) newest
    LEFT JOIN LATERAL (SELECT l.top FROM core_link l WHERE l.region = known.region AND l.kind = $1
        ORDER BY l.top DESC LIMIT 1) sealed ON true
    WHERE sealed.top IS NULL OR newest.id > sealed.top OR sealed.top > $3"""
NEW = "SELECT {columns} FROM {table} WHERE region = $1 AND id > $2 AND id < $3 ORDER BY id LIMIT $4"
LATE = """SELECT {columns} FROM {table} WHERE region = $1 AND id = ANY(ARRAY(
        SELECT t.id FROM {table} t WHERE t.region = $1 AND t.id > $3 AND t.id <= $4
        EXCEPT SELECT unnest(l.ids) FROM core_link l WHERE l.region = $1 AND l.kind = $2 AND l.top > $3
        ORDER BY 1 LIMIT $5)) ORDER BY id"""
TAIL = "SELECT seq, hash FROM core_link WHERE region = $1 ORDER BY seq DESC LIMIT 1"
APPEND = """INSERT INTO core_link (region, seq, kind, ids, digests, top, previous, hash, at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"""
NOTHING = UUID(int=0)


async def run_sealer(stopping: asyncio.Event, *, pause: float = PAUSE) -> None:
    """Seal until stopped. Every process may run one; whoever holds the lock works."""
    rounds = 0
    while not stopping.is_set():
        busy = 0
        try:
            busy = await seal(SHORT if rounds % SELDOM else LOOK_BACK)
        except Exception as error:
            logger.log("error", "the trail cannot be sealed", error=type(error).__name__)
        if not busy:
            rounds += 1
            with suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), pause)


async def seal(back: timedelta = LOOK_BACK) -> int:
    """Seal one step in one transaction; returns the number of rows, 0 when another sealer is at work."""
    sealed = 0
    async with db.transaction():
        if not await db.fetchval(LOCK):
            return 0
        for kind in KINDS:
            waiting = WAITING.format(table=table(kind))
            for row in await db.fetch(waiting, kind, horizon(), id_at(clock.now() - back)):
                sealed += await _link(row["region"], kind, row["top"], back)
                if sealed >= STEP:
                    return sealed
    return sealed


async def _link(region: str, kind: str, top: UUID | None, back: timedelta) -> int:
    """Append one link with what waits in a division, late rows first; returns how many."""
    names = {"table": table(kind), "columns": columns(kind)}
    rows: list[asyncpg.Record] = []
    if top is not None:
        rows += await db.fetch(LATE.format(**names), region, kind, floor(top, back), top, LINK)
    rows += await db.fetch(NEW.format(**names), region, top or NOTHING, horizon(), LINK)
    if rows:
        await _append(region, kind, rows, top or NOTHING)
    return len(rows)


async def _append(region: str, kind: str, rows: list[Any], top: UUID) -> None:
    tail = await db.fetchrow(TAIL, region)
    link = LinkRow(
        region=region,
        seq=tail["seq"] + 1 if tail else 1,
        kind=kind,
        ids=[row["id"] for row in rows],
        digests=b"".join(digest(kind, row) for row in rows),
        top=max(top, rows[-1]["id"]),
        previous=tail["hash"] if tail else genesis(region),
        hash=b"",
        at=clock.now(),
    )
    link = msgspec.structs.replace(link, hash=link_hash(link))
    await db.execute(APPEND, *msgspec.structs.astuple(link))
