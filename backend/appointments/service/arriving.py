"""签到: the person is at the hall. By themselves, by a helper, at a machine there, or ticked off by a clerk."""

import hmac
from datetime import time, timedelta
from typing import Any
from uuid import UUID

from backend.appointments import access
from backend.appointments.events import AppointmentAttended
from backend.appointments.schemas import Arrival
from backend.appointments.service import meeting
from backend.appointments.service.reading import SCOPE
from backend.core import clock, db, rate
from backend.core.actor import Actor
from backend.core.events import announce
from backend.core.policy import verb
from backend.core.problems import Conflict, NotFound
from backend.core.words import N_
from backend.identity import service as identity
from backend.places import service as places

ATTEND = """UPDATE appointments_appointment SET state = 'attended', ended_at = $3
    WHERE region = $1 AND id = $2 AND state = 'booked' RETURNING id"""
ARRIVERS = ("resident", "operator", *access.HALL_STAFF)  # whoever is at the hall, or speaks for somebody there
BY_NUMBER = f"""SELECT {access.COLUMNS} FROM appointments_appointment
    WHERE region = $1 AND hall_id = $2 AND starts_at >= $3 AND starts_at < $4 AND number = $5
        AND state IN ('booked', 'attended') LIMIT 5"""
TRIES = (60, 3600)  # wrong numbers at one machine in an hour


class NotToday(Conflict):
    """The appointment is on another day, was given back, or is long over."""

    code, title = "not-today", N_("This appointment is not for today")


class NotFoundHere(NotFound):
    """Number and digits do not fit together, or nobody with that number is expected here today."""

    code, title = "not-expected", N_("We do not find this number for today")


@verb("appointments.arrive", N_("Check in at the hall"), *ARRIVERS, scope=SCOPE)
async def arrive(actor: Actor, row_id: UUID) -> Arrival:
    """The person of this appointment is here, today. Twice is the same as once."""
    return await _arrived(actor, await access.appointment(actor, row_id))


@verb("appointments.arrive_at_machine", N_("Check in at a machine of the hall"), "kiosk", "clerk")
async def arrive_at_machine(actor: Actor, hall: UUID, number: str, digits: str) -> Arrival:
    """By the number on the slip and the last four signs of the phone or identity number. Tells nothing of a person."""
    await rate.check("arrive", str(actor.acting), limit=TRIES[0], per=TRIES[1])
    known = await places.hall(actor, hall)
    begin = clock.at(clock.today(), time.min)
    rows = await db.fetch(
        BY_NUMBER, known.region, hall, begin, begin + timedelta(days=1), number.strip().upper().replace(" ", "")
    )
    for row in rows:
        if actor.covers(known.seat, "kiosk", "clerk") and await _fits(row, digits):
            return await _arrived(actor, row)
    raise NotFoundHere(N_("Please compare it with your slip, or ask the person at the entrance."))


async def _fits(row: Any, digits: str) -> bool:
    """The check code of the slip's QR code, or the last four signs of phone or identity number."""
    return hmac.compare_digest(row["code"].encode(), digits.upper().encode()) or await identity.ends_with(
        row["person_id"], digits
    )


async def _arrived(actor: Actor, row: Any) -> Arrival:
    if row["state"] not in ("booked", "attended") or clock.local(row["starts_at"]).date() != clock.today():
        own = ("/appointments", N_("See my appointments"))
        raise NotToday(N_("Please look at the day and time on your slip."), next_step=own if actor.principal else None)
    async with db.transaction():
        if await db.fetchval(ATTEND, row["region"], row["id"], clock.now()) is not None:
            await announce(actor, AppointmentAttended(region=row["region"], subject=row["id"]))
    return Arrival(
        appointment=row["id"], region=row["region"], hall=row["hall_id"], person=row["person_id"],
        item=row["item_id"] or "", number=row["number"], starts_at=row["starts_at"], kind=await meeting.kind_of(row),
    )  # fmt: skip
