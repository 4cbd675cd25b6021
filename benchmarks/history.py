"""Millions of past appointments, fast: the demonstration's history, and copies of it further back by SQL.

A copy has people, slots and numbers of its own, weeks before the copy after it; so a person has as many appointments
in ten millions as in ten thousand, as in a portal that more people use for longer.
"""

import asyncio
from pathlib import Path

import asyncpg

from benchmarks.world import database, populate

REAL = 100_000  # appointments that the project's own command makes
# As the owner of the tables, without the triggers of foreign keys: a copy refers to copies.
FAST = "SET session_replication_role = replica; SET synchronous_commit = off; SET maintenance_work_mem = '512MB'"
STEPS = (
    """CREATE UNLOGGED TABLE IF NOT EXISTS history_base AS
        SELECT * FROM appointments_appointment WHERE state <> 'booked' AND ended_at IS NOT NULL""",
    """INSERT INTO appointments_slot (region, id, hall_id, day, ordinal, starts_at, ends_at, state)
        SELECT region, md5(id::text || c)::uuid, hall_id, (day - c * $3::interval)::date, ordinal,
            starts_at - c * $3::interval, ends_at - c * $3::interval, state
        FROM appointments_slot, generate_series($1::integer, $2::integer) c
        WHERE id IN (SELECT slot_id FROM history_base)""",
    """INSERT INTO appointments_share (region, slot_id, pool, capacity, taken, issued)
        SELECT region, md5(slot_id::text || c)::uuid, pool, capacity, taken, issued
        FROM appointments_share, generate_series($1::integer, $2::integer) c
        WHERE $3::interval IS NOT NULL AND slot_id IN (SELECT slot_id FROM history_base)""",
    """INSERT INTO appointments_appointment (region, id, slot_id, hall_id, item_id, person_id, pool, number, code,
            state, starts_at, ends_at, acting, basis, channel, created_at, ended_at, request, request_hash)
        SELECT region, md5(id::text || c)::uuid, md5(slot_id::text || c)::uuid, hall_id, item_id,
            md5(person_id::text || c)::uuid, pool, number, code, state, starts_at - c * $3::interval,
            ends_at - c * $3::interval, md5(person_id::text || c)::uuid, basis, channel,
            created_at - c * $3::interval, ended_at - c * $3::interval,
            decode(md5(id::text || c), 'hex'), request_hash
        FROM history_base, generate_series($1::integer, $2::integer) c""",
)
WEEKS = """SELECT ((max(starts_at)::date - min(starts_at)::date) / 7 + 1) * interval '7 days'
    FROM history_base"""
SET_ASIDE = """SELECT indexname AS name, indexdef AS definition FROM pg_indexes i
    WHERE tablename = 'appointments_appointment'
        AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conname = i.indexname)"""


def grow(data: Path, size: int) -> None:
    """Bring the history of a data folder to about ``size`` appointments; it only ever grows."""
    with database(data) as running:
        there = asyncio.run(_count(running.dsn))
    if not there:  # the command makes the same rows each time: only once
        populate(data, min(size, REAL))
        there = min(size, REAL)
    if there < size:
        with database(data) as running:
            asyncio.run(_multiply(running.dsn, size))


async def _count(dsn: str) -> int:
    connection = await asyncpg.connect(dsn)
    try:
        found: int | None = await connection.fetchval(
            "SELECT count(*) FROM appointments_appointment WHERE state <> 'booked'"
        )
        return found or 0
    except asyncpg.UndefinedTableError:
        return 0
    finally:
        await connection.close()


async def _multiply(dsn: str, size: int) -> None:
    """Copies until there are enough; indexes that no constraint needs are made again afterwards, which is faster."""
    connection = await asyncpg.connect(dsn)
    await connection.execute(FAST)
    await connection.execute(STEPS[0])
    base = await connection.fetchval("SELECT count(*) FROM history_base")
    there = await connection.fetchval("SELECT count(*) FROM appointments_appointment WHERE state <> 'booked'")
    weeks = await connection.fetchval(WEEKS)
    first, last = there // base, -(-size // base) - 1
    aside = await connection.fetch(SET_ASIDE)
    for index in aside:
        await connection.execute(f"DROP INDEX {index['name']}")
    for step in STEPS[1:]:
        await connection.execute(step, first, last, weeks, timeout=None)
    for index in aside:
        await connection.execute(index["definition"])
    await connection.execute("VACUUM (ANALYZE) appointments_slot, appointments_share, appointments_appointment")
    await connection.execute("CHECKPOINT")
    await connection.close()
