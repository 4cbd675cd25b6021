"""爽约说明: a no-show that does not count. Clerks and operators record it; the person is told."""

from datetime import timedelta
from uuid import UUID

from backend.appointments import access
from backend.appointments.events import AppointmentExcused
from backend.appointments.schemas import ExcuseLine, ExcuseRequest
from backend.core import clock, db
from backend.core.actor import Actor
from backend.core.events import announce
from backend.core.policy import verb
from backend.core.problems import Conflict
from backend.core.words import N_

ADD = """INSERT INTO appointments_excuse (region, appointment_id, person_id, reason, at, acting)
    VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (region, appointment_id) DO NOTHING RETURNING appointment_id"""
OF_PERSON = "SELECT at, reason FROM appointments_excuse WHERE person_id = $1 ORDER BY at DESC LIMIT 1000"
EXCUSERS = ("clerk", "operator", "manager")
OPEN_FOR = timedelta(days=90)  # afterwards it counts for nothing anyway


class NotMissed(Conflict):
    """Only an appointment of the last ninety days that was missed can be excused."""

    code, title = "not-missed", N_("This appointment was not missed, or it was long ago")


@verb("appointments.excuse", N_("Excuse a missed appointment"), *EXCUSERS)
async def excuse(actor: Actor, row_id: UUID, wanted: ExcuseRequest) -> None:
    """A no-show that does not count any more. Twice is the same as once, and the first reason stays."""
    row = await access.appointment(actor, row_id)
    if row["state"] != "missed" or row["starts_at"] < clock.now() - OPEN_FOR:
        raise NotMissed()
    async with db.transaction():
        made = await db.fetchval(ADD, row["region"], row_id, row["person_id"], wanted.reason, clock.now(), actor.acting)
        if made is not None:
            await announce(actor, AppointmentExcused(region=row["region"], subject=row_id, reason=wanted.reason))


async def excuses_of(person: UUID) -> list[ExcuseLine]:
    """What was excused, for the person's own export."""
    return [ExcuseLine(**row) for row in await db.fetch(OF_PERSON, person)]
