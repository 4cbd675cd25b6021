"""求助: a counter or a machine asks for a person; everybody of the hall sees it until somebody says it is settled."""

from typing import Any
from uuid import UUID

from backend.core import clock, db, ids, rate
from backend.core.actor import Actor
from backend.core.events import announce
from backend.core.policy import verb
from backend.core.problems import Conflict, NotFound
from backend.core.words import N_
from backend.identity import service as identity
from backend.places import service as places
from backend.queues import access
from backend.queues.events import HelpAnswered, HelpCalled
from backend.queues.schemas import HelpCall

ASK = """INSERT INTO queues_help (region, id, hall_id, source, place, urgent, asked_by, asked)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (region, source) WHERE solved IS NULL DO NOTHING RETURNING id"""
OPEN = """SELECT region, id, hall_id, place, urgent, asked_by, asked, going FROM queues_help
    WHERE region = $1 AND hall_id = $2 AND solved IS NULL ORDER BY urgent DESC, asked LIMIT 20"""
COUNT = "SELECT count(*) FROM queues_help WHERE region LIKE ANY($1::text[]) AND solved IS NULL AND going IS NULL"
GO = """UPDATE queues_help SET going = $3, going_at = $4
    WHERE region = $1 AND id = $2 AND going IS NULL AND solved IS NULL RETURNING id"""
SOLVE = """UPDATE queues_help SET solved_by = $3, solved = $4
    WHERE region = $1 AND id = $2 AND solved IS NULL RETURNING id"""
RINGS = (6, 600)  # new calls of one machine in ten minutes: a child may find the button


class SomebodyGoes(Conflict):
    """A colleague was faster."""

    code, title = "somebody-goes", N_("A colleague is going there already")


@verb("queues.call_help", N_("Call colleagues to a counter"), "clerk")
async def call_help(actor: Actor, counter: UUID) -> None:
    """紧急求助: colleagues see at once which counter needs them. Pressing again is the same call."""
    known = await access.counter(actor, counter)
    await _ask(actor, known["region"], known["hall_id"], counter, known["label"], urgent=True)


@verb("queues.ring", N_("Ask for a person at a machine"), "kiosk")
async def ring(actor: Actor, hall_id: UUID) -> None:
    """呼叫工作人员: somebody at a machine asks for a person of the hall. Nothing of them is kept."""
    hall = await places.hall(actor, hall_id)
    if actor.acting is None or not actor.covers(hall.seat, "kiosk"):
        raise NotFound()
    await rate.check("ring", str(actor.acting), limit=RINGS[0], per=RINGS[1])
    await _ask(actor, hall.region, hall_id, actor.acting, actor.name, urgent=False)


@verb("queues.help_calls", N_("See who asks for help in a hall"), *access.STAFF)
async def help_calls(actor: Actor, hall_id: UUID) -> list[HelpCall]:
    """What is not settled yet, colleagues first."""
    hall = await access.hall(actor, hall_id, *access.STAFF)
    rows = await db.fetch(OPEN, hall.region, hall_id)
    staff = [each for row in rows for each in (row["asked_by"], row["going"]) if each]
    names = await identity.staff_names(hall.region, staff) if staff else {}
    return [
        HelpCall(
            id=row["id"], hall=row["hall_id"], place=row["place"], urgent=row["urgent"], asked=row["asked"],
            asked_by=names.get(row["asked_by"], ""), going=names.get(row["going"], ""),
        )
        for row in rows
    ]  # fmt: skip


@verb("queues.count_help", N_("See how many ask for help"), *access.STAFF)
async def count_help(actor: Actor) -> int:
    """Calls of the actor's county that nobody goes to yet, for the start page of the desk."""
    found: int = await db.fetchval(COUNT, actor.within(*access.STAFF))
    return found


@verb("queues.answer_help", N_("Say that one is going to help"), *access.STAFF)
async def answer_help(actor: Actor, call: UUID) -> None:
    """我去: of two who say so at once, one hears that the other goes."""
    row = await access.help_call(actor, call)
    async with db.transaction():
        if await db.fetchval(GO, row["region"], call, actor.acting, clock.now()) is None:
            raise SomebodyGoes()
        await _tell(actor, row, "going")


@verb("queues.solve_help", N_("Say that a call for help is settled"), *access.STAFF)
async def solve_help(actor: Actor, call: UUID) -> None:
    """已解决. Twice is the same as once."""
    row = await access.help_call(actor, call)
    async with db.transaction():
        if await db.fetchval(SOLVE, row["region"], call, actor.acting, clock.now()) is not None:
            await _tell(actor, row, "solved")


async def _ask(actor: Actor, region: str, hall: UUID, source: UUID, place: str, *, urgent: bool) -> None:
    async with db.transaction():
        made = await db.fetchval(
            ASK, region, ids.new(), hall, source, place, urgent, actor.acting, clock.now()
        )  # fmt: skip
        if made is not None:
            await announce(actor, HelpCalled(region=region, subject=source, hall=hall, urgent=urgent))


async def _tell(actor: Actor, row: Any, step: str) -> None:
    await announce(actor, HelpAnswered(region=row["region"], subject=row["id"], hall=row["hall_id"], step=step))
