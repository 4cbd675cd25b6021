"""Book, cancel, go at another time. One statement decides each; it cannot oversell, and a repeat changes nothing."""

from collections.abc import Callable
from hashlib import sha256
from typing import Any
from uuid import UUID

from backend.appointments import access, rules
from backend.appointments.schemas import Appointment, BookingRequest, RescheduleRequest, services
from backend.appointments.service import meeting, sides, visits
from backend.appointments.service.reading import BOOKERS, SCOPE, NoSuchSlot, get, shown
from backend.appointments.service.refusing import SlotClosed as SlotClosed
from backend.appointments.service.refusing import explained
from backend.appointments.service.sharing import pool_for
from backend.core import clock, db, events, ids
from backend.core.actor import Actor
from backend.core.policy import verb
from backend.core.problems import Conflict, Forbidden, Problem
from backend.core.problems import KeyReused as KeyReused
from backend.core.words import N_
from backend.delegation import service as delegation
from backend.places import service as places

GROUP = "(SELECT s.group_id FROM appointments_slot s WHERE s.region = $1 AND s.id = ({slot})) AS group_id"
# A time is one of the hall that was named, for whose rules it was chosen; none of another hall is there.
OF_HALL = "(SELECT s.id FROM appointments_slot s WHERE s.region = $1 AND s.id = {slot} AND s.hall_id = {hall})"
# The times that the visit takes are looked up first; a visit that none begins there for is one at no time (NULL).
BOOK = f"""SELECT outcome, (made).*, {GROUP.format(slot="$3")}
    FROM appointments_suited($1, {OF_HALL.format(slot="$3", hall="$18")}, $6::text[], $5, $17) AS r (run),
    appointments_book($1, $2, run[1], $4, $5, ($6::text[])[1], $7, $8, $9, $10, $11,
        appointments_lead($1, $3, $12), $13, $14, $15, $16, run[2:], ($6::text[])[2:])"""
MOVE = f"""SELECT outcome, (made).*, {GROUP.format(slot="$4")}
    FROM appointments_suited($1, {OF_HALL.format(slot="$4", hall="$19")}, $16, $17, $18) AS r (run),
    appointments_move($1, $2, $3, run[1], $5, $6, $7, $8, $9, $10,
        appointments_lead($1, $4, $11), $12, $13, $14, $15, run[2:])"""
CLOSED = "SELECT state = 'closed' FROM appointments_slot WHERE region = $1 AND id = $2"
CANCEL = "SELECT appointments_cancel($1, $2, $3, $4, $5, $6, $7)"
_regions: dict[UUID, str] = {}  # a hall never changes its county


class SlotTaken(Conflict):
    """The last place of this channel's share has just gone."""

    code, title = "slot-taken", N_("That time has just been taken")


class AlreadyBooked(Conflict):
    """The person has a place at this time already."""

    code, title = "already-booked", N_("You already have a place at this time")


class Overlap(Conflict):
    """The person is expected elsewhere at this time."""

    code, title = "overlap", N_("You have another appointment at this time")


class SameItem(Conflict):
    """The person has an appointment for the same errand."""

    code, title = "same-item", N_("You already have an appointment for this service")


class TooManyBookings(Conflict):
    """The person holds as many places as one may."""

    code, title = "too-many-bookings", N_("You have as many appointments as one person can hold")


class NotChangeable(Conflict):
    """It has begun, is over, or was given back."""

    code, title = "not-changeable", N_("This appointment can no longer be changed")


@verb("appointments.book", N_("Book a place"), *BOOKERS, scope=SCOPE)
async def book(actor: Actor, wanted: BookingRequest, *, key: str) -> Appointment:
    """Take a place for the actor's principal; one that is kept for them is used, whichever share it is of.

    The same ``key`` with the same wish gives the same appointment.
    """
    person = may_book(actor)
    region = await region_of(actor, wanted.hall)
    wanted = await sides.at_its_hall(region, wanted)
    items = await visits.wanted(actor, wanted.item, wanted.items)
    if not wanted.address:
        return await _settled(actor, await _taken(actor, region, person, wanted, items, key), wanted)
    async with db.transaction():
        row = await _taken(actor, region, person, wanted, items, key)
        if row["outcome"] == "booked":
            await meeting.keep(row, wanted.address)
    return await _settled(actor, row, wanted)


@verb("appointments.reschedule", N_("Go at another time"), *BOOKERS, scope=SCOPE)
async def reschedule(actor: Actor, row_id: UUID, wanted: RescheduleRequest, *, key: str) -> Appointment:
    """Exchange the place for another at the same hall: the new one is taken before the old one is given back."""
    old = await access.appointment(actor, row_id)
    may_book(actor)
    address = await meeting.address_of(old)
    hall = await sides.hall_of(old["region"], old["hall_id"], wanted.slot)
    async with db.transaction():
        row = await db.fetchrow(
            MOVE, old["region"], row_id, ids.new(), wanted.slot, pool_for(actor), ids.code(6),
            actor.acting, actor.basis, actor.channel, clock.now(), rules.LEAD, rules.MOST,
            _scope(actor, "move", key), _hash(row_id, wanted.slot), ids.new(),
            access.services_of(old), old["person_id"], bool(address), hall,
        )  # fmt: skip
        if row is not None and row["outcome"] == "booked":
            await delegation.passed_on(row_id, row["id"])
            await meeting.keep(row, address)
    again = BookingRequest(hall=hall, slot=wanted.slot, items=access.services_of(old), address=address)
    return await _settled(actor, row, again)


@verb("appointments.cancel", N_("Give a place back"), *BOOKERS, scope=SCOPE)
async def cancel(actor: Actor, row_id: UUID) -> Appointment:
    """Give the place back. Cancelling twice is the same as once."""
    row = await access.appointment(actor, row_id)
    outcome = await db.fetchval(
        CANCEL, row["region"], row_id, actor.acting, actor.basis, actor.channel, clock.now(), ids.new()
    )
    events.wake()
    if outcome not in ("cancelled", "replayed"):
        raise NotChangeable(next_step=("/appointments", N_("See my appointments")))
    return await get(actor, row_id)


def may_book(actor: Actor) -> UUID:
    """A person books for themselves, or is helped; staff on their own account have no place to go to."""
    person = actor.person
    if actor.acting is None:
        raise Forbidden()
    return person


async def _taken(actor: Actor, region: str, person: UUID, wanted: BookingRequest, items: list[str], key: str) -> Any:
    where = (wanted.address,) if wanted.address else ()
    return await db.fetchrow(
        BOOK, region, ids.new(), wanted.slot, pool_for(actor), person, items, ids.code(6),
        actor.acting, actor.basis, actor.channel, clock.now(), rules.LEAD, rules.MOST,
        _scope(actor, "book", key), _hash(wanted.hall, wanted.slot, visits.hash_of(items), *where), ids.new(),
        bool(wanted.address), wanted.hall,
    )  # fmt: skip


async def _settled(actor: Actor, row: Any, wanted: BookingRequest) -> Appointment:
    outcome = row["outcome"]
    if outcome in ("booked", "replayed"):
        events.wake()
        return (await shown(actor, [row]))[0]
    raise await refused(actor, outcome, wanted)


async def refused(actor: Actor, outcome: str, wanted: BookingRequest) -> Problem:
    """The refusal in words, with its facts and the way back to the other times."""
    hall, items = wanted.hall, services(wanted.item, wanted.items)
    if outcome == "slot-taken" and await db.fetchval(CLOSED, await region_of(actor, hall), wanted.slot):
        outcome = "slot-closed"  # while it was being taken
    if outcome == "no-such-slot":
        await meeting.explain(await region_of(actor, hall), wanted)
    if outcome == "same-item" and len(items) > 1:
        return SameItem(ONE_OF, next_step=("/appointments", N_("See my appointments")))
    return await explained(actor, outcome, hall) or REFUSALS[outcome](visits.query(hall, items))


ONE_OF = N_("One of these services is booked already. Take it out, or change the time of that appointment.")
REFUSALS: dict[str, Callable[[str], Problem]] = {
    "no-such-slot": lambda back: NoSuchSlot(next_step=(back, N_("See other times"))),
    "slot-taken": lambda back: SlotTaken(
        N_("Somebody was a moment faster. There are other times."), next_step=(back, N_("See other times"))
    ),
    "already-booked": lambda back: AlreadyBooked(next_step=("/appointments", N_("See my appointments"))),
    "overlap": lambda back: Overlap(
        N_("Nobody can be in two places. Choose another time, or cancel the other one."),
        next_step=("/appointments", N_("See my appointments")),
    ),
    "same-item": lambda back: SameItem(
        N_("You can change its time instead."), next_step=("/appointments", N_("See my appointments"))
    ),
    "too-many": lambda back: TooManyBookings(
        N_("Cancel one that you no longer need, so that others find a place."),
        next_step=("/appointments", N_("See my appointments")),
    ),
    "key-reused": lambda back: KeyReused(next_step=("/appointments", N_("See my appointments"))),
    "not-live": lambda back: NotChangeable(next_step=("/appointments", N_("See my appointments"))),
    "not-found": lambda back: access.NoSuchAppointment(next_step=("/appointments", N_("See my appointments"))),
}


async def region_of(actor: Actor, hall: UUID) -> str:
    """The county of a hall, which the rows of its places carry."""
    if hall not in _regions:
        _regions[hall] = (await places.hall(actor, hall)).region
    return _regions[hall]


def _scope(actor: Actor, act: str, key: str) -> bytes:
    """A key belongs to whoever acts, for one kind of act: another person's same key is another key."""
    return sha256(f"{actor.acting}:{actor.principal}:{act}:{key}".encode()).digest()


def _hash(*wish: object) -> bytes:
    return sha256("|".join(map(str, wish)).encode()).digest()
