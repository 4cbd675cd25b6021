"""Refusals that need more words than a sentence: which appointments were missed, and until when; who books first."""

from datetime import timedelta
from uuid import UUID

from backend.appointments import rules
from backend.appointments.schemas import CoolDown
from backend.appointments.service import halls
from backend.appointments.service.reading import BOOKERS, SCOPE
from backend.appointments.service.sharing import policy_of
from backend.core import clock, db
from backend.core.actor import Actor
from backend.core.policy import verb
from backend.core.problems import Conflict, Problem
from backend.core.words import N_
from backend.places import service as places
from backend.settings import settings

# Walks the index of no-shows, in which most people are not.
MISSED = """SELECT a.starts_at FROM appointments_appointment a
    WHERE a.person_id = $1 AND a.state = 'missed' AND a.pool = 'online' AND a.starts_at > $2 AND NOT EXISTS (
        SELECT 1 FROM appointments_excuse e WHERE e.region = a.region AND e.appointment_id = a.id)
    ORDER BY a.starts_at DESC LIMIT $3"""


class SlotClosed(Conflict):
    """The time is over, too near, or the hall closes then."""

    code, title = "slot-closed", N_("That time can no longer be booked")


class CoolingDown(Conflict):
    """Two appointments were missed: one online place at a time for thirty days."""

    code, title = "cool-down", N_("For now you can hold one online appointment at a time")


class ResidentsFirst(Conflict):
    """This day is for the residents of the hall's division, for some days more."""

    code, title = "residents-first", N_("These days are for residents of this place first")


@verb("appointments.cool_down", N_("See whether missed appointments limit me"), *BOOKERS, scope=SCOPE)
async def cool_down(actor: Actor) -> CoolDown | None:
    """Until when, and for which two; none for whoever came or was excused."""
    now = clock.now()
    rows = await db.fetch(MISSED, actor.person, now - rules.WITHIN - rules.COOLING, rules.MISSES)
    missed = [row["starts_at"] for row in rows]
    until = rules.cooling_until(missed, now)
    return CoolDown(until=until, missed=missed[::-1]) if until else None


async def explained(actor: Actor, outcome: str, hall: UUID) -> Problem | None:
    """The refusal with its facts; none for an outcome that a sentence says."""
    if outcome == "slot-closed":
        return await _closed(actor, hall)
    if outcome == "cool-down":
        return await _cooling(actor)
    return await _residents(actor, hall) if outcome == "residents-first" else None


async def _closed(actor: Actor, hall: UUID) -> Problem:
    """How near a hall can be booked is the hall's own."""
    lead = (await halls.limits_of(actor, hall)).lead_minutes
    hours, rest = divmod(lead, 60)
    detail, n = N_("Places of this hall can be booked until {n} minutes before."), lead
    if lead == 0:
        detail = N_("Places of this hall can be booked until they begin.")
    elif not rest:
        detail, n = N_("Places of this hall can be booked until {n} hours before."), hours
    back = (f"/appointments/new?hall={hall}", N_("See other times"))
    return SlotClosed(detail, values={"n": n}, next_step=back)


async def _cooling(actor: Actor) -> Problem:
    found, phone = await cool_down(actor), settings().help_phone
    first, last = (found.missed[0], found.missed[-1]) if found else (clock.now(), clock.now())
    until = found.until if found else clock.now()
    return CoolingDown(
        N_("You were not seen on {first} and {last}. Until {until} one online appointment at a time is possible. "
           "By telephone ({phone}), at a counter or a machine you book as always. Were you there, or could you not "
           "come? Tell us, and it no longer counts."),
        values={
            "first": clock.local(first).date().isoformat(), "last": clock.local(last).date().isoformat(),
            "until": clock.local(until).date().isoformat(), "phone": phone,
        },
        next_step=("/appointments", N_("See my appointments")),
    )  # fmt: skip


async def _residents(actor: Actor, hall: UUID) -> Problem:
    known, policy = await places.hall(actor, hall), await policy_of(actor, hall)
    division = await places.division(actor, known.division)
    days = policy.others_days or 0
    return ResidentsFirst(
        N_("This day can be booked by people who live in {place}. Everybody else can book {days} days ahead, so today "
           "up to {last}. If you live there, choose your place in your account."),
        values={"place": division.name, "days": days, "last": (clock.today() + timedelta(days=days)).isoformat()},
        next_step=(f"/appointments/new?hall={hall}", N_("See other times")),
    )  # fmt: skip
