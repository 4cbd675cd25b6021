"""候补: waiting for a place at a hall. Who joined first is asked first; an offer is a place kept for a longer while."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from backend.appointments import access, rules
from backend.appointments.events import OfferDeclined, WaitJoined, WaitLeft
from backend.appointments.schemas import Appointment, BookingRequest, PlaceInLine, RescheduleRequest, WaitRequest
from backend.appointments.service import groups, meeting, runs, sides, visits
from backend.appointments.service.booking import NotChangeable, SlotTaken, book, may_book, region_of, reschedule
from backend.appointments.service.holding import LET_GO, shown_hold
from backend.appointments.service.reading import BOOKERS, SCOPE, SOON, SUITED, get, halls_of, item_names, said
from backend.appointments.service.sharing import pool_for
from backend.core import clock, db, ids
from backend.core.actor import Actor
from backend.core.events import announce
from backend.core.policy import verb
from backend.core.problems import Conflict, Invalid
from backend.core.words import N_
from backend.identity import service as identity
from backend.notifications import service as notifications

JOIN = """INSERT INTO appointments_wait (region, id, hall_id, pool, person_id, item_id, further_items, first_day,
        last_day, instead_of, slow, acting, basis, channel, joined_at)
    VALUES ($1, $2, $3, $4, $5, ($6::text[])[1], ($6::text[])[2:], $7, $8, $9, $10, $11, $12, $13, $14)
    ON CONFLICT (region, hall_id, person_id) WHERE ended_at IS NULL DO NOTHING RETURNING id"""
AT_HALL = f"{access.LINE} WHERE region = $1 AND hall_id = $2 AND person_id = $3 AND ended_at IS NULL"
MINE = f"{access.LINE} WHERE person_id = $1 AND ($2 OR ended_at IS NULL) ORDER BY joined_at DESC LIMIT 50"
OFFERS = f"{access.HELD} WHERE person_id = $1 AND kind = 'offer'"
FREE = f"""SELECT s.day FROM appointments_slot s
    JOIN appointments_share h ON h.region = s.region AND h.slot_id = s.id AND h.pool = $3 AND h.taken < h.capacity
    WHERE s.region = $1 AND s.hall_id = $2 AND s.state = 'open' AND s.day BETWEEN $9 AND $10 AND {SOON} AND {SUITED}
        AND ($11::timestamptz IS NULL OR s.starts_at < $11) AND ($12::uuid[] IS NULL OR s.group_id = ANY ($12))
    ORDER BY s.starts_at LIMIT 1"""
# Whoever joined before, waits for the same channel, and would take one of the same days.
AHEAD = """SELECT w.id, (SELECT count(*) FROM appointments_wait o WHERE o.region = w.region AND o.hall_id = w.hall_id
        AND o.pool = w.pool AND o.ended_at IS NULL AND (o.joined_at, o.id) < (w.joined_at, w.id)
        AND o.first_day <= w.last_day AND o.last_day >= w.first_day) AS ahead
    FROM appointments_wait w WHERE w.person_id = $1 AND w.ended_at IS NULL"""
LEAVE = "SELECT appointments_leave($1, $2, $3, $4)"
FARTHEST = timedelta(days=60)


class PlacesFree(Conflict):
    """There is nothing to wait for."""

    code, title = "places-free", N_("There are free places on these days")


class AlreadyWaiting(Conflict):
    """One line for a person at a hall."""

    code, title = "already-waiting", N_("You are in line at this hall already")


class OfferOver(Conflict):
    """Nothing is on offer: the time ran out, or it was answered."""

    code, title = "offer-over", N_("This place is no longer kept for you")


@verb("appointments.join_line", N_("Wait for a place"), *BOOKERS, scope=SCOPE)
async def join_line(actor: Actor, wanted: WaitRequest) -> PlaceInLine:
    """Join the line of the actor's channel at a hall. The same wish again is the same place in line."""
    person, region = may_book(actor), await region_of(actor, wanted.hall)
    items = await visits.wanted(actor, wanted.item, wanted.items)
    _days_make_sense(wanted)
    before = await _before(actor, wanted)
    if before is not None:
        items = access.services_of(before)
    wanted = await sides.in_its_line(region, wanted, items)
    first = max(wanted.first, clock.today())
    free = await _free(actor, wanted, items, first, before["starts_at"] if before else None)
    if free:
        raise PlacesFree(
            N_("You need not wait: choose one of them."),
            next_step=(f"{visits.query(wanted.hall, items)}&date={free}", N_("See the free times")),
        )
    if before is None and not wanted.address:
        await _asks_no_address(actor, wanted.hall, items)
    known = (await identity.people([person]))[person]
    slow = await notifications.by_person(person, known.phone_masked, known.notice_by)
    async with db.transaction():
        made = await db.fetchval(
            JOIN, region, ids.new(), wanted.hall, pool_for(actor), person, items, first, wanted.last, wanted.instead_of,
            slow, actor.acting, actor.basis, actor.channel,
            clock.now(),
        )  # fmt: skip
        if made is None:
            return await _same_line(actor, wanted, items, await db.fetchrow(AT_HALL, region, wanted.hall, person))
        if wanted.address:
            await meeting.remember(region, made, person, wanted.address)
        await announce(actor, WaitJoined(region=region, subject=made))
    return await line(actor, made)


@verb("appointments.line", N_("See a place in line"), *BOOKERS, scope=SCOPE)
async def line(actor: Actor, wait_id: UUID) -> PlaceInLine:
    """One place in line, with what is on offer."""
    return (await shown_lines(actor, [await access.line(actor, wait_id)]))[0]


@verb("appointments.lines", N_("See where a person waits"), *BOOKERS, scope=SCOPE)
async def lines(actor: Actor, *, past: bool = False) -> list[PlaceInLine]:
    """The lines that the person stands in; with ``past`` also those that ended, the latest first."""
    rows = await db.fetch(MINE, actor.person, past)
    for row in rows:
        await access.seen(actor, row)
    return await shown_lines(actor, [row for row in rows if access.named(actor, row)])


@verb("appointments.accept_offer", N_("Take the place that is offered"), *BOOKERS, scope=SCOPE)
async def accept_offer(actor: Actor, wait_id: UUID) -> Appointment:
    """Yes: the place is booked; an appointment that it replaces is exchanged for it. Twice is the same as once."""
    row = await access.line(actor, wait_id)
    if row["served_by"] is not None:
        return await get(actor, row["served_by"])
    offer = await db.fetchrow(f"{OFFERS} AND wait_id = $2", row["person_id"], wait_id)
    if offer is None:
        return await _taken_meanwhile(actor, wait_id)
    key = f"offer:{offer['id']}"
    try:
        if offer["moving"] is not None:
            return await reschedule(actor, offer["moving"], RescheduleRequest(slot=offer["slot_id"]), key=key)
        wanted = BookingRequest(
            hall=offer["hall_id"], slot=offer["slot_id"], items=access.services_of(offer),
            address=await meeting.remembered(row),
        )  # fmt: skip
        made = await book(actor, wanted, key=key)
    except (SlotTaken, NotChangeable):  # its time ran out while the button was pressed
        raise _over(row) from None
    await meeting.forget(row)
    return made


@verb("appointments.decline_offer", N_("Let the offered place pass"), *BOOKERS, scope=SCOPE)
async def decline_offer(actor: Actor, wait_id: UUID) -> PlaceInLine:
    """No, not this one: it goes to the next, and the person stays in line for others."""
    row = await access.line(actor, wait_id)
    async with db.transaction():
        offer = await db.fetchrow(f"{OFFERS} AND wait_id = $2", row["person_id"], wait_id)
        if offer is None or not await db.fetchval(LET_GO, offer["region"], offer["id"], clock.now()):
            raise _over(row)
        await announce(actor, OfferDeclined(region=row["region"], subject=wait_id, slot=offer["slot_id"]))
    return await line(actor, wait_id)


@verb("appointments.leave_line", N_("Leave the line"), *BOOKERS, scope=SCOPE)
async def leave_line(actor: Actor, wait_id: UUID) -> PlaceInLine:
    """Wait no longer; what is on offer goes to the next. Twice is the same as once."""
    row = await access.line(actor, wait_id)
    await leave(actor, row, "left")
    return await line(actor, wait_id)


async def leave(actor: Actor, row: Any, state: str) -> None:
    """End a line; what is on offer goes to the next."""
    async with db.transaction():
        if await db.fetchval(LEAVE, row["region"], row["id"], state, clock.now()):
            await meeting.forget(row)
            await announce(actor, WaitLeft(region=row["region"], subject=row["id"]))


async def _taken_meanwhile(actor: Actor, wait_id: UUID) -> Appointment:
    """Pressed twice at once, the other press may have taken it since the line was read; otherwise the offer is over."""
    row = await access.line(actor, wait_id)
    if row["served_by"] is None:
        raise _over(row)
    return await get(actor, row["served_by"])


async def _before(actor: Actor, wanted: WaitRequest) -> Any:
    """The appointment for which something earlier is wanted: it stands, and is at this hall."""
    if wanted.instead_of is None:
        return None
    found = await access.appointment(actor, wanted.instead_of)
    if not rules.may_change(found["state"], found["starts_at"], clock.now()) or found["hall_id"] != wanted.hall:
        raise NotChangeable(next_step=("/appointments", N_("See my appointments")))
    return found


async def _free(
    actor: Actor, wanted: WaitRequest, items: list[str], first: date, before: datetime | None
) -> date | None:
    """The first of the days with a free time, so that there is nothing to wait for."""
    found = [
        await _free_at(asked, first, wanted.last, before) for asked in await visits.asked(actor, wanted.hall, items)
    ]
    return min((each for each in found if each is not None), default=None)


async def _free_at(asked: visits.Asked, first: date, last: date, before: datetime | None) -> date | None:
    if not asked.several:
        found: date | None = await db.fetchval(FREE, *asked.args, first, last, before, asked.groups)
        return found
    starts = await runs.starts(*asked.run)
    free = [each for each in starts if each.left > 0 and (before is None or each.starts_at < before)]
    return next((each.day for each in free if first <= each.day <= last), None)


async def _same_line(actor: Actor, wanted: WaitRequest, items: list[str], row: Any) -> PlaceInLine:
    same = row is not None and (row["last_day"], access.services_of(row), row["instead_of"]) == (
        wanted.last, items, wanted.instead_of,
    )  # fmt: skip
    if same:
        return await line(actor, row["id"])
    where = f"/appointments/waiting/{row['id']}" if row else "/appointments"
    raise AlreadyWaiting(
        N_("Leave that line first if you want to wait for other days."), next_step=(where, N_("See my place in line"))
    )


async def shown_lines(actor: Actor, rows: list[Any]) -> list[PlaceInLine]:
    """Lines of one person as the person sees them."""
    if not rows:
        return []
    person = rows[0]["person_id"]
    halls, names = await halls_of(actor, rows), await item_names(rows)
    ahead = {row["id"]: row["ahead"] for row in await db.fetch(AHEAD, person)}
    offers = {row["wait_id"]: shown_hold(row) for row in await db.fetch(OFFERS, person)}
    return [
        PlaceInLine(
            id=row["id"], region=row["region"], hall=row["hall_id"], hall_name=halls[row["hall_id"]].name,
            hall_english=halls[row["hall_id"]].english, item=row["item_id"] or "", **said(row, names),
            first=row["first_day"], last=row["last_day"], state=row["state"],
            ahead=ahead.get(row["id"], 0), joined_at=row["joined_at"], instead_of=row["instead_of"],
            appointment=row["served_by"], offer=offers.get(row["id"]),
        )
        for row in rows
    ]  # fmt: skip


async def _asks_no_address(actor: Actor, hall: UUID, items: list[str]) -> None:
    """A visit at home can be offered only to whoever said where."""
    if items and (await groups.desk_of(actor, hall, items=items)).kinds == ["home"]:
        raise Invalid({"address": N_("Please say where we are to come")})


def _days_make_sense(wanted: WaitRequest) -> None:
    if wanted.last < wanted.first:
        raise Invalid({"last": N_("The last day must not be before the first")})
    if wanted.last < clock.today() or wanted.last > clock.today() + FARTHEST:
        raise Invalid({"last": N_("Choose a day within the next two months")})


def _over(row: Any) -> OfferOver:
    return OfferOver(
        N_("It went on to the next person in line."),
        next_step=(f"/appointments/waiting/{row['id']}", N_("See my place in line")),
    )
