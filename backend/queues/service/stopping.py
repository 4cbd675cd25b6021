"""停止取号 and 恢复取号: somebody stops the numbers of the street for today, says why, and takes it back."""

from uuid import UUID

from backend.core import clock, db, ids
from backend.core.actor import Actor
from backend.core.events import announce
from backend.core.policy import verb
from backend.core.words import N_
from backend.queues import access
from backend.queues.events import NumbersResumed, NumbersStopped
from backend.queues.schemas import NumbersToday, StopRequest
from backend.queues.service.numbers import numbers_today

# As taking a number does: whoever asks after the stop is refused, whoever asked before it has one.
LINE = "INSERT INTO queues_line (region, hall_id, day) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"
HELD = "SELECT 1 FROM queues_line WHERE region = $1 AND hall_id = $2 AND day = $3 FOR UPDATE"
STOP = """INSERT INTO queues_stop (region, id, hall_id, day, reason, stopped_by, stopped_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
    ON CONFLICT (region, hall_id, day) WHERE resumed_at IS NULL DO UPDATE SET reason = excluded.reason
        WHERE queues_stop.reason <> excluded.reason
    RETURNING id"""
RESUME = """UPDATE queues_stop SET resumed_by = $4, resumed_at = $5
    WHERE region = $1 AND hall_id = $2 AND day = $3 AND resumed_at IS NULL RETURNING id"""


@verb("queues.stop_numbers", N_("Stop giving numbers at a hall for today"), *access.STAFF)
async def stop_numbers(actor: Actor, hall_id: UUID, wanted: StopRequest) -> NumbersToday:
    """For today, until somebody resumes. Again with another reason changes what everybody reads."""
    hall = await access.hall(actor, hall_id, *access.STAFF)
    today = clock.today()
    async with db.transaction():
        await db.execute(LINE, hall.region, hall_id, today)
        await db.fetchval(HELD, hall.region, hall_id, today)
        changed = await db.fetchval(
            STOP, hall.region, ids.new(), hall_id, today, wanted.reason, actor.acting, clock.now()
        )
        if changed is not None:
            await announce(actor, NumbersStopped(region=hall.region, subject=hall_id, reason=wanted.reason))
    return await numbers_today(actor, hall_id)


@verb("queues.resume_numbers", N_("Give numbers at a hall again"), *access.STAFF)
async def resume_numbers(actor: Actor, hall_id: UUID) -> NumbersToday:
    """From this moment. Twice is the same as once."""
    hall = await access.hall(actor, hall_id, *access.STAFF)
    async with db.transaction():
        if await db.fetchval(RESUME, hall.region, hall_id, clock.today(), actor.acting, clock.now()) is not None:
            await announce(actor, NumbersResumed(region=hall.region, subject=hall_id))
    return await numbers_today(actor, hall_id)
