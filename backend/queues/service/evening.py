"""一天结束: whoever still waits when the hall has closed is told so, and offered a booked place. Nobody is dropped
without a word, and the next morning starts empty."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from backend.appointments import service as appointments
from backend.core import clock, db
from backend.core.actor import Actor
from backend.core.events import announce
from backend.core.policy import verb
from backend.core.words import N_
from backend.identity import service as identity
from backend.notifications.schemas import Template
from backend.places import service as places
from backend.queues import access, ending_rules
from backend.queues.events import CounterChanged, DayEnded, TicketMoved
from backend.queues.schemas import TicketView
from backend.queues.service.showing import shown
from backend.queues.service.telling import not_soon_any_more
from backend.settings import settings

ENDING = Actor.system("end the day of a hall")
UNSERVED = Template(
    id="ticket-unserved",
    title=N_("We could not serve you today"),
    text=N_(
        "Number {number} at {hall}: the hall has closed and your turn had not come. We are sorry. Book a place for one "
        "of the next days, then you need not wait; or ring {phone} and we book it for you."
    ),
    next=("/queues/unserved/{about}", N_("Book a place")),
    spoken=True,
)
STANDING = """SELECT DISTINCT region, hall_id, day FROM queues_ticket
    WHERE state IN ('waiting', 'called', 'serving', 'held', 'parked') AND day <= $1
    ORDER BY day, hall_id LIMIT 2000"""
LAST_CALL = "SELECT max(called_at) FROM queues_ticket WHERE region = $1 AND hall_id = $2 AND day = $3"
LINE = "SELECT 1 FROM queues_line WHERE region = $1 AND hall_id = $2 AND day = $3 FOR UPDATE"  # as a call takes it
UNSERVE = """UPDATE queues_ticket SET state = 'unserved', ended_at = $4, for_counter = NULL, for_team = NULL
    WHERE region = $1 AND hall_id = $2 AND day = $3 AND state IN ('waiting', 'held', 'parked') RETURNING id"""
# What a clerk never ended: who was called counts as missed, who was served as done, and the length is not believed.
FORGOTTEN = """UPDATE queues_ticket SET forgotten = true,
        state = CASE state WHEN 'called' THEN 'missed' ELSE 'done' END,
        missed_at = CASE state WHEN 'called' THEN called_at END,
        ended_at = CASE state WHEN 'serving' THEN $4::timestamptz END
    WHERE region = $1 AND hall_id = $2 AND day = $3 AND state IN ('called', 'serving') RETURNING id"""
LEFT_OPEN = """UPDATE queues_counter SET state = 'closed', staff = NULL, changed = $2
    WHERE state <> 'closed' AND changed < $1 AND NOT EXISTS (SELECT 1 FROM queues_ticket t
        WHERE t.region = queues_counter.region AND t.counter_id = queues_counter.id
            AND t.state IN ('called', 'serving'))
    RETURNING region, id, hall_id"""
TOLD = "SELECT hall_id, number, person_id, item_id FROM queues_ticket WHERE region = $1 AND id = $2"


@verb("queues.end_days", N_("End the day at halls that have closed"), "system")
async def end_days(actor: Actor) -> int:
    """Half an hour after closing, when nobody is called any more; at the latest with the day. Returns how many tickets
    were ended. Any number of processes may do it at once."""
    ended, today = 0, clock.today()
    for row in await db.fetch(STANDING, today):
        if row["day"] < today or await _over(actor, row):
            ended += await _end(actor, row["region"], row["hall_id"], row["day"])
    await _close_counters(actor, clock.at(today, datetime.min.time()))
    return ended


@verb("queues.unserved", N_("See a number that was not served"), "resident", "operator")
async def unserved(actor: Actor, ticket: UUID) -> TicketView:
    """For its person, who is offered a booked place."""
    row = await access.ticket(actor, ticket)
    if row["state"] != "unserved":
        raise access.NoSuchTicket()
    return (await shown(actor, [row]))[0]


async def tell_unserved(region: str, ticket: UUID) -> None:
    """By the way that the person asked for. Who took the number without a name reads it on the page of the number."""
    row: Any = await db.fetchrow(TOLD, region, ticket)
    if row is None or row["person_id"] is None:
        return
    hall = await places.hall(ENDING, row["hall_id"])
    values = {"number": row["number"], "hall": hall.name, "phone": settings().help_phone}
    await identity.tell(
        ENDING, row["person_id"], UNSERVED, values, about=ticket, once=f"{UNSERVED.id}:{ticket}",
        item=row["item_id"] or "",
    )  # fmt: skip


async def _over(actor: Actor, row: Any) -> bool:
    hours = await appointments.hours_of(actor, row["hall_id"], row["day"])
    if not hours.known:
        return False  # nobody knows when it closes: with the day
    closes = max((closes for _, closes in hours.stretches), default=clock.at(row["day"], datetime.min.time()))
    last = await db.fetchval(LAST_CALL, row["region"], row["hall_id"], row["day"])
    return ending_rules.over(closes, last, clock.now())


async def _end(actor: Actor, region: str, hall: UUID, day: date) -> int:
    """In one piece under the line's lock, so that nobody is called while it ends."""
    now = clock.now()
    async with db.transaction():
        await db.fetchval(LINE, region, hall, day)
        unserved = await db.fetch(UNSERVE, region, hall, day, now)
        forgotten = await db.fetch(FORGOTTEN, region, hall, day, now) if day < clock.today() else []
        for step, rows in (("unserved", unserved), ("forgotten", forgotten)):
            for row in rows:
                await announce(actor, TicketMoved(region=region, subject=row["id"], hall=hall, step=step))
        for row in unserved:
            await not_soon_any_more(row["id"])
        if unserved or forgotten:
            await announce(actor, DayEnded(region=region, subject=hall, unserved=len(unserved)))
    return len(unserved) + len(forgotten)


async def _close_counters(actor: Actor, midnight: datetime) -> None:
    """A counter that was left open last night is not open this morning."""
    async with db.transaction():
        for row in await db.fetch(LEFT_OPEN, midnight, clock.now()):
            event = CounterChanged(region=row["region"], subject=row["id"], hall=row["hall_id"], state="closed")
            await announce(actor, event)
