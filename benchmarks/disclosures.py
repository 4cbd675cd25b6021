"""Who looked, with a million reads in the trail: the page's query against a bare index look-up; the chain's speed."""

import asyncio
import statistics
import time
import uuid
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import asyncpg

from backend.core import chain, clock, db, events, trail
from backend.core.actor import Actor
from backend.disclosures import service
from backend.disclosures.service.looking import SCAN
from benchmarks.table import Row
from benchmarks.world import database, populate

ROWS = 1_000_000
MUCH, LITTLE = 50_000, 100  # reads of two people among them
FEW, MANY = uuid.uuid4(), uuid.uuid4()
STAFF, REGION = uuid.uuid4(), "230103"
# Reads spread over a year in the order of their time, as ids are; a row belongs to MANY, to FEW or to somebody else.
FILL = """INSERT INTO core_view (region, id, person, what, purpose, at, acting, principal, basis, channel,
        acting_region, acting_role)
    SELECT $1, (lpad(to_hex(ms), 12, '0') || '7000' || substr(md5(n::text), 1, 16))::uuid,
        CASE WHEN n % $2 = 0 THEN $3::uuid WHEN n % $4 = 1 THEN $5::uuid ELSE md5((n % 20011)::text)::uuid END,
        'person', 'Handling a matter of yours', to_timestamp(ms / 1000.0), $6, NULL, 'official', 'phone', $1, 'operator'
    FROM (SELECT n, ($7::bigint + n * $8::bigint) AS ms FROM generate_series(1, $9::bigint) n) moments"""
FLOOR = "SELECT id, at FROM core_view WHERE person = $1 ORDER BY id DESC LIMIT 20"


def measure(folder: Path, rounds: int, seconds: float) -> list[Row]:
    """Milliseconds for the verb and for its query alone, for somebody read often and somebody read seldom."""
    data = folder / "data"
    populate(data, 0)
    with database(data) as running:
        return asyncio.run(_measure(running.dsn, rounds * 40))


async def _measure(dsn: str, times: int) -> list[Row]:
    long = {"statement_timeout": "0", "idle_in_transaction_session_timeout": "0"}
    await db.start(dsn, size=2, limits=long)
    await _as_owner(dsn, _fill)
    rows = []
    for name, person in ((f"{LITTLE} reads of the person", FEW), (f"{MUCH:,} reads of the person", MANY)):
        actor = Actor(acting=person, principal=person, roles=frozenset({"resident"}), region=REGION)
        floor = await _p50(lambda person=person: db.fetch(FLOOR, person), times)  # type: ignore[misc]
        query = await _p50(lambda person=person: trail.views_of(person, None, SCAN), times)  # type: ignore[misc]
        verb = await _p50(lambda actor=actor: service.who_looked(actor), times)  # type: ignore[misc]
        rows += [
            Row(f"who looked, query, {name}", "ms", query, floor, "≤ 5 ms", note=f"folding reads up to {SCAN} rows"),
            Row(f"who looked, the whole verb, {name}", "ms", verb, floor, "≤ 5 ms"),
        ]
    rows += [await _announcing(dsn, times), *await _chain()]
    await db.stop()
    return rows


async def _as_owner(dsn: str, work: Callable[[asyncpg.Connection], Awaitable[None]]) -> None:
    """The portal's own role may not load or change the schema."""
    connection = await asyncpg.connect(dsn)
    try:
        await work(connection)
    finally:
        await connection.close()


async def _fill(owner: asyncpg.Connection) -> None:
    start = int((clock.now() - timedelta(days=360)).timestamp() * 1000)
    step = 360 * 86_400_000 // ROWS
    await owner.execute(FILL, REGION, ROWS // MUCH, MANY, ROWS // LITTLE, FEW, STAFF, start, step, ROWS)
    await owner.execute("VACUUM ANALYZE core_view")


async def _without_the_index(owner: asyncpg.Connection) -> None:
    await owner.execute("DROP INDEX core_announcement_for_others_ix")


async def _announcing(dsn: str, times: int) -> Row:
    """An announcement of one's own act, with the indexes of the chain and of acts of others in place, and without."""

    class Measured(events.Event, frozen=True):
        pass

    me = uuid.uuid4()
    actor = Actor(acting=me, principal=me, roles=frozenset({"resident"}), region=REGION)

    async def act() -> UUID:
        return await events.announce(actor, Measured(region=REGION, subject=me))

    with_index = await _p50(act, times * 5)
    await _as_owner(dsn, _without_the_index)
    without = await _p50(act, times * 5)
    return Row("an announcement of one's own act", "ms", with_index, without, note="floor: without the new index")


async def _chain() -> list[Row]:
    began, sealed = time.perf_counter(), 0
    while step := await chain.seal():
        sealed += step
    took = time.perf_counter() - began
    idle = await _p50(lambda: chain.seal(timedelta(seconds=30)), 20)
    began = time.perf_counter()
    report = await chain.verify()
    walked = time.perf_counter() - began
    assert not report.found
    return [
        Row("rows sealed, catching up", "/s", sealed / took, rate=True),
        Row("a round of the sealer with nothing to do", "ms", idle),
        Row("rows verified", "/s", report.rows / walked, rate=True),
    ]


async def _p50(work: Callable[[], Awaitable[object]], times: int) -> float:
    """The middle of so many calls, in milliseconds; the first few warm up."""
    taken = []
    for number in range(times + 5):
        began = time.perf_counter()
        await work()
        if number >= 5:
            taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken)
