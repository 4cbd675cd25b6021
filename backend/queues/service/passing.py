"""What is out of the ordinary at a counter: passing on, a second errand, a question in passing, a call taken back."""

from typing import Any
from uuid import UUID

from backend.core import clock, db, ids
from backend.core.actor import Actor
from backend.core.events import announce
from backend.core.policy import verb
from backend.core.words import N_
from backend.queues import access, rules
from backend.queues.events import QuestionAnswered, TicketMoved
from backend.queues.schemas import TicketView
from backend.queues.service.calling import OWN, StepRefused, step_of
from backend.queues.service.counters import BUSY, CounterClosed
from backend.queues.service.showing import shown

# The named counter's row is held against its clerk leaving between the look and the change.
THERE = """SELECT 1 FROM queues_counter WHERE region = $1 AND hall_id = $2 AND state <> 'closed'
    AND (id = $3 OR $3 IS NULL) AND (team = $4 OR $4 IS NULL) LIMIT 1 FOR SHARE"""
ONLY = "UPDATE queues_ticket SET for_counter = $3, for_team = $4 WHERE region = $1 AND id = $2"
NEXT_ERRAND = f"""UPDATE queues_ticket SET errands = array_append(errands, coalesce(item_id, '')), item_id = $4,
        state = $5, started_at = CASE WHEN $5 = 'serving' THEN $6 ELSE started_at END, calls = 0,
        counter_id = CASE WHEN $5 = 'serving' THEN counter_id END
    WHERE region = $1 AND id = $2 AND state = ANY($3::text[]) AND {OWN.format(sits="$7")} RETURNING {access.COLUMNS}"""
ASKED = """INSERT INTO queues_question (region, id, hall_id, counter_id, day, item_id, staff, at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"""
LINE = "SELECT 1 FROM queues_line WHERE region = $1 AND hall_id = $2 AND day = $3 FOR UPDATE"


@verb("queues.transfer", N_("Pass a person to another counter"), "clerk")
async def transfer(
    actor: Actor, ticket: UUID, *, item: str = "", counter: UUID | None = None, team: str = ""
) -> TicketView:
    """转窗口: back into the line at the old place, for another service when ``item`` says so.

    With ``counter`` only that one calls the person, with ``team`` (窗口组) one of these; when all of them have closed,
    everybody may again.
    """
    row = await access.ticket(actor, ticket)
    async with db.transaction():
        if counter is not None:
            await access.counter(actor, counter)
        if (counter or team) and not await db.fetchval(THERE, row["region"], row["hall_id"], counter, team or None):
            raise CounterClosed(N_("Nobody sits there now. Choose another counter."))
        moved = await step_of(actor, row, "transfer", item=item or None)
        if counter or team:
            await db.execute(ONLY, row["region"], ticket, counter, team or None)
    return moved


@verb("queues.add_service", N_("Go on with a person's next errand"), "clerk")
async def add_service(actor: Actor, ticket: UUID, item: str) -> TicketView:
    """一次来办几件事: the same person, the next errand, the same number.

    Here when this counter can do it; otherwise back into the line at the old place, for a counter that can.
    """
    row = await access.ticket(actor, ticket)
    possible, _ = rules.STEPS["transfer"]
    if row["counter_id"] is None:
        raise StepRefused(N_("Open the page again to see where it stands."))
    items = (await access.counter(actor, row["counter_id"]))["items"]
    then = "serving" if not items or item in items else "waiting"
    async with db.transaction():
        moved: Any = await db.fetchrow(
            NEXT_ERRAND, row["region"], ticket, list(possible), item or None, then, clock.now(), actor.acting
        )
        if moved is None:
            raise StepRefused(N_("Open the page again to see where it stands."))
        event = TicketMoved(region=row["region"], subject=ticket, hall=row["hall_id"], step="add_service")
        await announce(actor, event)
    return (await shown(actor, [moved]))[0]


@verb("queues.serve_quick", N_("Count a question answered in passing"), "clerk")
async def serve_quick(actor: Actor, counter: UUID, *, item: str = "") -> None:
    """即问即答: somebody only asked something. They need no number; the work is counted all the same."""
    known = await access.counter(actor, counter)
    if known["staff"] != actor.acting:
        raise CounterClosed()
    async with db.transaction():
        await db.execute(
            ASKED, known["region"], ids.new(), known["hall_id"], counter, clock.today(), item or None, actor.acting,
            clock.now(),
        )  # fmt: skip
        await announce(actor, QuestionAnswered(region=known["region"], subject=counter, hall=known["hall_id"]))


@verb("queues.undo_miss", N_("Take back that nobody came"), "clerk")
async def undo_miss(actor: Actor, ticket: UUID) -> TicketView:
    """过号撤销, for five minutes: called again where the counter is still free, otherwise back at the old place."""
    row = await access.ticket(actor, ticket)
    if row["missed_at"] is None or clock.now() - row["missed_at"] > rules.UNDO:
        raise StepRefused(N_("This can be taken back for five minutes. The person can still come back into the line."))
    async with db.transaction():
        await db.execute(LINE, row["region"], row["hall_id"], row["day"])  # as a call does: no call comes between
        busy = await db.fetchval(BUSY, row["region"], row["counter_id"])
        mine = row["counter_id"] and (await access.counter(actor, row["counter_id"]))["staff"] == actor.acting
        return await step_of(actor, row, "undo" if mine and not busy else "undo_wait")
