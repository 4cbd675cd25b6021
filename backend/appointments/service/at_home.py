"""上门: what whoever goes to a person's home must know of an appointment there, and how it ended.

Another slice walks the rounds: it hears of a booking through its announcement, and says here what became of it.
"""

from typing import Any, Literal
from uuid import UUID

from backend.appointments.events import AppointmentAttended, AppointmentExcused, AppointmentMissed
from backend.appointments.schemas import HomeAppointment
from backend.appointments.sealed import unseal
from backend.appointments.service.booking import CANCEL
from backend.core import clock, db, ids
from backend.core.actor import Actor
from backend.core.events import announce, wake
from backend.core.policy import inner

Ending = Literal["attended", "missed", "cancelled"]
ONE = """SELECT a.person_id, a.item_id, a.further_items, a.starts_at, a.ends_at, a.state, a.acting, v.address
    FROM appointments_appointment a JOIN appointments_visit v ON v.region = a.region AND v.id = a.id
    WHERE a.region = $1 AND a.id = $2"""
END = """UPDATE appointments_appointment SET state = $3, ended_at = $4
    WHERE region = $1 AND id = $2 AND state = 'booked' RETURNING person_id"""
EXCUSE = """INSERT INTO appointments_excuse (region, appointment_id, person_id, reason, at, acting)
    VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (region, appointment_id) DO NOTHING"""
AT_HOME = "at-home"


async def at_home(region: str, row_id: UUID) -> HomeAppointment | None:
    """An appointment at home with its address; none for all others. For another slice's listener."""
    row = await db.fetchrow(ONE, region, row_id)
    if row is None:
        return None
    return HomeAppointment(
        person=row["person_id"], item=row["item_id"] or "", further=list(row["further_items"]),
        starts_at=row["starts_at"], ends_at=row["ends_at"],
        state=row["state"], booked_by=row["acting"], address=unseal(row_id, row["address"]),
    )  # fmt: skip


@inner
async def end_at_home(actor: Actor, region: str, row_id: UUID, ending: Ending) -> None:
    """What the visitor says of an appointment at home, in the running transaction; nothing where it ended before.

    Who was not met at home did not stay away from a hall: the bell may be broken, or we were late. So it is excused
    at once, and never counts as a no-show.
    """
    if ending == "cancelled":
        await db.fetchval(CANCEL, region, row_id, actor.acting, "official", actor.channel, clock.now(), ids.new())
        wake()
        return
    person: Any = await db.fetchval(END, region, row_id, ending, clock.now())
    if person is None:
        return
    if ending == "attended":
        await announce(actor, AppointmentAttended(region=region, subject=row_id))
        return
    await announce(actor, AppointmentMissed(region=region, subject=row_id))
    await db.execute(EXCUSE, region, row_id, person, AT_HOME, clock.now(), actor.acting)
    await announce(actor, AppointmentExcused(region=region, subject=row_id, reason=AT_HOME))
