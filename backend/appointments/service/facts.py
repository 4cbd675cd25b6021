"""What the public report is made of: for each person the first place of a month, and how many places there were."""

from datetime import date, datetime, time
from uuid import UUID

from backend.appointments import access
from backend.catalogue import service as catalogue
from backend.core import clock, db
from backend.core.actor import Actor
from backend.core.policy import verb
from backend.core.schemas import Output
from backend.core.words import N_

# Who moved an appointment asked when they booked the first one: the chain of moves is walked back to its beginning.
FIRST = """WITH RECURSIVE got AS MATERIALIZED (
        SELECT DISTINCT ON (person_id) person_id, region, id, hall_id, pool, state, starts_at, created_at, moved_from,
            acting <> person_id AS helped
        FROM appointments_appointment
        WHERE starts_at >= $1 AND starts_at < $2 AND state IN ('attended', 'missed')
        ORDER BY person_id, starts_at, id),
    chain (region, id, asked, back) AS (
        SELECT region, id, created_at, moved_from FROM got
        UNION ALL SELECT c.region, c.id, a.created_at, a.moved_from
        FROM chain c JOIN appointments_appointment a ON a.region = c.region AND a.id = c.back)
    SELECT g.person_id AS person, g.region, g.hall_id AS hall, g.pool, g.state = 'attended' AS came, g.helped,
        g.starts_at, c.asked
    FROM got g JOIN chain c ON c.region = g.region AND c.id = g.id AND c.back IS NULL"""
OFFERED = """SELECT s.region, s.hall_id AS hall, h.pool, sum(h.capacity)::int AS places
    FROM appointments_slot s JOIN appointments_share h ON h.region = s.region AND h.slot_id = s.id
    WHERE s.day >= $1 AND s.day < $2 GROUP BY s.region, s.hall_id, h.pool"""
KEPT = """SELECT id AS appointment, hall_id AS hall, person_id AS person, number, starts_at
    FROM appointments_appointment WHERE region = $1 AND id = $2 AND state = 'attended'"""

FOR = "SELECT item_id, further_items FROM appointments_appointment WHERE region = $1 AND id = $2"


class FirstPlace(Output, frozen=True, kw_only=True):
    """A person's first place of the month: where, from which share, whether they came, days since they asked."""

    person: UUID
    region: str
    hall: UUID
    pool: str
    came: bool
    helped: bool
    days: int


class PlacesOffered(Output, frozen=True, kw_only=True):
    """How many places a hall kept for one channel."""

    region: str
    hall: UUID
    pool: str
    places: int


class Kept(Output, frozen=True, kw_only=True):
    """An appointment to which its person came."""

    appointment: UUID
    hall: UUID
    person: UUID
    number: str
    starts_at: datetime


@verb("appointments.first_places", N_("Count who got places"), "system")
async def first_places(actor: Actor, first: date, until: date) -> list[FirstPlace]:
    """One line for each person who had a place that was kept or missed on the days from ``first`` to before ``until``.

    For statistics: whoever counts must drop the ids again.
    """
    rows = await db.fetch(FIRST, clock.at(first, time.min), clock.at(until, time.min))
    return [
        FirstPlace(
            person=row["person"], region=row["region"], hall=row["hall"], pool=row["pool"], came=row["came"],
            helped=row["helped"],
            days=(clock.local(row["starts_at"]).date() - clock.local(row["asked"]).date()).days,
        )
        for row in rows
    ]  # fmt: skip


@verb("appointments.places_offered", N_("Count the places that were offered"), "system")
async def places_offered(actor: Actor, first: date, until: date) -> list[PlacesOffered]:
    """How many places each hall kept for each channel on the days from ``first`` to before ``until``."""
    return [PlacesOffered(**row) for row in await db.fetch(OFFERED, first, until)]


async def services_booked(region: str, row_id: UUID) -> dict[str, str]:
    """What a visit is for, by id and name, the first service first; for the line at the hall, whose clerk sees it."""
    row = await db.fetchrow(FOR, region, row_id)
    items = access.services_of(row) if row else []
    names = await catalogue.names(items)
    return {each: names.get(each, "") for each in items}


async def kept(region: str, row_id: UUID) -> Kept | None:
    """The appointment, or none when nobody came; for another slice's listener, which shows it to nobody."""
    row = await db.fetchrow(KEPT, region, row_id)
    return Kept(**row) if row else None
