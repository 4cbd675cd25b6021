"""The only way to get hold of a visit. What an actor may not see is not found."""

from typing import Any
from uuid import UUID

from backend.core import db
from backend.core.actor import Actor
from backend.core.problems import Conflict, NotFound
from backend.core.words import N_

COLUMNS = """region, id, person_id, item_id, further_items, place, phone, day, begins, ends, staff, state, note, code,
    position, seen, follows, appointment_id, coalesce(division, region) AS division"""
# A visit lies in its street or community; where that is not known, only in the county.
REACHED = "coalesce(division, region) LIKE ANY($1::text[])"
ONE = f"SELECT {COLUMNS} FROM rounds_visit WHERE ({REACHED} OR staff = $3) AND id = $2"
PLANNERS = ("operator", "clerk")
WALKERS = ("clerk", "grid")
STAFF = ("clerk", "grid", "manager")


class NoSuchVisit(NotFound):
    """No home visit in the actor's division."""

    code, title = "no-such-visit", N_("We do not find this home visit")


class VisitTakenByOther(Conflict):
    """A colleague goes there, or it is over."""

    code, title = "visit-not-open", N_("A colleague has this visit, or it is over")


def items_of(row: Any) -> list[str]:
    """All services of a visit, the first one first."""
    return [each for each in (row["item_id"], *row["further_items"]) if each]


async def visit(actor: Actor, row_id: UUID, *roles: str) -> Any:
    """A visit in one of the actor's posts, which may be smaller than a county, or one that was given to the actor."""
    row = await db.fetchrow(ONE, reach(actor, *roles), row_id, actor.acting)
    if row is None:
        raise NoSuchVisit()
    return row


def reach(actor: Actor, *roles: str) -> list[str]:
    """Where the actor's posts are, as patterns: a post of a city reaches all of its counties, a street only itself."""
    return actor.within(*roles)
