"""An appointment at home has a visit of the round, which follows what becomes of it.

By its announcement and not in its transaction: a place is taken, moved and given back in statements of the database
that many doors use, and all of them announce. So the listener looks at the appointment as it is now and makes the visit
agree: it bears a repeat, and announcements of two appointments in any order.
"""

from typing import Any
from uuid import UUID

from backend.appointments import service as appointments
from backend.appointments.events import AppointmentBooked, AppointmentCancelled, AppointmentMoved
from backend.appointments.schemas import HomeAppointment
from backend.core import clock, db
from backend.core.actor import Actor
from backend.core.events import Announcement, announce, on
from backend.core.policy import verb
from backend.core.words import N_
from backend.rounds import access
from backend.rounds.events import VisitMoved, VisitTaken
from backend.rounds.service.assigning import hand_back, walker
from backend.rounds.service.ending import call_off
from backend.rounds.service.planning import plan_appointment

FOLLOWING = Actor.system("follow appointments at home")
VISIT = f"""SELECT {access.COLUMNS} FROM rounds_visit
    WHERE region = $1 AND appointment_id = ANY($2::uuid[]) AND state = 'planned' ORDER BY id LIMIT 1 FOR UPDATE"""
MOVE = f"""UPDATE rounds_visit SET appointment_id = $3, day = $4, begins = $5, ends = $6, position = NULL, seen = NULL
    WHERE region = $1 AND id = $2 RETURNING {access.COLUMNS}"""
OVER = ("cancelled", "moved")


@verb("rounds.follow", N_("Let a home visit follow its appointment"), "system")
async def follow(actor: Actor, region: str, appointment: UUID, *, before: UUID | None = None) -> None:
    """Make the visit agree with the appointment as it is now; ``before`` is the one that it was moved from."""
    async with db.transaction():
        home = await appointments.at_home(region, appointment)
        row = await db.fetchrow(VISIT, region, [each for each in (appointment, before) if each])
        if home is None or home.state in OVER:
            if row is not None:
                await call_off(actor, row)
        elif home.state != "booked":
            return
        elif row is None:
            await plan_appointment(actor, region, appointment, home)
        elif row["appointment_id"] != appointment:
            await _move(actor, row, appointment, home)


async def _move(actor: Actor, row: Any, appointment: UUID, home: HomeAppointment) -> None:
    """The same visit at another time, by the same visitor when on duty then."""
    day, staff = clock.local(home.starts_at).date(), row["staff"]
    moved = await db.fetchrow(MOVE, row["region"], row["id"], appointment, day, home.starts_at, home.ends_at)
    await announce(actor, VisitMoved(region=row["region"], subject=row["id"], staff=staff))
    if staff is None:
        return
    if await walker(moved, staff):
        await announce(actor, VisitTaken(region=row["region"], subject=row["id"], staff=staff))
    else:
        await hand_back(actor, moved, staff)


@on(AppointmentBooked)
async def was_booked(event: AppointmentBooked, row: Announcement) -> None:
    """Somebody must go there."""
    await follow(FOLLOWING, event.region, event.subject)


@on(AppointmentMoved)
async def was_moved(event: AppointmentMoved, row: Announcement) -> None:
    """By the person, by whoever helps, or because the hall closes."""
    await follow(FOLLOWING, event.region, event.subject, before=event.before)


@on(AppointmentCancelled)
async def was_cancelled(event: AppointmentCancelled, row: Announcement) -> None:
    """Nobody needs to go there."""
    await follow(FOLLOWING, event.region, event.subject)
