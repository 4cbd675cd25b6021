"""The only way to get hold of a visit or a case. What an actor may not see is not found."""

from hashlib import sha256
from typing import Any
from uuid import UUID

from backend.core import clock, db
from backend.core.actor import Actor
from backend.core.problems import NotFound
from backend.core.words import N_

STAFF = ("manager", "city")
VISIT = "v.region, v.id, v.hall_id, v.person_id, v.staff, v.number, v.happened_at, v.invited_at, v.home_visit_id"
BY_TOKEN = f"""SELECT {VISIT} FROM ratings_link l JOIN ratings_visit v ON v.region = l.region AND v.id = l.visit_id
    WHERE l.token_hash = $1 AND l.expires > $2"""
OF_PERSON = f"SELECT {VISIT} FROM ratings_visit v WHERE v.person_id = $1 AND v.id = $2 AND v.invited_at IS NOT NULL"
BY_NUMBER = f"""SELECT {VISIT} FROM ratings_visit v
    WHERE v.region = $1 AND v.hall_id = $2 AND v.happened_at > $3 AND v.number = $4 AND v.invited_at IS NOT NULL
    ORDER BY v.happened_at DESC LIMIT 1"""
CASE = """SELECT c.region, c.id, c.hall_id, c.person_id, c.state, c.received_at, c.contact_due, c.done_due, c.late,
        r.level, r.reasons, r.note, r.call_back, r.phone, v.number, v.happened_at
    FROM ratings_case c JOIN ratings_rating r ON r.region = c.region AND r.id = c.id
    JOIN ratings_visit v ON v.region = c.region AND v.id = c.id"""
ONE_CASE = f"{CASE} WHERE c.id = $1"


class NoSuchVisit(NotFound):
    """No visit of this person, none of this number, or a link that is over or was never ours."""

    code, title = "no-such-visit", N_("We do not find a visit to rate")


class NoSuchCase(NotFound):
    """No case of a hall that the actor answers for."""

    code, title = "no-such-case", N_("We do not find this case")


def token_hash(token: str) -> bytes:
    """What is kept of a link's token, and of the one on a slip."""
    return sha256(token.encode()).digest()


async def visit_of_token(token: str) -> Any:
    """A visit by the link in a message or the slip in somebody's hand."""
    row = await db.fetchrow(BY_TOKEN, token_hash(token), clock.now())
    if row is None:
        raise NoSuchVisit(N_("A link works for thirty days. Please call us, we write it down for you."))
    return row


async def visit(actor: Actor, row_id: UUID) -> Any:
    """A visit for its own person, or whoever helps them."""
    row = await db.fetchrow(OF_PERSON, actor.person, row_id)
    if row is None:
        raise NoSuchVisit()
    return row


async def case(actor: Actor, row_id: UUID) -> Any:
    """A case for the manager of the hall's county, and for the city above."""
    row = await db.fetchrow(ONE_CASE, row_id)
    if row is None or not actor.covers(row["region"], *STAFF):
        raise NoSuchCase()
    return row
