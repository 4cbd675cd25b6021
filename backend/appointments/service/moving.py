"""One appointment of a closed time: moved to the nearest free time of its own share, or given back and rung about.

Each is settled in one transaction, with its row locked: a second worker skips it, a crash leaves it waiting.
"""

from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from backend.appointments import access, rules
from backend.appointments.opening_schemas import HallLimits
from backend.appointments.service import halls, meeting
from backend.appointments.service.booking import CANCEL, MOVE
from backend.core import clock, db, ids
from backend.delegation import service as delegation

WAITING = """SELECT acting, tries FROM appointments_rebooking WHERE region = $1 AND closure_id = $2
    AND appointment_id = $3 AND outcome = 'pending' FOR UPDATE SKIP LOCKED"""
OLD = f"SELECT {access.COLUMNS} FROM appointments_appointment WHERE region = $1 AND id = $2"
# Times from which on the whole visit finds room ($7: its services).
NEAREST = """SELECT s.id FROM appointments_slot s JOIN appointments_share h
        ON h.region = s.region AND h.slot_id = s.id AND h.pool = $4
    WHERE s.region = $1 AND s.hall_id = $2 AND coalesce(s.group_id, s.hall_id) = coalesce($3, s.hall_id)
        AND s.state = 'open' AND s.starts_at > $6 AND h.taken < h.capacity
        AND (cardinality($7::text[]) = 0 OR appointments_left($1, appointments_run($1, s.id, $7), $4) > 0)
    ORDER BY abs(extract(epoch FROM s.starts_at - $5::timestamptz)), s.starts_at LIMIT 20"""
DONE = """UPDATE appointments_rebooking SET outcome = $4, moved_to = $5, done_at = $6
    WHERE region = $1 AND closure_id = $2 AND appointment_id = $3"""
FAILED = """UPDATE appointments_rebooking SET tries = tries + 1
    WHERE region = $1 AND closure_id = $2 AND appointment_id = $3 AND outcome = 'pending'"""
TRIES = 3  # after so many failures a person sees to it


def lead_of(limits: HallLimits) -> timedelta:
    """How long before a time begins it can still be given."""
    return timedelta(minutes=limits.lead_minutes)


async def settle(region: str, closure: UUID, appointment: UUID) -> int:
    """Give one person an outcome; returns 1, or 0 when somebody else is at it or was before."""
    async with db.transaction():
        waits = await db.fetchrow(WAITING, region, closure, appointment)
        if waits is None:
            return 0
        old = await db.fetchrow(OLD, region, appointment)
        outcome, new = "gone", None
        if old is not None and old["state"] == "booked" and old["starts_at"] > clock.now():
            new = await _move(old, waits["acting"], closure) if waits["tries"] < TRIES else None
            outcome = "moved"
            if new is None:  # who gave it back or moved it while we looked has no need of a call
                outcome = "call" if await _give_back(old, waits["acting"]) else "gone"
        await db.execute(DONE, region, closure, appointment, outcome, new, clock.now())
    return 1


async def failed(region: str, closure: UUID, appointment: UUID) -> None:
    """Count a failure; after three of them the person is rung instead of moved."""
    await db.execute(FAILED, region, closure, appointment)


async def _move(old: Any, acting: UUID, closure: UUID) -> UUID | None:
    """The new appointment, or none where nothing is free. The person's channel and share stay what they were."""
    lead = lead_of(await halls.limits_in(old["region"], old["hall_id"]))
    address = await meeting.address_of(old)
    free = await db.fetch(
        NEAREST, old["region"], old["hall_id"], old["group_id"], old["pool"], old["starts_at"], clock.now() + lead,
        access.services_of(old) if old["units"] > 1 else [],
    )  # fmt: skip
    for each in free:
        mark = sha256(f"{closure}:{old['id']}:{each['id']}".encode()).digest()
        row = await db.fetchrow(
            MOVE, old["region"], old["id"], ids.new(), each["id"], old["pool"], ids.code(6), acting, "official",
            old["channel"], clock.now(), rules.LEAD, rules.MOST, mark, mark, ids.new(),
            access.services_of(old), old["person_id"], bool(address), old["hall_id"],
        )  # fmt: skip
        if row is not None and row["outcome"] in ("booked", "replayed"):
            new: UUID = row["id"]
            await delegation.passed_on(old["id"], new)
            await meeting.keep(row, address)
            return new
    return None


async def _give_back(old: Any, acting: UUID) -> bool:
    """The hour stays on record as given back, so that nobody is counted as missing at a closed door."""
    outcome = await db.fetchval(
        CANCEL, old["region"], old["id"], acting, "official", old["channel"], clock.now(), ids.new()
    )
    return bool(outcome == "cancelled")
