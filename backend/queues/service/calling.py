"""叫号 and everything that happens at a counter afterwards. Many clerks at once never call the same person."""

from datetime import datetime
from typing import Any
from uuid import UUID

from backend.appointments import service as appointments
from backend.core import clock, db, trail
from backend.core.actor import PROVINCE, Actor
from backend.core.events import announce
from backend.core.policy import verb
from backend.core.problems import Conflict
from backend.core.sealing import legible
from backend.core.words import N_
from backend.identity import service as identity
from backend.queues import access, rules
from backend.queues.events import TicketCalled, TicketMoved
from backend.queues.schemas import Customer, TicketView
from backend.queues.sealed import seal
from backend.queues.service.counters import CounterBusy, CounterClosed
from backend.queues.service.showing import shown
from backend.queues.service.telling import not_soon_any_more

NEXT = "SELECT outcome, why, (made).* FROM queues_next($1, $2, $3, $4, $5, $6, $7, $8, $9)"
# Who sits at the counter decides what happens there; a colleague only where that place is empty.
OWN = """NOT (state IN ('called', 'serving') AND EXISTS (SELECT FROM queues_counter c
    WHERE c.region = queues_ticket.region AND c.id = queues_ticket.counter_id AND c.staff <> {sits}))"""
STEP = f"""UPDATE queues_ticket SET state = $4, ended_at = $5, started_at = coalesce($6, started_at),
        counter_id = CASE WHEN $4 IN ('waiting', 'held', 'parked') THEN NULL ELSE counter_id END,
        calls = CASE WHEN $4 = 'called' THEN calls + 1 WHEN $4 = 'waiting' THEN 0 ELSE calls END,
        called_at = CASE WHEN $4 = 'called' THEN $9::timestamptz ELSE called_at END,
        for_counter = NULL, for_team = NULL, missed_at = CASE WHEN $4 = 'missed' THEN $9::timestamptz END,
        since = coalesce($7, since), due = coalesce($7, due), kind = CASE WHEN $7 IS NULL THEN kind ELSE 'walk-in' END,
        item_id = coalesce($8, item_id)
    WHERE region = $1 AND id = $2 AND state = ANY($3::text[]) AND {OWN.format(sits="$10")} RETURNING {access.COLUMNS}"""
HERE = f"""SELECT {access.COLUMNS} FROM queues_ticket
    WHERE region = $1 AND counter_id = $2 AND state IN ('called', 'serving')"""
LINE = """SELECT id, kind, since, due FROM queues_ticket
    WHERE region = $1 AND hall_id = $2 AND day = $3 AND state = 'waiting' ORDER BY greatest(since, due) LIMIT 10"""
ERRANDS = "SELECT errands FROM queues_ticket WHERE region = $1 AND id = $2"
NOTE = "UPDATE queues_ticket SET note = $3 WHERE region = $1 AND id = $2"


class NobodyWaits(Conflict):
    """Nobody whom this counter can serve."""

    code, title = "nobody-waits", N_("Nobody is waiting for your counter")


class StepRefused(Conflict):
    """The ticket is not in a state for this; a colleague may have been faster."""

    code, title = "not-possible-now", N_("This is not possible with this number now")


@verb("queues.call_next", N_("Call the next person"), "clerk")
async def call_next(actor: Actor, counter: UUID) -> TicketView:
    """Who is next by the rule, called to this counter. One statement decides and locks; see ``rules.next_up``."""
    known = await access.counter(actor, counter)
    async with db.transaction():
        row: Any = await db.fetchrow(
            NEXT, known["region"], known["hall_id"], clock.today(), counter, actor.acting, clock.now(),
            rules.STREAK, rules.PATIENCE, rules.EARLY,
        )  # fmt: skip
        if row["outcome"] != "called":
            raise REFUSALS[row["outcome"]]()
        event = TicketCalled(
            region=row["region"], subject=row["id"], hall=row["hall_id"], counter=counter, why=row["why"]
        )
        await announce(actor, event)
        await not_soon_any_more(row["id"])
    return (await shown(actor, [row]))[0]


@verb("queues.recall", N_("Call once more"), "clerk")
async def recall(actor: Actor, ticket: UUID) -> TicketView:
    """再叫. After the third call the person counts as having missed it."""
    row = await access.ticket(actor, ticket)
    if row["calls"] >= rules.CALLS:
        return await step_of(actor, row, "miss")
    async with db.transaction():
        view = await step_of(actor, row, "recall")
        event = TicketCalled(
            region=row["region"], subject=ticket, hall=row["hall_id"], counter=row["counter_id"], why="again"
        )
        await announce(actor, event)
    return view


@verb("queues.start", N_("Begin with a person"), "clerk")
async def start(actor: Actor, ticket: UUID) -> TicketView:
    """The person is at the counter."""
    return await step_of(actor, await access.ticket(actor, ticket), "start")


@verb("queues.finish", N_("Finish with a person"), "clerk")
async def finish(actor: Actor, ticket: UUID) -> TicketView:
    """The visit is done."""
    return await step_of(actor, await access.ticket(actor, ticket), "finish")


@verb("queues.miss", N_("Note that nobody came to the call"), "clerk")
async def miss(actor: Actor, ticket: UUID) -> TicketView:
    """过号: nobody came. Whoever comes after all waits behind the next three."""
    return await step_of(actor, await access.ticket(actor, ticket), "miss")


@verb("queues.hold", N_("Let a person wait aside"), "clerk")
async def hold(actor: Actor, ticket: UUID) -> TicketView:
    """挂起: the person steps aside, to fill in a form for example, and keeps the turn."""
    return await step_of(actor, await access.ticket(actor, ticket), "hold")


@verb("queues.park", N_("Keep a place while papers are fetched"), "clerk")
async def park(actor: Actor, ticket: UUID) -> TicketView:
    """待补材料: something is missing; with it the person comes back today without queueing again."""
    return await step_of(actor, await access.ticket(actor, ticket), "park")


@verb("queues.come_back", N_("Put somebody back into the line"), "clerk", "manager", "resident", "kiosk")
async def come_back(actor: Actor, ticket: UUID) -> TicketView:
    """Who stepped aside or fetched papers is next at their old time; who missed the call waits behind three."""
    row = await access.ticket(actor, ticket)
    return await step_of(actor, row, "come_back", since=await _behind_three(row) if row["state"] == "missed" else None)


@verb("queues.leave", N_("Give a number back"), "clerk", "manager", "resident", "operator")
async def leave(actor: Actor, ticket: UUID) -> TicketView:
    """The person does not wait any longer."""
    return await step_of(actor, await access.ticket(actor, ticket), "leave")


@verb("queues.note", N_("Leave a note for the next colleague"), "clerk")
async def write_note(actor: Actor, ticket: UUID, text: str) -> None:
    """A sealed note, kept with the ticket."""
    row = await access.ticket(actor, ticket)
    await db.execute(NOTE, row["region"], ticket, seal(ticket, text))


@verb("queues.customer", N_("See who is at the counter"), "clerk")
async def customer(actor: Actor, counter: UUID) -> Customer | None:
    """Who was called here and is not finished, for the clerk who sits here; the person can see that it was read."""
    known = await access.counter(actor, counter)
    if known["staff"] != actor.acting:
        raise access.NoSuchCounter()
    row = await db.fetchrow(HERE, known["region"], counter)
    if row is None:
        return None
    person, found = row["person_id"], {}
    if person is not None:
        found = await identity.people_seen(actor, [person])
        await trail.viewed(actor, region=PROVINCE, person=person, what="person", purpose=N_("Serving you at a counter"))
    summary = found.get(person)
    return Customer(
        ticket=(await shown(actor, [row]))[0], person=person, name=summary.name if summary else "",
        age=summary.age if summary else None, called_at=row["called_at"],
        note=legible("ticket", row["id"], "note", row["note"]),
        planned=await _planned(row),
    )  # fmt: skip


async def _planned(row: Any) -> dict[str, str]:
    """The other services of a visit that was booked for several."""
    if row["appointment_id"] is None:
        return {}
    booked = await appointments.services_booked(row["region"], row["appointment_id"])
    over = {row["item_id"], *await db.fetchval(ERRANDS, row["region"], row["id"])}
    return {item: name for item, name in booked.items() if item not in over}


REFUSALS = {"counter-closed": CounterClosed, "counter-busy": CounterBusy, "nobody-waits": NobodyWaits}


async def step_of(
    actor: Actor, row: Any, step: str, *, since: datetime | None = None, item: str | None = None
) -> TicketView:
    """One step, by one conditional statement: of two clerks who do the same at once, one is refused."""
    possible, then = rules.STEPS[step]
    now = clock.now()
    async with db.transaction():
        moved = await db.fetchrow(
            STEP, row["region"], row["id"], list(possible), then, now if then in ("done", "left") else None,
            now if step == "start" else None, since, item, now, actor.acting,
        )  # fmt: skip
        if moved is None:
            raise StepRefused(N_("Open the page again to see where it stands."))
        if row["state"] == "waiting" != then:
            await not_soon_any_more(row["id"])
        await announce(actor, TicketMoved(region=row["region"], subject=row["id"], hall=row["hall_id"], step=step))
    return (await shown(actor, [moved]))[0]


async def _behind_three(row: Any) -> datetime:
    line = await db.fetch(LINE, row["region"], row["hall_id"], row["day"])
    waiting = [rules.Waiting(each["id"], each["kind"], each["since"], each["due"]) for each in line]
    return rules.back_after(waiting, clock.now())
