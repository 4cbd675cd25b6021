"""取号 and 签到: how somebody comes to wait. The same key never makes two tickets."""

from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple
from uuid import UUID

from backend.appointments import service as appointments
from backend.appointments.schemas import AT_HALL, Arrival
from backend.core import clock, crypto, db, ids, rate
from backend.core.actor import Actor
from backend.core.events import announce
from backend.core.policy import verb
from backend.core.problems import Conflict, KeyReused, NotFound
from backend.core.words import N_
from backend.places import service as places
from backend.queues import access, rules
from backend.queues.events import TicketTaken
from backend.queues.schemas import CheckIn, TicketRequest, TicketView
from backend.queues.service.numbers import Bounds, bounds_of, refusal
from backend.queues.service.presence import must_be_here
from backend.queues.service.showing import shown

TAKE = """SELECT outcome, (made).*
    FROM queues_take($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"""
TAKE_STREET = """SELECT outcome, reason, (made).* FROM queues_take_street(
    $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)"""
TAKEN = "SELECT 1 FROM queues_ticket WHERE region = $1 AND request = $2"
TAKERS = ("resident", "operator", "clerk", "manager", "kiosk")
ALONE = "SELECT pg_advisory_xact_lock(hashtextextended($1::text, 23))"  # of two taps at once, one waits for the other
ELSEWHERE = {
    "phone": N_("We ring you at your time. To be served here now, take a number."),
    "video": N_("We meet by video at your time. To be served here now, take a number."),
    "home": N_("We come to your home at your time. To be served here now, take a number."),
}
STANDING = """SELECT 1 FROM queues_ticket
    WHERE person_id = $1 AND day = $2 AND hall_id = $3 AND state NOT IN ('done', 'left') AND request <> $4 LIMIT 1"""


class AlreadyWaiting(Conflict):
    """One number a person: two would take the place of somebody else."""

    code, title = "already-waiting", N_("You already have a number here today")


class TooEarly(Conflict):
    """The appointment is more than an hour away."""

    code, title = "too-early", N_("It is too early to check in")


class NotMetHere(Conflict):
    """The appointment is by telephone, by video or at home: nobody waits for it at the hall."""

    code, title = "not-met-here", N_("You need not come for this appointment")


class Coming(NamedTuple):
    """Somebody who begins to wait: for what, with which appointment, since when and due when."""

    region: str
    hall: UUID
    kind: str
    item: str
    person: UUID | None
    appointment: UUID | None
    since: datetime
    due: datetime


@verb("queues.take_ticket", N_("Take a number"), *TAKERS)
async def take_ticket(actor: Actor, wanted: TicketRequest, *, key: str) -> TicketView:
    """Wait without an appointment. At a machine or from a clerk no name is needed; on a phone one must be here.

    Only while the hall is open, and outside of the green lane only while it can be served today: ``ending_rules``. A
    repeat after a lost answer gives the slip that was made.
    """
    hall, now, person = await places.hall(actor, wanted.hall), clock.now(), actor.principal
    await must_be_here(actor, hall, wanted.presence)
    await rate.check("take-ticket", str(actor.acting), limit=300 if person is None else 10, per=3600)
    kind, request = rules.kind_on_arrival(None, now, green=wanted.green), _request(actor, key)
    bounds = await bounds_of(actor, hall, wanted.item)
    if bounds.shut and not await db.fetchval(TAKEN, hall.region, request):
        raise refusal("shut", "", bounds, wanted.hall, wanted.item)
    async with db.transaction():
        if person is not None:
            await db.execute(ALONE, str(person))
            if await db.fetchval(STANDING, person, clock.today(), wanted.hall, request):
                raise AlreadyWaiting(N_("Use that one, or give it back first."))
        came = Coming(hall.region, wanted.hall, kind, wanted.item, person, None, now, now)
        return await _take(actor, came, request, bounds if kind == "walk-in" else None)


@verb("queues.check_in", N_("Check in with an appointment"), *TAKERS, scope=appointments.SCOPE)
async def check_in(actor: Actor, wanted: CheckIn, *, key: str) -> TicketView:
    """Wait with an appointment: by its id for its person, whoever helps, or a clerk; by number and digits at a machine.

    From an hour before the time. Whoever comes more than a quarter of an hour late waits like somebody without one.
    Who is refused has not come: the arrival and the number are noted together, or neither.
    """
    await must_be_here(actor, await places.hall(actor, wanted.hall), wanted.presence)
    async with db.transaction():
        if wanted.appointment is not None:
            came = await appointments.arrive(actor, wanted.appointment)
        else:
            came = await appointments.arrive_at_machine(actor, wanted.hall, wanted.number, wanted.digits)
        if came.hall != wanted.hall:
            raise NotFound()
        return await _waits(actor, came, _request(actor, key))


def _request(actor: Actor, key: str) -> bytes:
    """A key belongs to whoever acts: another person's same key is another request."""
    return sha256(f"{actor.acting}:{actor.principal}:ticket:{key}".encode()).digest()


async def _waits(actor: Actor, came: Arrival, request: bytes) -> TicketView:
    now = clock.now()
    if came.kind not in AT_HALL:
        own = ("/appointments", N_("See my appointments"))
        raise NotMetHere(ELSEWHERE[came.kind], next_step=own if actor.principal else None)
    if now < came.starts_at - rules.BEFORE:
        raise TooEarly(N_("Please come back from an hour before your time."))
    kind = rules.kind_on_arrival(came.starts_at, now, green=False)
    due = came.starts_at if kind == "booked" else now
    coming = Coming(came.region, came.hall, kind, came.item, came.person, came.appointment, now, due)
    return await _take(actor, coming, request)


async def _take(actor: Actor, came: Coming, request: bytes, bounds: Bounds | None = None) -> TicketView:
    """The token is derived from the request, so that a repeat after a lost answer gives the same slip."""
    token = crypto.sign("ticket", request.hex())
    args = (
        came.region, ids.new(), came.hall, clock.today(), came.kind, came.item or None, came.person, came.appointment,
        actor.channel, access.token_hash(token), came.since, came.due, clock.now(), request,
    )  # fmt: skip
    async with db.transaction():
        row: Any = await db.fetchrow(*((TAKE_STREET, *args, *bounds.args) if bounds else (TAKE, *args)))
        if bounds and row["outcome"] not in ("taken", "replayed"):
            raise refusal(row["outcome"], row["reason"], bounds, came.hall, came.item)
        if row["outcome"] == "taken":
            event = TicketTaken(
                region=came.region, subject=row["id"], hall=came.hall, kind=came.kind, number=row["number"]
            )
            await announce(actor, event)
    own = row["request"] == request  # an appointment checked in elsewhere keeps the slip that it has
    wanted = rules.SERIES[came.kind]
    series = row["number"][0] if came.appointment is None else wanted
    if own and (row["hall_id"], row["appointment_id"], series) != (came.hall, came.appointment, wanted):
        raise KeyReused()
    return (await shown(actor, [row], token=token if own else ""))[0]
