"""What appointments show of a person, what ends with the account, and how times long past are forgotten."""

from datetime import datetime
from uuid import UUID

import msgspec

from backend.appointments import service
from backend.appointments.schemas import Appointment, ExcuseLine, PlaceInLine
from backend.appointments.service import FeedView
from backend.core import db
from backend.core.actor import Actor
from backend.core.holdings import closes, holds, steps
from backend.core.register import forgets
from backend.core.words import N_

SAID = {
    "state": {
        "booked": N_("Booked"),
        "cancelled": N_("Cancelled"),
        "moved": N_("Moved to another time"),
        "attended": N_("You were there"),
        "missed": N_("You were not seen at the hall"),
    }
}
WAITED = {
    "state": {
        "waiting": N_("In line"),
        "offered": N_("A place is offered"),
        "served": N_("Found a place"),
        "left": N_("You left the line"),
        "lapsed": N_("Ended after two offers without an answer"),
        "over": N_("The days have gone by"),
    }
}
steps(
    {
        "AppointmentBooked": N_("Appointment booked"),
        "AppointmentMoved": N_("Appointment moved"),
        "AppointmentCancelled": N_("Appointment cancelled"),
        "AppointmentConfirmed": N_("You said that you come"),
        "AppointmentAttended": N_("Arrived at the hall"),
        "AppointmentMissed": N_("Not seen at the hall"),
        "AppointmentExcused": N_("Missed appointment excused"),
        "WaitJoined": N_("Joined the waiting list"),
        "WaitLeft": N_("Left the waiting list"),
        "PlaceOffered": N_("A place was offered"),
        "OfferDeclined": N_("Offered place not taken"),
        "OfferLapsed": N_("Offered place went on to the next person"),
        "FeedMade": N_("Calendar connected"),
        "FeedEnded": N_("Calendar disconnected"),
        "KeptPlaceClosed": N_("A time kept for you closed"),
    }
)
# A time goes with its shares, and only when no appointment refers to it any more.
FORGET = """WITH over AS (
        SELECT s.region, s.id FROM appointments_slot s WHERE s.ends_at < $1 AND NOT EXISTS (
            SELECT 1 FROM appointments_appointment a WHERE a.region = s.region AND a.slot_id = s.id)
        LIMIT $2)"""
SHARES = f"""{FORGET} DELETE FROM appointments_share h USING over o WHERE h.region = o.region AND h.slot_id = o.id"""
FURTHER = f"""{FORGET} DELETE FROM appointments_further f USING over o WHERE f.region = o.region AND f.slot_id = o.id"""
SLOTS = f"""{FORGET} DELETE FROM appointments_slot s USING over o
    WHERE s.region = o.region AND s.id = o.id AND NOT EXISTS (
        SELECT 1 FROM appointments_share h WHERE h.region = s.region AND h.slot_id = s.id)"""


@holds(
    "appointments",
    N_("My appointments"),
    tables="appointments_appointment appointments_visit",
    labels={
        "starts_at": N_("When"), "hall_name": N_("Hall"), "item_name": N_("For"), "address": N_("Address"),
        "state": N_("State"),
    },
    said=SAID,
)  # fmt: skip
async def appointments(person: UUID) -> list[Appointment]:
    """Every appointment, the latest time first."""
    return await service.all_of(person)


@holds(
    "excuses",
    N_("Missed appointments that do not count"),
    tables="appointments_excuse",
    labels={"at": N_("When"), "reason": N_("Why")},
    said={
        "reason": {
            "came": N_("You were there"),
            "hall": N_("It was the hall's doing"),
            "hindered": N_("You could not come"),
            "at-home": N_("We came to your home and did not meet you"),
        }
    },
)
async def excuses(person: UUID) -> list[ExcuseLine]:
    """What was excused, the latest first."""
    return await service.excuses_of(person)


@holds(
    "waiting",
    N_("My places in line for an appointment"),
    tables="appointments_wait appointments_hold",
    labels={
        "hall_name": N_("Hall"), "item_name": N_("For"), "first": N_("From day"), "last": N_("To day"),
        "state": N_("State"),
    },
    said=WAITED,
)  # fmt: skip
async def waiting(person: UUID) -> list[PlaceInLine]:
    """Every line, the latest first, with what is kept for the person at the moment."""
    return await service.lines_of(person)


@holds(
    "calendar",
    N_("My calendar subscription"),
    tables="appointments_feed",
    labels={"made_at": N_("Connected on"), "seen_at": N_("Last read by a calendar")},
)
async def feed(person: UUID) -> list[FeedView]:
    """Whether a calendar is connected; its address is not kept."""
    return await service.feeds_of(person)


@closes("appointments")
async def give_back(actor: Actor, person: UUID) -> None:
    """Places of somebody who leaves go to others."""
    await service.leave_all_lines(actor, person)
    await service.cancel_all(actor, person)
    await service.end_feed(msgspec.structs.replace(actor, principal=person))


@forgets("appointments_hold")
@forgets("appointments_return")
async def forget_places(before: datetime, limit: int, spared: list[UUID]) -> int:
    """What ran out long ago was counted until now: it is freed, not only deleted."""
    return await service.settle_due(limit)


@forgets("appointments_slot")
async def forget_slots(before: datetime, limit: int, spared: list[UUID]) -> int:
    """Times long past, with their shares."""
    await db.execute(FURTHER, before, limit)
    await db.execute(SHARES, before, limit)
    return int((await db.execute(SLOTS, before, limit)).rpartition(" ")[2])
