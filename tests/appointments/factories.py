"""A hall that opens, and slots in it."""

from datetime import UTC, date, datetime, time
from uuid import UUID

from backend.appointments import service
from backend.appointments.schemas import BookingRequest, Opening, OpenSlot
from backend.core import db
from backend.core.actor import Actor
from backend.identity.schemas import PersonSummary
from backend.places import service as places
from backend.places.schemas import Hall
from tests.identity.factories import actor_for, resident

MONDAY = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)  # 8:30 in Shanghai
SYSTEM = Actor.system("tests")
WEEK = Opening(weekdays=[1, 2, 3, 4, 5], opens=time(8, 30), closes=time(16, 30), minutes=30, capacity=10)


async def hall(code: str = "R02") -> Hall:
    """A real hall; R02 is 哈尔滨市政务服务中心 in 南岗区."""
    row_id = await db.fetchval("SELECT id FROM places_hall WHERE code = $1", code)
    return await places.hall(SYSTEM, row_id)


async def open_hall(code: str = "R02", opening: Opening = WEEK) -> Hall:
    """A hall with an opening rule and its slots."""
    found = await hall(code)
    await service.set_rule(SYSTEM, found.id, opening, source="demonstration")
    return found


async def slots(hall: Hall, day: date, actor: Actor | None = None) -> list[OpenSlot]:
    """The times of a day as somebody sees them."""
    return await service.open_slots(actor or Actor(), hall.id, day)


def wish(hall: Hall, slot: OpenSlot | UUID, item: str = "", *more: str) -> BookingRequest:
    """A booking request; with ``more`` services it is for all of them."""
    items = [item, *more] if more else []
    at = slot if isinstance(slot, UUID) else slot.id
    return BookingRequest(hall=hall.id, slot=at, item="" if more else item, items=items)


async def somebody(name: str = "王芳") -> tuple[PersonSummary, Actor]:
    """A new resident and their actor."""
    person = await resident(name=name)
    return person, actor_for(person)


SUMS = """SELECT h.region, h.slot_id, h.pool, h.capacity, h.taken,
        (SELECT count(*) FROM appointments_appointment a WHERE a.region = h.region AND a.slot_id = h.slot_id
            AND a.pool = h.pool AND a.state IN ('booked', 'attended', 'missed'))
        + (SELECT count(*) FROM appointments_hold o WHERE o.region = h.region AND o.slot_id = h.slot_id
            AND o.pool = h.pool)
        + (SELECT count(*) FROM appointments_further f WHERE f.region = h.region AND f.slot_id = h.slot_id
            AND f.pool = h.pool)
        + (SELECT count(*) FROM appointments_return b WHERE b.region = h.region AND b.slot_id = h.slot_id
            AND b.pool = h.pool) AS counted
    FROM appointments_share h"""
# A visit has as many further places as it takes times after its first, and nobody else has any.
WHOLE = """SELECT count(*) FROM (
        SELECT region, id, units FROM appointments_appointment WHERE state IN ('booked', 'attended', 'missed')
        UNION ALL SELECT region, id, units FROM appointments_hold) v
    FULL JOIN (SELECT region, owner, count(*) AS n FROM appointments_further GROUP BY region, owner) f
        ON f.region = v.region AND f.owner = v.id
    WHERE coalesce(v.units, 1) - 1 <> coalesce(f.n, 0)"""
TWICE = """SELECT count(*) FROM appointments_wait w WHERE (state = 'offered') <> EXISTS (
        SELECT 1 FROM appointments_hold h WHERE h.region = w.region AND h.wait_id = w.id)"""


async def counters_are_true() -> bool:
    """Every share's ``taken`` is its appointments, holds, their further places, and places on their way back; a visit
    has all its places; who is offered one holds one.
    """
    wrong = await db.fetchval(f"SELECT count(*) FROM ({SUMS}) s WHERE taken <> counted OR taken > capacity")
    return bool(wrong == 0 and await db.fetchval(TWICE) == 0 and await db.fetchval(WHOLE) == 0)
