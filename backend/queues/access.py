"""The only way to get hold of a ticket or a counter. What an actor may not see is not found."""

from hashlib import sha256
from typing import Any
from uuid import UUID

from backend.core import db
from backend.core.actor import Actor
from backend.core.problems import NotFound
from backend.core.words import N_
from backend.places import service as places
from backend.places.schemas import Hall

COLUMNS = """region, id, hall_id, day, number, kind, item_id, person_id, appointment_id, state, since, due, passed,
    counter_id, staff, calls, taken_at, called_at, started_at, note, missed_at, for_counter, for_team"""
TICKET = f"SELECT {COLUMNS} FROM queues_ticket WHERE id = $1 AND region = ANY($2::text[])"
OF_PERSON = f"SELECT {COLUMNS} FROM queues_ticket WHERE id = $1 AND person_id = $2"
BY_TOKEN = f"SELECT {COLUMNS} FROM queues_ticket WHERE token_hash = $1"
COUNTER = """SELECT region, id, hall_id, label, items, state, staff, team FROM queues_counter
    WHERE region = ANY($1::text[]) AND id = $2"""
HELP = """SELECT region, id, hall_id, source, place, urgent, asked_by, asked, going, going_at, solved FROM queues_help
    WHERE region = ANY($1::text[]) AND id = $2"""
STAFF = ("clerk", "manager")


class NoSuchTicket(NotFound):
    """No ticket of this hall, or none of this person."""

    code, title = "no-such-ticket", N_("We do not find this number")


class NoSuchHelp(NotFound):
    """No call for help in a hall that the actor works for."""

    code, title = "no-such-help-call", N_("We do not find this call for help")


class NoSuchCounter(NotFound):
    """No counter of a hall that the actor works for."""

    code, title = "no-such-counter", N_("We do not find this counter")


async def ticket(actor: Actor, row_id: UUID) -> Any:
    """A ticket for the staff of its hall, or for its own person."""
    staff = actor.is_(*STAFF) and actor.principal is None
    row = await db.fetchrow(
        *((TICKET, row_id, actor.counties(*STAFF)) if staff else (OF_PERSON, row_id, actor.principal))
    )
    if row is None or (staff and not await _served(actor, row)):
        raise NoSuchTicket()
    return row


async def ticket_of_token(token: str) -> Any:
    """A ticket by the slip in somebody's hand: whoever holds it may see where it stands."""
    row = await db.fetchrow(BY_TOKEN, token_hash(token))
    if row is None:
        raise NoSuchTicket()
    return row


async def counter(actor: Actor, row_id: UUID) -> Any:
    """A counter of a hall in the actor's division."""
    row = await db.fetchrow(COUNTER, actor.counties(*STAFF), row_id)
    if row is None or not await _served(actor, row):
        raise NoSuchCounter()
    return row


async def help_call(actor: Actor, row_id: UUID) -> Any:
    """A call for help in a hall of the actor's division."""
    row = await db.fetchrow(HELP, actor.counties(*STAFF), row_id)
    if row is None or not await _served(actor, row):
        raise NoSuchHelp()
    return row


async def hall(actor: Actor, hall_id: UUID, *roles: str) -> Hall:
    """A hall in the actor's division."""
    known = await places.hall(actor, hall_id)
    if not actor.covers(known.seat, *roles):
        raise NotFound()
    return known


async def _served(actor: Actor, row: Any) -> bool:
    return await places.serves(actor, row["region"], row["hall_id"], *STAFF)


def token_hash(token: str) -> bytes:
    """What is kept of a slip's token."""
    return sha256(token.encode()).digest()
