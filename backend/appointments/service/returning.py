"""What the clock brings back: holds and offers that ran out, places given up, free places for those who wait."""

from backend.appointments import rules
from backend.core import clock, db, events

# In the order in which shares are locked everywhere, so that this never stands in anybody's way for long.
DUE = """SELECT DISTINCT region, slot_id, pool FROM (
        (SELECT region, slot_id, pool FROM appointments_hold WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)
        UNION ALL
        (SELECT region, slot_id, pool FROM appointments_return WHERE due_at <= $1 ORDER BY due_at LIMIT $2)) due
    ORDER BY region, slot_id, pool"""
SETTLE = "SELECT appointments_settle($1, $2, $3, $4)"
WANTED = """SELECT DISTINCT h.region, h.slot_id, h.pool FROM appointments_wait w
    JOIN appointments_slot s ON s.region = w.region AND s.hall_id = w.hall_id AND s.state = 'open'
        AND s.day BETWEEN w.first_day AND w.last_day AND s.starts_at > $1
    JOIN appointments_share h ON h.region = s.region AND h.slot_id = s.id AND h.pool = w.pool AND h.taken < h.capacity
    WHERE w.state = 'waiting' AND s.id <> ALL (w.passed) AND appointments_left(s.region,
        appointments_run(s.region, s.id, array_remove(w.item_id || w.further_items, NULL)), w.pool) > 0
    ORDER BY h.region, h.slot_id, h.pool LIMIT $2"""
# What a release brought to a share, in the transaction that brought it: nobody is faster than those who wait.
RELEASED = """SELECT count(*) FILTER (WHERE appointments_serve(region, slot_id, to_pool, $1)) FROM (
    SELECT r.region, r.slot_id, r.to_pool FROM appointments_release r, generate_series(1, r.places)
    WHERE r.slot_id = ANY ($2::uuid[]) AND r.at = $1 AND EXISTS (SELECT 1 FROM appointments_wait w
        WHERE w.region = r.region AND w.hall_id = r.hall_id AND w.pool = r.to_pool AND w.state = 'waiting')
    ORDER BY r.region, r.slot_id, r.to_pool) brought"""
SERVE = "SELECT appointments_serve($1, $2, $3, $4)"
# With where the person lives, if they waited for a visit at home.
OVER = """WITH gone AS (UPDATE appointments_wait SET state = 'over', ended_at = $1 WHERE (region, id) IN (
        SELECT region, id FROM appointments_wait WHERE state = 'waiting' AND last_day < $2
        ORDER BY last_day LIMIT $3 FOR UPDATE SKIP LOCKED) RETURNING region, id),
    forgotten AS (DELETE FROM appointments_visit v USING gone WHERE v.region = gone.region AND v.id = gone.id)
    SELECT count(*) FROM gone"""
BATCH = 200


async def settle_due(limit: int = BATCH) -> int:
    """Give what is over to the line, or free it; returns how many shares were looked at."""
    rows = await db.fetch(DUE, clock.now(), limit)
    for row in rows:
        await db.fetchval(SETTLE, row["region"], row["slot_id"], row["pool"], clock.now())
    if rows:
        events.wake()
    return len(rows)


async def serve_lines(limit: int = BATCH) -> int:
    """Offer places that are free to those who wait for them; returns how many were offered."""
    rows = await db.fetch(WANTED, clock.now() + rules.LEAD, limit)
    offered = 0
    for row in rows:
        offered += await db.fetchval(SERVE, row["region"], row["slot_id"], row["pool"], clock.now())
    if offered:
        events.wake()
    return offered


async def end_old_lines(limit: int = BATCH) -> int:
    """Lines whose last day has gone by are over."""
    ended: int = await db.fetchval(OVER, clock.now(), clock.today(), limit)
    return ended
