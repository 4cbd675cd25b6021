"""What a person who leaves takes along, and what they give back."""

from uuid import UUID

from backend.appointments import access
from backend.appointments.schemas import Appointment
from backend.appointments.service.booking import CANCEL
from backend.appointments.service.holding import LET_GO
from backend.appointments.service.reading import shown
from backend.core import clock, db, events, ids
from backend.core.actor import Actor
from backend.core.policy import verb
from backend.core.words import N_

ALL = f"""SELECT {access.COLUMNS} FROM appointments_appointment
    WHERE person_id = $1 ORDER BY starts_at DESC, id DESC LIMIT 5000"""
LIVE = "SELECT region, id FROM appointments_appointment WHERE person_id = $1 AND state = 'booked' AND starts_at > $2"

HOLDS = "SELECT region, id FROM appointments_hold WHERE person_id = $1 AND kind = 'choice'"


async def all_of(person: UUID) -> list[Appointment]:
    """Every appointment of a person, for their own export."""
    return await shown(Actor.system("export"), await db.fetch(ALL, person))


@verb("appointments.cancel_all", N_("Give back the places of somebody who closes the account"), "system")
async def cancel_all(actor: Actor, person: UUID) -> int:
    """Cancel what is ahead; returns how many places were given back."""
    live = await db.fetch(LIVE, person, clock.now())
    for row in live:
        await db.fetchval(
            CANCEL, row["region"], row["id"], actor.acting, actor.basis, actor.channel, clock.now(), ids.new()
        )
    for row in await db.fetch(HOLDS, person):
        await db.fetchval(LET_GO, row["region"], row["id"], clock.now())
    events.wake()
    return len(live)
