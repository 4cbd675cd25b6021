"""窗口: set up by the hall's manager; opened, paused and closed by whoever sits there."""

from uuid import UUID

import asyncpg

from backend.core import clock, db, ids
from backend.core.actor import Actor
from backend.core.events import announce
from backend.core.policy import verb
from backend.core.problems import Conflict
from backend.core.words import N_
from backend.queues import access
from backend.queues.events import CounterChanged
from backend.queues.schemas import CounterRequest, CounterView
from backend.queues.service.showing import counter_view

COLUMNS = "region, id, hall_id, label, items, state, staff, team"
ALL = f"SELECT {COLUMNS} FROM queues_counter WHERE region = $1 AND hall_id = $2 ORDER BY length(label), label LIMIT 200"
MINE = f"SELECT {COLUMNS} FROM queues_counter WHERE region = ANY($1::text[]) AND staff = $2"
ADD = f"""INSERT INTO queues_counter (region, id, hall_id, label, items, team, changed)
    VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (region, hall_id, label)
        DO UPDATE SET items = excluded.items, team = excluded.team, changed = excluded.changed
    RETURNING {COLUMNS}"""
SIT = f"""UPDATE queues_counter SET state = 'open', staff = $3, changed = $4
    WHERE region = $1 AND id = $2 AND (staff IS NULL OR staff = $3) RETURNING {COLUMNS}"""
SET = f"""UPDATE queues_counter SET state = $4, staff = CASE WHEN $4 = 'closed' THEN NULL ELSE staff END, changed = $5
    WHERE region = $1 AND id = $2 AND staff = $3 RETURNING {COLUMNS}"""
LOCK = "SELECT 1 FROM queues_counter WHERE region = $1 AND id = $2 FOR UPDATE"  # a call shares this row, closing waits
BUSY = """SELECT 1 FROM queues_ticket WHERE region = $1 AND counter_id = $2 AND state IN ('called', 'serving')"""


class CounterTaken(Conflict):
    """Somebody else sits there, or one sits elsewhere already."""

    code, title = "counter-taken", N_("This counter is taken")


class CounterBusy(Conflict):
    """Somebody stands at the counter."""

    code, title = "counter-busy", N_("Somebody is at your counter")


class CounterClosed(Conflict):
    """Nobody is called to a counter that is not open, or at which one does not sit."""

    code, title = "counter-closed", N_("Your counter is not open")


@verb("queues.set_up_counter", N_("Set up a counter"), "manager")
async def set_up_counter(actor: Actor, wanted: CounterRequest) -> CounterView:
    """Name a counter and say what it can do; the same name again changes what it can do."""
    hall = await access.hall(actor, wanted.hall, "manager")
    async with db.transaction():
        row = await db.fetchrow(
            ADD, hall.region, ids.new(), wanted.hall, wanted.label, sorted(set(wanted.items)), wanted.team, clock.now()
        )
        assert row is not None
        await announce(
            actor, CounterChanged(region=hall.region, subject=row["id"], hall=wanted.hall, state=row["state"])
        )
    return counter_view(row)


@verb("queues.counters", N_("See the counters of a hall"), *access.STAFF)
async def counters(actor: Actor, hall_id: UUID) -> list[CounterView]:
    """The counters of a hall, by name."""
    hall = await access.hall(actor, hall_id, *access.STAFF)
    return [counter_view(row) for row in await db.fetch(ALL, hall.region, hall_id)]


@verb("queues.my_counter", N_("See at which counter one sits"), "clerk")
async def my_counter(actor: Actor) -> CounterView | None:
    """The counter at which the clerk sits; none before one was opened."""
    row = await db.fetchrow(MINE, actor.counties(*access.STAFF), actor.acting)
    return counter_view(row) if row is not None else None


@verb("queues.open_counter", N_("Open a counter"), "clerk")
async def open_counter(actor: Actor, counter: UUID) -> CounterView:
    """Sit down at a counter: from now on people are called there."""
    known = await access.counter(actor, counter)
    try:
        async with db.transaction():
            row = await db.fetchrow(SIT, known["region"], counter, actor.acting, clock.now())
            if row is None:
                raise CounterTaken(N_("Choose another one."))
            await _changed(actor, row)
    except asyncpg.UniqueViolationError:
        raise CounterTaken(N_("You sit at another counter. Close that one first.")) from None
    return counter_view(row)


@verb("queues.pause_counter", N_("Pause a counter"), "clerk")
async def pause_counter(actor: Actor, counter: UUID) -> CounterView:
    """Nobody is called here for a while; whoever stands here is served to the end."""
    return await _set(actor, counter, "paused")


@verb("queues.close_counter", N_("Close a counter"), "clerk")
async def close_counter(actor: Actor, counter: UUID) -> CounterView:
    """Leave the counter. Not while somebody stands there."""
    known = await access.counter(actor, counter)
    async with db.transaction():
        await db.execute(LOCK, known["region"], counter)
        if await db.fetchval(BUSY, known["region"], counter):
            raise CounterBusy(N_("Finish with this person first, or pass them on."))
        return await _set(actor, counter, "closed")


async def _set(actor: Actor, counter: UUID, state: str) -> CounterView:
    known = await access.counter(actor, counter)
    async with db.transaction():
        row = await db.fetchrow(SET, known["region"], counter, actor.acting, state, clock.now())
        if row is None:
            raise CounterClosed()
        await _changed(actor, row)
    return counter_view(row)


async def _changed(actor: Actor, row: object) -> None:
    view = counter_view(row)
    await announce(actor, CounterChanged(region=view.region, subject=view.id, hall=view.hall, state=view.state))
