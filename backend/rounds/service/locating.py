"""In which street a visit is, where neither the address nor the home told it: whoever plans the round says it."""

from uuid import UUID

from backend.core import db
from backend.core.actor import Actor
from backend.core.events import announce
from backend.core.policy import verb
from backend.core.problems import Invalid
from backend.core.words import N_
from backend.places import service as places
from backend.rounds import access
from backend.rounds.events import VisitLocated
from backend.rounds.service.planning import COUNTY, NOT_YOURS

LOCATORS = (*access.PLANNERS, "manager")
PUT = """UPDATE rounds_visit SET division = $3, position = NULL
    WHERE region = $1 AND id = $2 AND state = 'planned' AND division IS DISTINCT FROM $3 RETURNING id"""


@verb("rounds.locate", N_("Say in which street a home visit is"), *LOCATORS)
async def locate(actor: Actor, visit: UUID, division: str) -> None:
    """The staff of that street or community see the visit from now on. Saying the same twice is once."""
    row = await access.visit(actor, visit, *LOCATORS)
    inside = len(division) > COUNTY and division.startswith(row["region"])
    if not inside or not actor.covers(division, *LOCATORS):
        raise Invalid({"division": NOT_YOURS})
    await places.division(actor, division)
    async with db.transaction():
        if await db.fetchval(PUT, row["region"], row["id"], division) is not None:
            await announce(actor, VisitLocated(region=row["region"], subject=row["id"], division=division))
