"""A time that closes lets go of what was kept in it: choices, offers and places on their way back. Lines stay.

Called in the transaction that closes, which holds the locks of the shares; whoever waits for one finds the time closed.
A visit kept from an open time on that reaches into a closed one is let go afterwards, under the lock of its own first
share: until then it cannot be booked, as all its times are looked at. The job that settles closures does it too, for
whatever way the time closed and wherever a crash came between.
"""

from typing import Any
from uuid import UUID

import msgspec

from backend.appointments.events import KeptPlaceClosed
from backend.core import clock, db
from backend.core.actor import Actor
from backend.core.events import announce
from backend.core.log import logger
from backend.places.schemas import Hall

LET_GO = """WITH held AS (DELETE FROM appointments_hold WHERE region = $1 AND slot_id = ANY ($2::uuid[]) RETURNING *),
    back AS (DELETE FROM appointments_return WHERE region = $1 AND slot_id = ANY ($2::uuid[]) RETURNING slot_id, pool),
    parted AS (DELETE FROM appointments_further f USING held WHERE f.region = $1 AND f.owner = held.id
        RETURNING f.slot_id, f.pool),
    gone AS (SELECT slot_id, pool, count(*) AS n FROM (
        SELECT slot_id, pool FROM held UNION ALL SELECT slot_id, pool FROM back
        UNION ALL SELECT slot_id, pool FROM parted WHERE slot_id = ANY ($2::uuid[])) each GROUP BY slot_id, pool),
    others AS (INSERT INTO appointments_return (region, id, slot_id, pool, appointment_id, due_at)
        SELECT $1, appointments_fresh_id(), slot_id, pool, gen_random_uuid(), $3 FROM parted
        WHERE slot_id <> ALL ($2::uuid[])),
    freed AS (UPDATE appointments_share h SET taken = h.taken - gone.n FROM gone
        WHERE h.region = $1 AND h.slot_id = gone.slot_id AND h.pool = gone.pool),
    lines AS (UPDATE appointments_wait w SET state = 'waiting' FROM held WHERE w.region = $1 AND w.id = held.wait_id)
    SELECT id, person_id, pool, item_id, further_items, wait_id, starts_at FROM held WHERE expires_at > $3
    ORDER BY slot_id, id"""
REACHING = """SELECT h.region, h.id, h.hall_id, h.person_id, h.pool, h.item_id, h.further_items, h.wait_id, h.starts_at
    FROM appointments_hold h WHERE h.units > 1 AND h.expires_at > $1 AND EXISTS (SELECT 1 FROM appointments_further f
        JOIN appointments_slot s ON s.region = f.region AND s.id = f.slot_id AND s.state = 'closed'
        WHERE f.region = h.region AND f.owner = h.id)
    ORDER BY h.id LIMIT 200"""
LET_ONE_GO = "SELECT appointments_let_go($1, $2, $3, 'waiting')"
CLOSING = Actor.system("close times")


async def let_go(known: Hall, slots: list[UUID]) -> int:
    """Free what was kept in these times; each person hears of it. Returns how many are told."""
    if not slots:
        return 0
    rows = await db.fetch(LET_GO, known.region, slots, clock.now())
    for row in rows:
        await _say(known.region, known.id, row)
    return len(rows)


async def let_go_of_visits() -> int:
    """Visits kept from an open time on that reach into a closed one; returns how many were let go."""
    return sum([await _let_go_whole(row) for row in await db.fetch(REACHING, clock.now())])


async def _let_go_whole(row: Any) -> bool:
    """One that fails holds back no other; the job comes back to it."""
    try:
        async with db.transaction():
            gone = bool(await db.fetchval(LET_ONE_GO, row["region"], row["id"], clock.now()))
            if gone:
                await _say(row["region"], row["hall_id"], row)
    except Exception as error:
        logger.log("warning", "kept visit not let go", error=type(error).__name__, hold=str(row["id"]))
        return False
    return gone


async def _say(region: str, hall: UUID, row: Any) -> None:
    event = KeptPlaceClosed(
        region=region, subject=row["wait_id"] or row["id"], hold=row["id"], hall=hall, pool=row["pool"],
        item=row["item_id"] or "", further=list(row["further_items"]), starts_at=row["starts_at"],
    )  # fmt: skip
    await announce(msgspec.structs.replace(CLOSING, principal=row["person_id"]), event)
