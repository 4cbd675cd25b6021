"""How lines end without a word: the person found a place, cancelled, or left; and what the person takes along."""

from uuid import UUID

from backend.appointments import access
from backend.appointments.events import AppointmentBooked, AppointmentCancelled, AppointmentMoved, OfferLapsed
from backend.appointments.schemas import PlaceInLine
from backend.appointments.service import meeting
from backend.appointments.service.waiting import leave, shown_lines
from backend.core import db
from backend.core.actor import Actor
from backend.core.events import Announcement, on
from backend.core.policy import verb
from backend.core.words import N_

BOOKED = """SELECT w.region, w.id FROM appointments_appointment a
    JOIN appointments_wait w ON w.region = a.region AND w.hall_id = a.hall_id AND w.person_id = a.person_id
    WHERE a.region = $1 AND a.id = $2 AND w.ended_at IS NULL AND w.instead_of IS NULL
        AND (w.item_id IS NULL
        OR w.item_id || w.further_items <@ (a.item_id || a.further_items))"""
FOLLOW = "UPDATE appointments_wait SET instead_of = $3 WHERE region = $1 AND instead_of = $2 AND ended_at IS NULL"
WAITS_FOR = "SELECT region, id FROM appointments_wait WHERE region = $1 AND instead_of = $2 AND ended_at IS NULL"
OF_PERSON = "SELECT region, id FROM appointments_wait WHERE person_id = $1 AND ended_at IS NULL"
# Whose line was served has an appointment with an address of its own, or needs none.
ADDRESS_OF_SERVED = """DELETE FROM appointments_visit v USING appointments_appointment a, appointments_wait w
    WHERE a.region = $1 AND a.id = $2 AND w.region = a.region AND w.person_id = a.person_id AND w.served_by = a.id
        AND v.region = w.region AND v.id = w.id"""
ENDING = Actor.system("end lines")


@on(AppointmentBooked)
async def served_otherwise(event: AppointmentBooked, row: Announcement) -> None:
    """Who found a place without the line waits no longer; of whom the line served, it forgets where they live."""
    await db.execute(ADDRESS_OF_SERVED, event.region, event.subject)
    for each in await db.fetch(BOOKED, event.region, event.subject):
        await leave(ENDING, each, "served")


@on(AppointmentMoved)
async def follow(event: AppointmentMoved, row: Announcement) -> None:
    """Who moved an appointment still waits for something earlier than it."""
    await db.execute(ADDRESS_OF_SERVED, event.region, event.subject)
    await db.execute(FOLLOW, event.region, event.before, event.subject)


@on(OfferLapsed)
async def nobody_answered(event: OfferLapsed, row: Announcement) -> None:
    """The line is over, so where the person lives is forgotten."""
    if event.ended:
        await meeting.forget({"region": event.region, "id": event.subject})


@on(AppointmentCancelled)
async def nothing_to_replace(event: AppointmentCancelled, row: Announcement) -> None:
    """Who cancelled an appointment waits for nothing earlier."""
    for each in await db.fetch(WAITS_FOR, event.region, event.subject):
        await leave(ENDING, each, "left")


@verb("appointments.leave_all_lines", N_("End the waiting of somebody who closes the account"), "system")
async def leave_all_lines(actor: Actor, person: UUID) -> None:
    """Nobody is kept a place, or offered one, after leaving."""
    for each in await db.fetch(OF_PERSON, person):
        await leave(actor, each, "left")


async def lines_of(person: UUID) -> list[PlaceInLine]:
    """Every line of a person, for their own export."""
    rows = await db.fetch(f"{access.LINE} WHERE person_id = $1 ORDER BY joined_at DESC LIMIT 5000", person)
    return await shown_lines(Actor.system("export"), rows)
