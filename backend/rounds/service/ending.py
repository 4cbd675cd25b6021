"""How a visit ends: met, not met with another time to follow, or called off."""

from typing import Any, Literal
from uuid import UUID

from backend.appointments import service as appointments
from backend.core import clock, db
from backend.core.actor import Actor
from backend.core.events import announce
from backend.core.policy import verb
from backend.core.problems import Conflict, Invalid
from backend.core.words import N_
from backend.rounds import access
from backend.rounds.events import VisitEnded
from backend.rounds.schemas import MetVisit, Outcome, Window
from backend.rounds.sealed import seal
from backend.rounds.service.assigning import give_to, on_duty
from backend.rounds.service.planning import plan_again

END = """UPDATE rounds_visit SET state = $3, note = coalesce($4, note), ended_at = $5, code = NULL
    WHERE region = $1 AND id = $2 AND state = 'planned' AND ($6::uuid IS NULL OR staff = $6) RETURNING id"""
MET = """SELECT person_id AS person, staff, begins, appointment_id AS appointment FROM rounds_visit
    WHERE region = $1 AND id = $2 AND state = 'met'"""
AHEAD = f"SELECT {access.COLUMNS} FROM rounds_visit WHERE person_id = $1 AND state = 'planned'"


APPOINTMENT: dict[str, Literal["attended", "missed", "cancelled"]] = {
    "met": "attended", "missed": "missed", "cancelled": "cancelled"
}  # fmt: skip


class NotYet(Conflict):
    """The visit is on a later day: nobody can have been there."""

    code, title = "visit-is-ahead", N_("This home visit is on a later day")


@verb("rounds.finish", N_("Say how a home visit went"), *access.WALKERS)
async def finish(
    actor: Actor, visit: UUID, outcome: Outcome, *, note: str = "", again: Window | None = None, same: bool = False
) -> UUID | None:
    """已办 or 未遇, by whoever went, with a sealed note. Nobody met: another time, or somebody rings to agree one.

    With ``same`` whoever was there goes again, and must be on duty then.
    """
    row = await access.visit(actor, visit, *access.WALKERS)
    if again is not None and outcome == "met":
        raise Invalid({"again": N_("Only for a visit where nobody was met")})
    if row["day"] > clock.today():
        raise NotYet(N_("Say how it went on its day. If nobody is to go, cancel it."))
    async with db.transaction():
        await _end(actor, row, outcome, seal(visit, "note", note), actor.acting, again=again)
        if again is None:
            return None
        new = await plan_again(actor, row, again)
        if same and actor.acting is not None:
            await give_to(actor, new, await on_duty(new, actor.acting))
        return UUID(str(new["id"]))


@verb("rounds.cancel", N_("Cancel a home visit"), "operator", "clerk", "manager")
async def cancel(actor: Actor, visit: UUID) -> None:
    """The visit is not needed, or not possible; an appointment at home is given back with it."""
    await _end(actor, await access.visit(actor, visit, "operator", "clerk", "manager"), "cancelled", None, None)


@verb("rounds.cancel_all", N_("Cancel the home visits of somebody who closes the account"), "system")
async def cancel_all(actor: Actor, person: UUID) -> None:
    """What is still ahead."""
    for row in await db.fetch(AHEAD, person):
        await call_off(actor, row)


async def met(region: str, visit: UUID) -> MetVisit | None:
    """A visit that ended with the person met. For another slice's listener."""
    row = await db.fetchrow(MET, region, visit)
    return None if row is None else MetVisit(**row)


async def call_off(actor: Actor, row: Any) -> None:
    """Nobody goes there any more, as the appointment is given back or the person has left."""
    await _end(actor, row, "cancelled", None, None, alone=True)


async def _end(
    actor: Actor, row: Any, state: str, note: bytes | None, staff: UUID | None, *, again: Window | None = None,
    alone: bool = False,
) -> None:  # fmt: skip
    async with db.transaction():
        if await db.fetchval(END, row["region"], row["id"], state, note, clock.now(), staff) is None:
            raise access.VisitTakenByOther()
        event = VisitEnded(region=row["region"], subject=row["id"], state=state, again=again is not None)
        await announce(actor, event)
        if row["appointment_id"] and again is None and not alone:
            await appointments.end_at_home(actor, row["region"], row["appointment_id"], APPOINTMENT[state])
