"""暂留: a place kept for a person between choosing and booking. Booking uses it; giving it up offers it to the line."""

from typing import Any
from uuid import UUID

from backend.appointments import access, rules, waiting_rules
from backend.appointments.schemas import BookingRequest, Held, KeepRequest
from backend.appointments.service import meeting, sides, visits
from backend.appointments.service.booking import OF_HALL, may_book, refused, region_of
from backend.appointments.service.reading import BOOKERS, SCOPE
from backend.appointments.service.sharing import pool_for
from backend.core import clock, db, events, ids, rate
from backend.core.actor import Actor
from backend.core.policy import verb
from backend.core.problems import Conflict
from backend.core.words import N_

HOLD = f"""SELECT outcome, (made).*
    FROM appointments_suited($1, {OF_HALL.format(slot="$3", hall="$17")}, $6::text[], $5, $16) AS r (run),
    appointments_hold_place($1, $2, run[1], $4, $5, ($6::text[])[1], $7, $8, $9, $10, $11, $12, $13,
    appointments_lead($1, $3, $14), $15, run[2:], ($6::text[])[2:])"""
EXTEND = """UPDATE appointments_hold SET extended = extended + 1,
        expires_at = least(greatest(expires_at, $3) + $4, starts_at)
    WHERE region = $1 AND id = $2 AND extended < extensions AND expires_at < starts_at
    RETURNING region, id, slot_id, hall_id, item_id, further_items, units, moving, starts_at, ends_at,
        expires_at, extended, extensions"""
OF_SLOT = f"{access.HELD} WHERE person_id = $1 AND slot_id = $2"
OF_PERSON = f"{access.HELD} WHERE person_id = $1 AND kind = 'choice' AND expires_at > $2"
LET_GO = "SELECT appointments_let_go($1, $2, $3, 'waiting')"
TIMES = (40, 3600)  # choices of one person in an hour: to look around, not to keep others away


class NoMoreTime(Conflict):
    """The hold was prolonged as often as it may be."""

    code, title = "no-more-time", N_("This time cannot be kept any longer")


@verb("appointments.hold", N_("Keep a time for a while"), *BOOKERS, scope=SCOPE)
async def hold(actor: Actor, wanted: KeepRequest, *, plain: bool = False) -> Held:
    """Keep a place for ten minutes; what the person chose before is let go. The same choice again is the same hold.

    ``plain`` is somebody who reads the elders' pages: they may ask for more time once more.
    """
    person = may_book(actor)
    await rate.check("hold", str(person), limit=TIMES[0], per=TIMES[1])
    items = await visits.wanted(actor, wanted.item, wanted.items)
    addressed = True  # where to come is asked before booking
    region, hall = await region_of(actor, wanted.hall), wanted.hall
    if wanted.moving is not None:
        old = await access.appointment(actor, wanted.moving)
        items, addressed, hall = access.services_of(old), bool(await meeting.address_of(old)), old["hall_id"]
    hall = await sides.hall_of(region, hall, wanted.slot)
    row = await db.fetchrow(
        HOLD, region, ids.new(), wanted.slot, pool_for(actor), person,
        items, wanted.moving, actor.acting, actor.basis, actor.channel, clock.now(), waiting_rules.HOLD,
        waiting_rules.extensions(helped=actor.helping, plain=plain), rules.LEAD, rules.MOST,
        addressed, hall,
    )  # fmt: skip
    if row is None or row["outcome"] not in ("held", "kept"):
        choice = BookingRequest(hall=hall, slot=wanted.slot, items=items)
        raise await refused(actor, row["outcome"] if row else "slot-taken", choice)
    events.wake()  # the place that was let go may have been offered to somebody
    return shown_hold(row)


@verb("appointments.extend_hold", N_("Keep a time longer"), *BOOKERS, scope=SCOPE)
async def extend_hold(actor: Actor, hold_id: UUID) -> Held:
    """Ten minutes more. Also after its time, as long as nobody else has taken it."""
    row = await access.held(actor, hold_id)
    longer = await db.fetchrow(EXTEND, row["region"], hold_id, clock.now(), waiting_rules.HOLD)
    if longer is None:
        again = visits.query(row["hall_id"], access.services_of(row)).replace("/new?", "/confirm?")
        again += f"&slot={row['slot_id']}"
        raise NoMoreTime(
            N_("Book it now, or choose it once more when the time is over."), next_step=(again, N_("Back to the time"))
        )
    return shown_hold(longer)


@verb("appointments.release_hold", N_("Let a kept time go"), *BOOKERS, scope=SCOPE)
async def release_hold(actor: Actor, hold_id: UUID) -> None:
    """Others may have it. Twice is the same as once: then nothing is found."""
    row = await access.held(actor, hold_id)
    await db.fetchval(LET_GO, row["region"], hold_id, clock.now())
    events.wake()


@verb("appointments.holds", N_("See the times that are kept"), *BOOKERS, scope=SCOPE)
async def my_holds(actor: Actor) -> list[Held]:
    """What the person chose and has not booked yet: at most one."""
    rows = [row for row in await db.fetch(OF_PERSON, actor.person, clock.now()) if access.named(actor, row)]
    for row in rows:
        await access.seen(actor, row)
    return [shown_hold(row) for row in rows]


@verb("appointments.held_slot", N_("See whether a time is kept"), *BOOKERS, scope=SCOPE)
async def held_slot(actor: Actor, slot: UUID) -> Held | None:
    """The person's hold of a time, also when it ran out and nobody has taken the place."""
    row = await db.fetchrow(OF_SLOT, actor.person, slot)
    if row is None or not access.named(actor, row):
        return None
    await access.seen(actor, row)
    return shown_hold(row)


def shown_hold(row: Any) -> Held:
    """A row as its person sees it."""
    return Held(
        id=row["id"], region=row["region"], hall=row["hall_id"], slot=row["slot_id"], item=row["item_id"] or "",
        starts_at=row["starts_at"], ends_at=row["ends_at"], expires_at=row["expires_at"], moving=row["moving"],
        items=access.services_of(row), units=row["units"],
        more_time=waiting_rules.may_extend(row["extended"], row["extensions"], row["expires_at"], row["starts_at"]),
    )  # fmt: skip
