"""停办: a hall closes on a day it should open, and everybody whom that touches comes out of it with a place or a call.

First, in one transaction, the times close and each live appointment gets a row that waits for its outcome. Whoever was
booking in that very moment is found afterwards, so nobody is forgotten. Then each is settled in a transaction of its
own – moved to the nearest free time of the same share and told, or given back and rung. After a crash a job goes on
where it stopped.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from backend.appointments import opening_rules
from backend.appointments.events import HallClosed, OpeningChanged
from backend.appointments.opening_schemas import Affected, Closing, ClosingRequest, ClosingSheet
from backend.appointments.service import halls, making, moving, shutting
from backend.appointments.service.planning import carry_out, named
from backend.core import clock, db, events, ids
from backend.core.actor import Actor
from backend.core.events import announce
from backend.core.log import logger
from backend.core.policy import RECENT, verb
from backend.core.problems import Conflict, Invalid, NotFound
from backend.core.words import N_
from backend.places.schemas import Hall

# The times that a closure is about: $4 half, $5 noon of the day, $6 one group or all.
SCOPE = """s.region = $1 AND s.hall_id = $2 AND s.day = $3 AND ($4 = 'day' OR ($4 = 'morning') = (s.starts_at < $5))
    AND ($6::uuid IS NULL OR coalesce(s.group_id, s.hall_id) = $6)"""
# Whoever has a place then, be it the first of the visit or a later one.
IN_SLOT = """CROSS JOIN LATERAL (SELECT o.id FROM appointments_appointment o
            WHERE o.region = s.region AND o.slot_id = s.id
        UNION ALL SELECT f.owner FROM appointments_further f WHERE f.region = s.region AND f.slot_id = s.id) v
    JOIN appointments_appointment a ON a.region = s.region AND a.id = v.id"""
TOUCHED = f"""SELECT DISTINCT a.id, a.number, a.starts_at, a.person_id, a.pool, a.units, s.group_id
    FROM appointments_slot s {IN_SLOT}
    WHERE {SCOPE} AND a.state = 'booked' AND a.starts_at > $7 ORDER BY a.starts_at, a.id"""
FREE = f"""SELECT s.id, s.starts_at, s.ends_at, s.group_id, h.pool, h.capacity - h.taken AS free
    FROM appointments_slot s JOIN appointments_share h ON h.region = s.region AND h.slot_id = s.id
    WHERE s.region = $1 AND s.hall_id = $2 AND s.state = 'open' AND s.starts_at > $7 AND h.taken < h.capacity
        AND s.id NOT IN (SELECT s.id FROM appointments_slot s WHERE {SCOPE})"""
LOCK = f"""SELECT 1 FROM appointments_slot s JOIN appointments_share h ON h.region = s.region AND h.slot_id = s.id
    WHERE {SCOPE} ORDER BY h.slot_id, h.pool FOR NO KEY UPDATE OF h"""
SHUT = f"UPDATE appointments_slot s SET state = 'closed' WHERE {SCOPE} RETURNING s.id"
CLOSE = """INSERT INTO appointments_closure (region, id, hall_id, day, reason, half, group_id, everything, acting)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
    ON CONFLICT (region, hall_id, day, half, everything, (coalesce(group_id, hall_id)))
        DO UPDATE SET reason = excluded.reason, state = 'closed', acting = excluded.acting RETURNING id"""
WAIT = """INSERT INTO appointments_rebooking (region, closure_id, appointment_id, person_id, acting, created_at)
    VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (region, closure_id, appointment_id) DO NOTHING"""
# A second net: what took a place asks under the lock whether the time is still open (appointments_take). Whoever stands
# in a closed time all the same, such as by SQL written by hand, is found here and seen to like everybody else.
LATE = f"""INSERT INTO appointments_rebooking (region, closure_id, appointment_id, person_id, acting, created_at)
    SELECT a.region, c.id, a.id, a.person_id, coalesce(c.acting, a.acting), $1
    FROM appointments_closure c
    JOIN appointments_slot s ON s.region = c.region AND s.hall_id = c.hall_id AND s.day = c.day AND s.state = 'closed'
        AND (c.half = 'day' OR (c.half = 'morning') = ((s.starts_at AT TIME ZONE 'Asia/Shanghai')::time < '12:00'))
        AND (c.everything OR s.group_id IS NOT DISTINCT FROM c.group_id)
    {IN_SLOT} AND a.state = 'booked' AND a.starts_at > $1
    WHERE c.state = 'closed' AND c.day >= $2 AND NOT EXISTS (SELECT 1 FROM appointments_rebooking r
        WHERE r.region = a.region AND r.appointment_id = a.id AND r.closure_id = c.id)
    ON CONFLICT (region, closure_id, appointment_id) DO NOTHING"""
COLUMNS = """c.id, c.hall_id, c.day, c.half, c.group_id, c.everything, c.reason, c.state,
        count(*) FILTER (WHERE r.outcome = 'pending') AS pending,
        count(*) FILTER (WHERE r.outcome = 'moved') AS moved, count(*) FILTER (WHERE r.outcome = 'call') AS calls,
        count(r.outcome) AS people
    FROM appointments_closure c LEFT JOIN appointments_rebooking r ON r.region = c.region AND r.closure_id = c.id"""
ONE = f"SELECT {COLUMNS} WHERE c.region = $1 AND c.hall_id = $2 AND c.id = $3 GROUP BY c.region, c.id"
AHEAD = f"""SELECT {COLUMNS} WHERE c.region = $1 AND c.hall_id = $2 AND c.day >= $3 GROUP BY c.region, c.id
    ORDER BY c.day, c.id LIMIT 200"""
OUTCOMES = """SELECT a.id, a.number, a.starts_at, a.person_id, a.pool, r.outcome, n.starts_at AS instead
    FROM appointments_rebooking r JOIN appointments_appointment a ON a.region = r.region AND a.id = r.appointment_id
    LEFT JOIN appointments_appointment n ON n.region = r.region AND n.id = r.moved_to
    WHERE r.region = $1 AND r.closure_id = $2
    ORDER BY r.outcome IN ('moved', 'gone'), a.starts_at, a.id LIMIT $3 OFFSET $4"""
LIFT = "UPDATE appointments_closure SET state = 'lifted' WHERE region = $1 AND id = $2 AND state = 'closed'"
PENDING = """SELECT region, closure_id, appointment_id FROM appointments_rebooking
    WHERE outcome = 'pending' AND ($2::uuid IS NULL OR closure_id = $2) ORDER BY created_at, appointment_id LIMIT $1"""
AT_ONCE = 100  # people settled while the manager waits; the job does the rest within a minute
LISTED = 1000
PURPOSE = N_("Finding a new time for you, as the hall closes")


class StillSettling(Conflict):
    """People of this closure are still being found new times."""

    code, title = "still-settling", N_("People are still being found new times")


@verb("appointments.preview_closing", N_("See whom a closure touches"), *halls.MANAGERS)
async def preview_closing(actor: Actor, hall: UUID, wanted: ClosingRequest) -> list[Affected]:
    """Everybody with a place then, with the time that each would get now; none: somebody rings them."""
    known = await _checked(actor, hall, wanted)
    args = _scope(known, wanted)
    rows = await db.fetch(TOUCHED, *args, clock.now())
    free = await db.fetch(FREE, *args, clock.now() + moving.lead_of(await halls.limits_in(known.region, hall)))
    proposals = opening_rules.assign(
        [(row["id"], row["starts_at"], (row["group_id"], row["pool"]), row["units"]) for row in rows],
        [(row["starts_at"], row["ends_at"], (row["group_id"], row["pool"]), row["free"]) for row in free],
    )
    return [
        Affected(
            appointment=each.appointment, number=each.number, starts_at=each.starts_at, person=each.person,
            name=each.name, pool=each.pool, proposal=proposals.get(each.appointment),
        )
        for each in await named(actor, known.region, rows, PURPOSE)
    ]  # fmt: skip


@verb("appointments.close_with_care", N_("Close a hall and find everybody a new time"), *halls.MANAGERS, fresh=RECENT)
async def close_with_care(actor: Actor, hall: UUID, wanted: ClosingRequest) -> ClosingSheet:
    """Close, and see to everybody it touches. Doing it again goes on with those who still wait for an outcome."""
    known = await _checked(actor, hall, wanted)
    closure = await _shut(actor, known, wanted)
    await settle_closures(AT_ONCE, closure)
    return await closing_of(actor, hall, closure)


@verb("appointments.closings_of", N_("See the closures of a hall"), *halls.MANAGERS)
async def closings_of(actor: Actor, hall: UUID) -> list[Closing]:
    """Closures from today on, the next first."""
    known = await halls.own_hall(actor, hall)
    return [_view(row) for row in await db.fetch(AHEAD, known.region, hall, clock.today())]


@verb("appointments.closing_of", N_("See what became of whom a closure touched"), *halls.MANAGERS)
async def closing_of(actor: Actor, hall: UUID, closing: UUID, *, skip: int = 0, most: int = LISTED) -> ClosingSheet:
    """A closure with whom it touched, first those to be rung; that they were named is recorded. ``skip`` goes on."""
    known = await halls.own_hall(actor, hall)
    row = await db.fetchrow(ONE, known.region, hall, closing)
    if row is None:
        raise NotFound()
    rows = await db.fetch(OUTCOMES, known.region, closing, most, skip)
    people = [
        Affected(
            appointment=each.appointment, number=each.number, starts_at=each.starts_at, person=each.person,
            name=each.name, pool=each.pool, outcome=found["outcome"], proposal=found["instead"],
        )
        for each, found in zip(await named(actor, known.region, rows, PURPOSE), rows, strict=True)
    ]  # fmt: skip
    return ClosingSheet(closing=_view(row), people=people)


@verb("appointments.lift_closing", N_("Open a hall after all"), *halls.MANAGERS)
async def lift_closing(actor: Actor, hall: UUID, closing: UUID) -> None:
    """Its times can be booked again. Who was moved keeps the new time, and may move back."""
    known = await halls.own_hall(actor, hall)
    async with db.transaction():
        row = await db.fetchrow(ONE, known.region, hall, closing)
        if row is None:
            raise NotFound()
        if row["pending"]:
            raise StillSettling(N_("Wait until everybody has a new time, then open again."))
        await db.execute(LIFT, known.region, closing)
        held = await making.rules_of(known)
        await carry_out(known, row["day"], held)
        await announce(actor, OpeningChanged(region=known.region, subject=hall))


async def settle_closures(limit: int = 500, closure: UUID | None = None) -> int:
    """Give an outcome to those who wait for one; returns how many. Several hosts may do it at once.

    Before, what was kept from an open time on into a closed one is let go: also what a crash left behind.
    """
    done = 0
    await shutting.let_go_of_visits()
    await db.execute(LATE, clock.now(), clock.today())
    for row in await db.fetch(PENDING, limit, closure):
        key = (row["region"], row["closure_id"], row["appointment_id"])
        try:
            done += await moving.settle(*key)
        except Exception as error:
            logger.log("warning", "rebooking failed", error=type(error).__name__, appointment=str(key[2]))
            await moving.failed(*key)
    events.wake()
    return done


async def _shut(actor: Actor, known: Hall, wanted: ClosingRequest) -> UUID:
    """Close the times and note everybody who has a place, in one transaction."""
    args, now = _scope(known, wanted), clock.now()
    group = None if wanted.group in (None, known.id) else wanted.group
    async with db.transaction():
        await db.fetch(LOCK, *args)
        closure: UUID = await db.fetchval(
            CLOSE, known.region, ids.new(), known.id, wanted.day, wanted.reason, wanted.half, group,
            wanted.group is None, actor.acting,
        )  # fmt: skip
        shut = [row["id"] for row in await db.fetch(SHUT, *args)]
        await shutting.let_go(known, shut)
        touched = await db.fetch(TOUCHED, *args, now)
        rows: Sequence[tuple[Any, ...]] = [
            (known.region, closure, row["id"], row["person_id"], actor.acting, now) for row in touched
        ]
        await db.executemany(WAIT, rows)
        await announce(actor, HallClosed(region=known.region, subject=closure, hall=known.id, people=len(rows)))
        await announce(actor, OpeningChanged(region=known.region, subject=known.id))
    return closure


async def _checked(actor: Actor, hall: UUID, wanted: ClosingRequest) -> Hall:
    known = await halls.own_hall(actor, hall)
    if wanted.day < clock.today() or wanted.day > clock.today() + timedelta(days=400):
        raise Invalid({"day": N_("Choose a day from today on, within a year")})
    return known


def _scope(known: Hall, wanted: ClosingRequest) -> tuple[Any, ...]:
    return known.region, known.id, wanted.day, wanted.half, making.noon(wanted.day), wanted.group


def _view(row: Any) -> Closing:
    group = None if row["everything"] else row["group_id"] or row["hall_id"]
    return Closing(
        id=row["id"], day=row["day"], half=row["half"], group=group, reason=row["reason"], state=row["state"],
        pending=row["pending"], moved=row["moved"], calls=row["calls"], people=row["people"],
    )  # fmt: skip
