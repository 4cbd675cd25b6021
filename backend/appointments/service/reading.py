"""Reading: free days and times, my appointments, the next one."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from backend.appointments import access
from backend.appointments.schemas import Appointment, NextAppointment, OpenDay, OpenSlot, services
from backend.appointments.service import groups, meeting, runs, sides, visits
from backend.appointments.service.sharing import pool_for
from backend.core import clock, db, trail
from backend.core.actor import PROVINCE, Actor
from backend.core.memo import Memo
from backend.core.policy import PUBLIC, covered, scope, verb
from backend.core.problems import BadRequest, NotFound
from backend.core.schemas import Page
from backend.core.words import N_
from backend.delegation import service as delegation
from backend.places import service as places
from backend.places.schemas import Hall

# One statement a calendar: days and what is left in the channel's share; what is closed, past or too near is not in it.
LIMIT = "SELECT {} FROM appointments_limit l WHERE l.region = $1 AND l.hall_id = $2"
SOON = f"""s.starts_at >= $4::timestamptz + coalesce(({LIMIT.format("make_interval(mins => l.lead_minutes)")}), $5)
    AND s.day <= $6::date + coalesce(({LIMIT.format("l.horizon_days")}), $7)"""
# Only the counters that do the services. For a visit that may take several times, see runs.
SUITED = "coalesce(s.group_id, s.hall_id) = ANY ((SELECT appointments_desks($1, $2, $8::text[]))::uuid[])"
DAYS = f"""SELECT s.day, sum(h.capacity - h.taken) AS left, sum(h.capacity) AS places
    FROM appointments_slot s JOIN appointments_share h ON h.region = s.region AND h.slot_id = s.id AND h.pool = $3
    WHERE s.region = $1 AND s.hall_id = $2 AND s.state = 'open' AND s.day >= $6 AND {SOON} AND {SUITED}
        AND ($9::uuid[] IS NULL OR s.group_id = ANY ($9))
    GROUP BY s.day ORDER BY s.day"""
SLOTS = f"""SELECT s.id, s.starts_at, s.ends_at, s.group_id, h.capacity - h.taken AS left, s.ordinal
    FROM appointments_slot s JOIN appointments_share h ON h.region = s.region AND h.slot_id = s.id AND h.pool = $3
    WHERE s.region = $1 AND s.hall_id = $2 AND s.day = $9 AND s.state = 'open' AND {SOON} AND {SUITED}
        AND ($10::uuid[] IS NULL OR s.group_id = ANY ($10))
    ORDER BY s.starts_at, s.ordinal LIMIT 200"""
ONE = """SELECT s.id, s.starts_at, s.group_id, coalesce(cardinality(r.run), 1) AS units,
        coalesce((SELECT max(o.ends_at) FROM appointments_slot o WHERE o.region = $1 AND o.id = ANY (r.run)), s.ends_at)
            AS ends_at, coalesce(appointments_left($1, r.run, $3), 0) AS left
    FROM appointments_slot s JOIN appointments_share h ON h.region = s.region AND h.slot_id = s.id AND h.pool = $3
    CROSS JOIN appointments_run($1, s.id, $5) AS r (run)
    WHERE s.region = $1 AND s.hall_id = $2 AND s.id = $4"""
MINE = f"""SELECT {access.COLUMNS} FROM appointments_appointment
    WHERE person_id = $1 AND state <> 'moved' AND (starts_at, id) < ($2, $3)
        AND ($5::text[] IS NULL OR (item_id = ANY($5) AND further_items <@ $5)) AND id <> ALL($6::uuid[])
    ORDER BY starts_at DESC, id DESC LIMIT $4"""
NEXT = f"""SELECT {access.COLUMNS} FROM appointments_appointment
    WHERE person_id = $1 AND state = 'booked' AND ends_at > $2
        AND ($3::text[] IS NULL OR (item_id = ANY($3) AND further_items <@ $3)) AND id <> ALL($4::uuid[])
    ORDER BY starts_at LIMIT 1"""


BOOKERS = ("resident", "operator", "clerk", "grid", "volunteer")
SCOPE = scope("appointments", N_("Appointments at halls"), N_("Book a place, see it, move it, give it back"))
_known_halls: Memo[UUID, Hall] = Memo("places")


class NoSuchSlot(NotFound):
    """This hall has no such slot, or none for this way of booking."""

    code, title = "no-such-slot", N_("We do not find this time")


END_OF_TIME = datetime(9999, 1, 1, tzinfo=clock.SHANGHAI)
LAST = UUID(int=(1 << 128) - 1)


@verb("appointments.open_days", N_("See free days"), PUBLIC)
async def open_days(actor: Actor, hall: UUID, *, item: str = "", items: Sequence[str] = ()) -> list[OpenDay]:
    """The days ahead on which the counters for a visit open, with the places left for the actor's channel."""
    found: dict[date, OpenDay] = {}
    for wanted in await visits.asked(actor, hall, services(item, items)):
        for each in await _days(wanted):
            before = found.get(each.day, OpenDay(day=each.day, left=0, places=0))
            left, places = before.left + each.left, before.places + each.places
            found[each.day] = OpenDay(day=each.day, left=left, places=places)
    return [day for _, day in sorted(found.items())]


@verb("appointments.open_slots", N_("See free times"), PUBLIC)
async def open_slots(
    actor: Actor, hall: UUID, day: date, *, item: str = "", items: Sequence[str] = ()
) -> list[OpenSlot]:
    """The times of a day at which a visit can begin, full ones too, with the places left for the actor's channel."""
    found: list[OpenSlot] = []
    for wanted in await visits.asked(actor, hall, services(item, items)):
        if wanted.several:
            found += await _offered(actor, hall, [each._asdict() for each in await runs.starts(*wanted.run, day)])
        else:
            found += await _offered(actor, hall, await db.fetch(SLOTS, *wanted.args, day, wanted.groups))
    return sorted(found, key=lambda each: each.starts_at)


@verb("appointments.slot", N_("See one time"), PUBLIC)
async def slot(actor: Actor, hall: UUID, slot_id: UUID, *, items: Sequence[str] = ()) -> OpenSlot:
    """One time of a hall, and the times that a visit takes with it, for looking at it once more before booking."""
    region = (await places.hall(actor, hall)).region
    its = await sides.hall_of(region, hall, slot_id)
    row = await db.fetchrow(ONE, region, its, pool_for(actor), slot_id, list(items))
    if row is None:
        raise NoSuchSlot(next_step=(f"/appointments/new?hall={hall}", N_("See other times")))
    return (await _offered(actor, hall, [row]))[0]


@verb("appointments.mine", N_("See appointments"), *BOOKERS, scope=SCOPE)
async def mine(actor: Actor, *, after: str = "", limit: int = 20) -> Page[Appointment]:
    """The principal's appointments, the latest time first."""
    moment, row_id = _cursor(after)
    rows = await db.fetch(MINE, actor.person, moment, row_id, limit + 1, *(await _limits(actor)))
    if actor.basis == "delegation":
        purpose = N_("Acting for you")
        await trail.viewed(actor, region=PROVINCE, person=actor.person, what="appointment", purpose=purpose)
    items = await shown(actor, rows[:limit])
    last = rows[limit - 1] if len(rows) > limit else None
    return Page(items=items, next=f"{last['starts_at'].timestamp():.0f}~{last['id']}" if last else None)


@verb("appointments.next_for", N_("See what is on next"), PUBLIC)
async def next_for(actor: Actor) -> NextAppointment | None:
    """What is on now or next for the principal; nothing for a stranger, or whose mandate is for other matters."""
    if actor.principal is None or not covered(actor, SCOPE):
        return None
    now = clock.now()
    row = await db.fetchrow(NEXT, actor.principal, now, *(await _limits(actor)))
    if row is None:
        return None
    hall = (await halls_of(actor, [row]))[row["hall_id"]]
    names, met = await item_names([row]), (await meeting.of_rows([row])).get(row["id"], meeting.AT_THE_COUNTER)
    return NextAppointment(
        id=row["id"], starts_at=row["starts_at"], hall_name=hall.name, hall_english=hall.english,
        item_name=said(row, names)["item_name"], number=row["number"], kind=met.kind,
        video=met.room.opens_at is not None and not met.room.ring, begun=row["starts_at"] <= now,
    )  # fmt: skip


@verb("appointments.get", N_("See one appointment"), *BOOKERS, "manager", scope=SCOPE)
async def get(actor: Actor, row_id: UUID) -> Appointment:
    """One appointment."""
    return (await shown(actor, [await access.appointment(actor, row_id)]))[0]


async def shown(actor: Actor, rows: list[Any]) -> list[Appointment]:
    """Rows with the names that go with them."""
    halls = await halls_of(actor, rows)
    names = await item_names(rows)
    met = await meeting.of_rows(rows)
    how = [met.get(row["id"], meeting.AT_THE_COUNTER) for row in rows]
    return [
        Appointment(
            id=row["id"], region=row["region"], hall=row["hall_id"], hall_name=halls[row["hall_id"]].name,
            hall_english=halls[row["hall_id"]].english, hall_address=halls[row["hall_id"]].address,
            slot=row["slot_id"], item=row["item_id"] or "", **said(row, names), units=row["units"],
            number=row["number"], code=row["code"], state=row["state"], starts_at=row["starts_at"],
            ends_at=row["ends_at"], channel=row["channel"], helped=row["acting"] != row["person_id"],
            calendar=row["calendar_id"] or row["id"], sequence=row["sequence"],
            kind=each.kind, group_name=each.group_name, phone_masked=each.phone_masked, address=each.address,
            video=each.room.address, video_opens=each.room.opens_at, ring=each.room.ring,
        )
        for row, each in zip(rows, how, strict=True)
    ]  # fmt: skip


async def _days(wanted: visits.Asked) -> list[OpenDay]:
    if wanted.several:
        return [OpenDay(day=each.day, left=each.left, places=each.places) for each in await runs.days(*wanted.run)]
    rows = await db.fetch(DAYS, *wanted.args, wanted.groups)
    return [OpenDay(day=row["day"], left=row["left"], places=row["places"]) for row in rows]


async def _offered(actor: Actor, hall: UUID, rows: list[Any]) -> list[OpenSlot]:
    """Times as somebody reads them who asked at a hall: of another hall's group it is said who runs it."""
    known = await groups.known({row["group_id"] for row in rows if row["group_id"]})
    run_by = {key: (each.hall, *each.halls) for key, each in known.items() if each.hall != hall and each.halls}
    halls = await _halls(actor, {each for several in run_by.values() for each in several})
    return [
        OpenSlot(
            id=row["id"], starts_at=row["starts_at"], ends_at=row["ends_at"], left=row["left"], group=row["group_id"],
            units=row.get("units", 1),
            group_name=known[row["group_id"]].name if row["group_id"] in known else "",
            kind=known[row["group_id"]].kind if row["group_id"] in known else "counter",
            hall=known[row["group_id"]].hall if row["group_id"] in known else hall,
            halls=[halls[each].name for each in run_by.get(row["group_id"], ()) if each in halls],
        )
        for row in rows
    ]  # fmt: skip


async def _limits(actor: Actor) -> tuple[list[str] | None, list[UUID]]:
    """What a delegate may see of the principal's: only these items, and not what was taken back."""
    items = sorted(actor.items) if actor.basis == "delegation" and actor.items else None
    return items, await delegation.taken_back(actor)


async def halls_of(actor: Actor, rows: list[Any]) -> dict[UUID, Hall]:
    return await _halls(actor, {row["hall_id"] for row in rows})


async def _halls(actor: Actor, ids: set[UUID]) -> dict[UUID, Hall]:
    return await _known_halls.many(ids, lambda missing: places.halls_by_id(actor, missing))


async def item_names(rows: list[Any]) -> dict[str, str]:
    return await visits.names({each for row in rows for each in access.services_of(row)})


def said(row: Any, names: dict[str, str]) -> dict[str, Any]:
    """The services of a visit by id and by name; ``item_name`` names them all."""
    items = access.services_of(row)
    known = [names[each] for each in items if each in names]
    return {"items": items, "item_names": known, "item_name": "；".join(known)}


def _cursor(after: str) -> tuple[datetime, UUID]:
    if not after:
        return END_OF_TIME, LAST
    seconds, _, row_id = after.partition("~")
    try:
        return datetime.fromtimestamp(int(seconds), clock.SHANGHAI), UUID(row_id)
    except (ValueError, OverflowError, OSError):
        raise BadRequest(N_("This is not a place in the list.")) from None
