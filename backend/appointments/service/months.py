"""A month of a hall at a glance: what is on offer, what is taken, and what the rules will give further ahead."""

from datetime import date, timedelta
from uuid import UUID

from backend.appointments.opening_schemas import DayPlan
from backend.appointments.service import halls, making
from backend.core import clock, db
from backend.core.actor import Actor
from backend.core.policy import verb
from backend.core.problems import Invalid
from backend.core.words import N_

MADE = """SELECT s.day, sum(h.capacity) AS places, sum(h.taken) AS taken
    FROM appointments_slot s JOIN appointments_share h ON h.region = s.region AND h.slot_id = s.id
    WHERE s.region = $1 AND s.hall_id = $2 AND s.day BETWEEN $3 AND $4 AND (s.state = 'open' OR h.taken > 0)
    GROUP BY s.day"""
CLOSED = """SELECT day, string_agg(reason, ' · ' ORDER BY id) AS reason FROM appointments_closure
    WHERE region = $1 AND hall_id = $2 AND day BETWEEN $3 AND $4 AND state = 'closed' GROUP BY day"""
LONGEST = 62


@verb("appointments.days_of", N_("See the calendar of a hall"), *halls.MANAGERS)
async def days_of(actor: Actor, hall: UUID, first: date, last: date) -> list[DayPlan]:
    """Each day from ``first`` to ``last``, at most two months: its places, or those that the rules will give."""
    known = await halls.own_hall(actor, hall)
    if not 0 <= (last - first).days < LONGEST:
        raise Invalid({"last": N_("Ask for two months at most")})
    span = await making.span_of(first, last, hall)
    held = (await making.rules_from(min(first, clock.today()), hall)).get((known.region, hall), [])
    made = {row["day"]: row for row in await db.fetch(MADE, known.region, hall, first, last)}
    closed = {row["day"]: row["reason"] for row in await db.fetch(CLOSED, known.region, hall, first, last)}
    found = []
    for n in range((last - first).days + 1):
        day = first + timedelta(days=n)
        ahead = sum(each.capacity for each in span.times(hall, day, held)) if day >= clock.today() else 0
        found.append(
            DayPlan(
                day=day, kind=span.kinds[day], made=day in made, closed=closed.get(day, ""),
                places=made[day]["places"] if day in made else ahead, taken=made[day]["taken"] if day in made else 0,
            )
        )  # fmt: skip
    return found
