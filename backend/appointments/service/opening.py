"""Opening: rules, closures, and the slots that follow from them and from the working calendar."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from backend.appointments import rules
from backend.appointments.events import OpeningChanged
from backend.appointments.schemas import ClosureRequest, Opening, RuleView
from backend.appointments.service.sharing import plan_on
from backend.appointments.service.sharing import plans as plans_of_halls
from backend.core import clock, db, ids
from backend.core.actor import Actor
from backend.core.events import announce
from backend.core.policy import PUBLIC, verb
from backend.core.problems import Conflict, Invalid, NotFound
from backend.core.words import N_
from backend.places import service as places
from backend.places.schemas import Hall

RULES = """SELECT region, id, hall_id, weekdays, opens, closes, minutes, capacity, valid_from, valid_to, source
    FROM appointments_opening_rule WHERE (valid_to IS NULL OR valid_to >= $1)"""
CLOSURES = "SELECT hall_id, day FROM appointments_closure WHERE day BETWEEN $1 AND $2"
HAVE = "SELECT DISTINCT hall_id, day FROM appointments_slot WHERE day BETWEEN $1 AND $2"
ADD_SLOT = """INSERT INTO appointments_slot (region, id, hall_id, day, ordinal, starts_at, ends_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (region, hall_id, starts_at) DO NOTHING"""
ADD_SHARE = """INSERT INTO appointments_share (region, slot_id, pool, capacity)
    SELECT $1, $2, $3, $4 WHERE EXISTS (SELECT 1 FROM appointments_slot WHERE region = $1 AND id = $2)
    ON CONFLICT (region, slot_id, pool) DO NOTHING"""
ADD_RULE = """INSERT INTO appointments_opening_rule
        (region, id, hall_id, weekdays, opens, closes, minutes, capacity, valid_from, source)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"""
END_RULES = """UPDATE appointments_opening_rule SET valid_to = $3
    WHERE region = $1 AND hall_id = $2 AND (valid_to IS NULL OR valid_to > $3)"""
BOOKED = """SELECT count(*) FROM appointments_appointment a JOIN appointments_slot s
        ON s.region = a.region AND s.id = a.slot_id
    WHERE a.region = $1 AND a.hall_id = $2 AND a.state = 'booked' AND s.day = $3"""
MANAGERS = ("manager", "city")


class PeopleBooked(Conflict):
    """The day cannot simply be closed: people have places."""

    code, title = "people-booked", N_("People have appointments on that day")


async def open_slots_ahead(hall: UUID | None = None) -> int:
    """Make the slots of the horizon that are missing; returns how many. Any number of hosts may do it at once."""
    today = clock.today()
    last = today + timedelta(days=rules.HORIZON)
    system = Actor.system("open slots")
    working = set(await places.open_days(system, today, last))
    days = [today + timedelta(days=n) for n in range(rules.HORIZON + 1)]
    closed = {(row["hall_id"], row["day"]) for row in await db.fetch(CLOSURES, today, last)}
    have = {(row["hall_id"], row["day"]) for row in await db.fetch(HAVE, today, last)}
    plans = await plans_of_halls(hall)
    slots: list[tuple[Any, ...]] = []
    shares: list[tuple[Any, ...]] = []
    for rule in await db.fetch(RULES, today):
        if hall in (None, rule["hall_id"]):
            for day in days:
                if (rule["hall_id"], day) not in closed | have and rules.opens_on(
                    day, rule["weekdays"], day in working, rule["valid_from"], rule["valid_to"]
                ):
                    _make(rule, day, plan_on(plans.get(rule["hall_id"], []), day), slots, shares)
    async with db.transaction():
        await db.executemany(ADD_SLOT, slots)
        await db.executemany(ADD_SHARE, shares)
    return len(slots)


@verb("appointments.rules_of", N_("See when a hall opens for appointments"), PUBLIC)
async def rules_of(actor: Actor, hall: UUID) -> list[RuleView]:
    """The opening rules of a hall that are in force."""
    rows = await db.fetch(f"{RULES} AND region = $2 AND hall_id = $3 ORDER BY opens", *(await _key(actor, hall)))
    fields = RuleView.__struct_fields__
    return [RuleView(**{name: row[name] for name in fields}) for row in rows]


@verb("appointments.set_rule", N_("Set when a hall opens for appointments"), *MANAGERS)
async def set_rule(actor: Actor, hall: UUID, opening: Opening, *, source: str = "manager") -> None:
    """Replace a hall's opening from the first day without slots on; days that can be booked already stay."""
    if opening.opens >= opening.closes:
        raise Invalid({"closes": N_("The closing time must be after the opening time")})
    known = await _own_hall(actor, hall)
    async with db.transaction():
        first = await _first_free_day(known, source)
        await db.execute(END_RULES, known.region, hall, first - timedelta(days=1))
        await db.execute(
            ADD_RULE, known.region, ids.new(), hall, sorted(set(opening.weekdays)), opening.opens, opening.closes,
            opening.minutes, opening.capacity, first, source,
        )  # fmt: skip
        await places.set_bookable(actor, hall, bookable=True)
        await announce(actor, OpeningChanged(region=known.region, subject=hall))
    await open_slots_ahead(hall)


@verb("appointments.close_day", N_("Close a hall on a day"), *MANAGERS)
async def close_day(actor: Actor, hall: UUID, closure: ClosureRequest) -> None:
    """Keep the hall closed on a day that nobody has booked; raises ``PeopleBooked`` otherwise."""
    known = await _own_hall(actor, hall)
    async with db.transaction():
        await db.fetch(
            """SELECT 1 FROM appointments_share h JOIN appointments_slot s ON s.region = h.region AND s.id = h.slot_id
            WHERE s.region = $1 AND s.hall_id = $2 AND s.day = $3 ORDER BY h.slot_id, h.pool FOR UPDATE OF h""",
            known.region, hall, closure.day,
        )  # fmt: skip
        people = await db.fetchval(BOOKED, known.region, hall, closure.day)
        if people:
            raise PeopleBooked(N_("{n} people have a place. Move or call them first."), values={"n": people})
        await db.execute(
            """INSERT INTO appointments_closure (region, id, hall_id, day, reason) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (region, hall_id, day) DO UPDATE SET reason = excluded.reason""",
            known.region, ids.new(), hall, closure.day, closure.reason,
        )  # fmt: skip
        await db.execute(
            "UPDATE appointments_slot SET state = 'closed' WHERE region = $1 AND hall_id = $2 AND day = $3",
            known.region, hall, closure.day,
        )  # fmt: skip
        await announce(actor, OpeningChanged(region=known.region, subject=hall))


def _make(
    rule: Any, day: date, plan: Mapping[str, int], slots: list[tuple[Any, ...]], shares: list[tuple[Any, ...]]
) -> None:
    times = rules.slots_of(rule["opens"], rule["closes"], rule["minutes"])
    for ordinal, (begin, end) in enumerate(times, 1):
        slot = ids.new()
        slots.append((rule["region"], slot, rule["hall_id"], day, ordinal, clock.at(day, begin), clock.at(day, end)))
        for pool, capacity in rules.shares(rule["capacity"], plan).items():
            shares.append((rule["region"], slot, pool, capacity))


async def _first_free_day(hall: Hall, source: str) -> date:
    """A manager's change holds from the first day that nobody can have booked; the first rule holds from today."""
    if source != "manager":
        return clock.today()
    latest: date | None = await db.fetchval(
        "SELECT max(day) FROM appointments_slot WHERE region = $1 AND hall_id = $2", hall.region, hall.id
    )
    return max(clock.today(), latest + timedelta(days=1)) if latest else clock.today()


async def _key(actor: Actor, hall: UUID) -> tuple[date, str, UUID]:
    known = await places.hall(actor, hall)
    return clock.today(), known.region, hall


async def _own_hall(actor: Actor, hall: UUID) -> Hall:
    known = await places.hall(actor, hall)
    if not actor.is_("system") and not actor.covers(known.region, *MANAGERS):
        raise NotFound()
    return known
