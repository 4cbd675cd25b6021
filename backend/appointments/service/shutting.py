"""A time that closes lets go of what was kept in it: choices, offers and places on their way back. Lines stay.

Called in the transaction that closes, which holds the locks of the shares; whoever waits for one finds the time closed.
"""

from uuid import UUID

import msgspec

from backend.appointments.events import KeptPlaceClosed
from backend.core import clock, db
from backend.core.actor import Actor
from backend.core.events import announce
from backend.places.schemas import Hall

LET_GO = """WITH held AS (DELETE FROM appointments_hold WHERE region = $1 AND slot_id = ANY ($2::uuid[]) RETURNING *),
    back AS (DELETE FROM appointments_return WHERE region = $1 AND slot_id = ANY ($2::uuid[]) RETURNING slot_id, pool),
    gone AS (SELECT slot_id, pool, count(*) AS n FROM (
        SELECT slot_id, pool FROM held UNION ALL SELECT slot_id, pool FROM back) each GROUP BY slot_id, pool),
    freed AS (UPDATE appointments_share h SET taken = h.taken - gone.n FROM gone
        WHERE h.region = $1 AND h.slot_id = gone.slot_id AND h.pool = gone.pool),
    lines AS (UPDATE appointments_wait w SET state = 'waiting' FROM held WHERE w.region = $1 AND w.id = held.wait_id)
    SELECT id, person_id, pool, item_id, wait_id, starts_at FROM held WHERE expires_at > $3
    ORDER BY slot_id, id"""
CLOSING = Actor.system("close times")


async def let_go(known: Hall, slots: list[UUID]) -> int:
    """Free what was kept in these times; each person hears of it. Returns how many are told."""
    if not slots:
        return 0
    rows = await db.fetch(LET_GO, known.region, slots, clock.now())
    for row in rows:
        event = KeptPlaceClosed(
            region=known.region, subject=row["wait_id"] or row["id"], hold=row["id"], hall=known.id, pool=row["pool"],
            item=row["item_id"] or "", starts_at=row["starts_at"],
        )  # fmt: skip
        await announce(msgspec.structs.replace(CLOSING, principal=row["person_id"]), event)
    return len(rows)
