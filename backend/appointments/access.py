"""The only way to get hold of an appointment. What an actor may not see is not found."""

from typing import Any
from uuid import UUID

from backend.core import db, policy, trail
from backend.core.actor import Actor
from backend.core.problems import NotFound
from backend.core.words import N_
from backend.delegation import service as delegation
from backend.places import service as places
from backend.places.schemas import Hall

COLUMNS = """region, id, slot_id, hall_id, item_id, person_id, pool, number, code, state, starts_at, ends_at,
    acting, basis, channel, calendar_id, sequence, units, further_items,
    (SELECT s.group_id FROM appointments_slot s WHERE s.region = appointments_appointment.region
        AND s.id = appointments_appointment.slot_id) AS group_id"""
OF_PERSON = f"SELECT {COLUMNS} FROM appointments_appointment WHERE person_id = $1 AND id = $2"
OF_HALL = f"SELECT {COLUMNS} FROM appointments_appointment WHERE region = ANY($1::text[]) AND id = $2"
LINE = """SELECT region, id, hall_id, pool, person_id, item_id, further_items, first_day, last_day, instead_of,
    state, served_by, joined_at FROM appointments_wait"""
HELD = """SELECT region, id, slot_id, hall_id, pool, person_id, item_id, further_items, units, kind, moving, wait_id,
    starts_at, ends_at, made_at, expires_at, extended, extensions FROM appointments_hold"""
HALL_STAFF = ("clerk", "manager")


class NoSuchAppointment(NotFound):
    """No appointment of this person, or of this hall, has the id."""

    code, title = "no-such-appointment", N_("We do not find this appointment")


async def appointment(actor: Actor, row_id: UUID) -> Any:
    """The row for its person, for whoever helps that person, or for the staff of its hall (recorded)."""
    row = None
    if actor.principal is not None:
        row = await db.fetchrow(OF_PERSON, actor.principal, row_id)
        if row is not None and await _kept_from(actor, row):
            row = None
    elif actor.is_(*HALL_STAFF):
        row = await db.fetchrow(OF_HALL, actor.counties(*HALL_STAFF), row_id)
        if row is not None and not await places.serves(actor, row["region"], row["hall_id"], *HALL_STAFF):
            row = None
    if row is None:
        raise NoSuchAppointment(next_step=("/appointments", N_("See my appointments")))
    if row["person_id"] != actor.acting:
        purpose = N_("Serving the person who called or came")
        await trail.viewed(
            actor, region=row["region"], person=row["person_id"], what="appointment", purpose=purpose, about=row["id"]
        )
    return row


async def own_hall(actor: Actor, hall: UUID, *roles: str) -> Hall:
    """The hall, for its staff and for the installation itself."""
    known = await places.hall(actor, hall)
    if not actor.is_("system") and not actor.covers(known.seat, *roles):
        raise NotFound()
    return known


class NoSuchLine(NotFound):
    """No line of this person has the id."""

    code, title = "no-such-line", N_("We do not find this place in line")


class NoSuchHold(NotFound):
    """Nothing is kept for this person under the id: it was booked, given up, or its time is over."""

    code, title = "no-such-hold", N_("This time is no longer kept for you")


async def line(actor: Actor, row_id: UUID) -> Any:
    """A place in line, for its person or whoever helps them (recorded)."""
    row = await db.fetchrow(f"{LINE} WHERE person_id = $1 AND id = $2", actor.person, row_id)
    if row is None or not named(actor, row):
        raise NoSuchLine(next_step=("/appointments", N_("See my appointments")))
    await seen(actor, row)
    return row


async def held(actor: Actor, row_id: UUID) -> Any:
    """A place that its person, or whoever helps them, chose."""
    row = await db.fetchrow(f"{HELD} WHERE person_id = $1 AND id = $2 AND kind = 'choice'", actor.person, row_id)
    if row is None or not named(actor, row):
        raise NoSuchHold(next_step=("/appointments/new", N_("See other times")))
    return row


def named(actor: Actor, row: Any) -> bool:
    """Whether a delegate whose mandate names matters may know of this visit: they name all of its services. Always for
    everybody else.
    """
    return policy.named(actor, [row["item_id"], *row["further_items"]])


async def seen(actor: Actor, row: Any) -> None:
    """Somebody else saw where a person waits."""
    if row["person_id"] != actor.acting:
        purpose = N_("Serving the person who called or came")
        await trail.viewed(
            actor, region=row["region"], person=row["person_id"], what="appointment", purpose=purpose, about=row["id"]
        )


async def _kept_from(actor: Actor, row: Any) -> bool:
    """Whether a delegate does not see it: the mandate names other matters, or the principal took it back."""
    if actor.basis != "delegation":
        return False
    return not named(actor, row) or row["id"] in await delegation.taken_back(actor)


def services_of(row: Any) -> list[str]:
    """The services of a visit, the first one first; none: only a visit."""
    return [row["item_id"], *row["further_items"]] if row["item_id"] else []
