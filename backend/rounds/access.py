"""The only way to get hold of a visit. What an actor may not see is not found."""

from typing import Any
from uuid import UUID

from backend.core import db
from backend.core.actor import Actor, stem
from backend.core.problems import NotFound
from backend.core.words import N_

COLUMNS = """region, id, person_id, item_id, place, phone, day, begins, ends, staff, state, note, code, position,
    seen, follows"""
ONE = f"SELECT {COLUMNS} FROM rounds_visit WHERE region LIKE ANY($1::text[]) AND id = $2"
WALKERS = ("clerk", "grid")
STAFF = ("clerk", "grid", "manager")


class NoSuchVisit(NotFound):
    """No home visit in the actor's division."""

    code, title = "no-such-visit", N_("We do not find this home visit")


async def visit(actor: Actor, row_id: UUID, *roles: str) -> Any:
    """A visit in the county of one of the actor's posts; a grid worker's post may be smaller than a county."""
    row = await db.fetchrow(ONE, reach(actor, *roles), row_id)
    if row is None:
        raise NoSuchVisit()
    return row


def reach(actor: Actor, *roles: str) -> list[str]:
    """The counties of the actor's posts, as patterns: a post of a city reaches all of its counties."""
    return [f"{stem(county)}%" for county in actor.counties(*roles)]
