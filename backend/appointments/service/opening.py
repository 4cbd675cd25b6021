"""Opening: rules, closures, and the slots that follow from them and from the working calendar."""

from datetime import date, timedelta
from uuid import UUID

from backend.appointments.events import OpeningChanged
from backend.appointments.schemas import ClosureRequest, Opening, RuleView
from backend.appointments.service import shutting
from backend.appointments.service.halls import MANAGERS, own_hall
from backend.appointments.service.making import RULES, open_slots_ahead
from backend.appointments.service.sharing import first_free_day
from backend.core import clock, db, ids
from backend.core.actor import Actor
from backend.core.events import announce
from backend.core.policy import PUBLIC, verb
from backend.core.problems import Conflict, Invalid
from backend.core.words import N_
from backend.places import service as places
from backend.places.schemas import Hall

NAMES = {"group": "group_id"}  # of a view, where its row says it differently
ADD_RULE = """INSERT INTO appointments_opening_rule
        (region, id, hall_id, weekdays, opens, closes, minutes, capacity, valid_from, source)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"""
END_RULES = """UPDATE appointments_opening_rule SET valid_to = $3
    WHERE region = $1 AND hall_id = $2 AND group_id IS NULL AND repeat <> 'once'
        AND (valid_to IS NULL OR valid_to > $3)"""
SHUT = """UPDATE appointments_slot SET state = 'closed' WHERE region = $1 AND hall_id = $2 AND day = $3
    RETURNING id"""
BOOKED = """SELECT count(*) FROM appointments_appointment a JOIN appointments_slot s
        ON s.region = a.region AND s.id = a.slot_id
    WHERE a.region = $1 AND a.hall_id = $2 AND a.state = 'booked' AND s.day = $3"""


class PeopleBooked(Conflict):
    """The day cannot simply be closed: people have places."""

    code, title = "people-booked", N_("People have appointments on that day")


@verb("appointments.rules_of", N_("See when a hall opens for appointments"), PUBLIC)
async def rules_of(actor: Actor, hall: UUID) -> list[RuleView]:
    """The opening rules of a hall that are in force."""
    rows = await db.fetch(f"{RULES} AND region = $2 AND hall_id = $3 ORDER BY opens", *(await _key(actor, hall)))
    names = RuleView.__struct_fields__
    return [RuleView(**{name: row[NAMES.get(name, name)] for name in names}) for row in rows]


@verb("appointments.set_rule", N_("Set when a hall opens for appointments"), *MANAGERS)
async def set_rule(actor: Actor, hall: UUID, opening: Opening, *, source: str = "manager") -> None:
    """Replace a hall's opening from the first day without slots on; days that can be booked already stay."""
    if opening.opens >= opening.closes:
        raise Invalid({"closes": N_("The closing time must be after the opening time")})
    known = await own_hall(actor, hall)
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
    known = await own_hall(actor, hall)
    async with db.transaction():
        await db.fetch(
            """SELECT 1 FROM appointments_share h JOIN appointments_slot s ON s.region = h.region AND s.id = h.slot_id
            WHERE s.region = $1 AND s.hall_id = $2 AND s.day = $3 ORDER BY h.slot_id, h.pool FOR NO KEY UPDATE OF h""",
            known.region, hall, closure.day,
        )  # fmt: skip
        people = await db.fetchval(BOOKED, known.region, hall, closure.day)
        if people:
            raise PeopleBooked(
                N_("{n} people have a place. Move or call them first."), values={"n": people},
                next_step=(f"/desk/hall/{hall}/closing?day={closure.day}", N_("See who is affected")),
            )  # fmt: skip
        await db.execute(
            """INSERT INTO appointments_closure (region, id, hall_id, day, reason) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (region, hall_id, day, half, everything, (coalesce(group_id, hall_id)))
                DO UPDATE SET reason = excluded.reason, state = 'closed' """,
            known.region, ids.new(), hall, closure.day, closure.reason,
        )  # fmt: skip
        shut = await db.fetch(SHUT, known.region, hall, closure.day)
        await shutting.let_go(known, [row["id"] for row in shut])
        await announce(actor, OpeningChanged(region=known.region, subject=hall))


async def _first_free_day(hall: Hall, source: str) -> date:
    """A manager's change holds from the first day that nobody can have booked; the first rule holds from today."""
    if source != "manager":
        return clock.today()
    return await first_free_day(hall)


async def _key(actor: Actor, hall: UUID) -> tuple[date, str, UUID]:
    known = await places.hall(actor, hall)
    return clock.today(), known.region, hall
