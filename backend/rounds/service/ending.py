"""How a visit ends: met, not met with another time to follow, or called off."""

from typing import Any
from uuid import UUID

from backend.core import clock, db
from backend.core.actor import Actor
from backend.core.events import announce
from backend.core.policy import verb
from backend.core.problems import Conflict, Invalid
from backend.core.words import N_
from backend.rounds import access
from backend.rounds.events import VisitEnded
from backend.rounds.schemas import Outcome, Window
from backend.rounds.sealed import seal
from backend.rounds.service.planning import plan_again

END = """UPDATE rounds_visit SET state = $3, note = coalesce($4, note), ended_at = $5, code = NULL
    WHERE region = $1 AND id = $2 AND state = 'planned' AND ($6::uuid IS NULL OR staff = $6) RETURNING id"""
AHEAD = f"SELECT {access.COLUMNS} FROM rounds_visit WHERE person_id = $1 AND state = 'planned'"


class VisitTakenByOther(Conflict):
    """A colleague goes there, or it is over."""

    code, title = "visit-not-open", N_("A colleague has this visit, or it is over")


@verb("rounds.finish", N_("Say how a home visit went"), *access.WALKERS)
async def finish(
    actor: Actor, visit: UUID, outcome: Outcome, *, note: str = "", again: Window | None = None
) -> UUID | None:
    """已办 or 未遇, by whoever went, with a sealed note. Nobody met: another time, or somebody rings to agree one."""
    row = await access.visit(actor, visit, *access.WALKERS)
    if again is not None and outcome == "met":
        raise Invalid({"again": N_("Only for a visit where nobody was met")})
    async with db.transaction():
        await _end(actor, row, outcome, seal(visit, "note", note), actor.acting, again=again)
        if again is None:
            return None
        new = await plan_again(actor, row, again)
        return UUID(str(new["id"]))


@verb("rounds.cancel", N_("Cancel a home visit"), "operator", "clerk", "manager")
async def cancel(actor: Actor, visit: UUID) -> None:
    """The visit is not needed, or not possible."""
    await _end(actor, await access.visit(actor, visit, "operator", "clerk", "manager"), "cancelled", None, None)


@verb("rounds.cancel_all", N_("Cancel the home visits of somebody who closes the account"), "system")
async def cancel_all(actor: Actor, person: UUID) -> None:
    """What is still ahead."""
    for row in await db.fetch(AHEAD, person):
        await _end(actor, row, "cancelled", None, None)


async def _end(
    actor: Actor, row: Any, state: str, note: bytes | None, staff: UUID | None, *, again: Window | None = None
) -> None:
    async with db.transaction():
        if await db.fetchval(END, row["region"], row["id"], state, note, clock.now(), staff) is None:
            raise VisitTakenByOther()
        event = VisitEnded(region=row["region"], subject=row["id"], state=state, again=again is not None)
        await announce(actor, event)
