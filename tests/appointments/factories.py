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


def wish(hall: Hall, slot: OpenSlot | UUID, item: str = "") -> BookingRequest:
    """A booking request."""
    return BookingRequest(hall=hall.id, slot=slot if isinstance(slot, UUID) else slot.id, item=item)


async def somebody(name: str = "王芳") -> tuple[PersonSummary, Actor]:
    """A new resident and their actor."""
    person = await resident(name=name)
    return person, actor_for(person)


SUMS = """SELECT h.region, h.slot_id, h.pool, h.capacity, h.taken,
        (SELECT count(*) FROM appointments_appointment a WHERE a.region = h.region AND a.slot_id = h.slot_id
            AND a.pool = h.pool AND a.state IN ('booked', 'attended', 'missed'))
        + (SELECT count(*) FROM appointments_hold o WHERE o.region = h.region AND o.slot_id = h.slot_id
            AND o.pool = h.pool)
        + (SELECT count(*) FROM appointments_return b WHERE b.region = h.region AND b.slot_id = h.slot_id
            AND b.pool = h.pool) AS counted
    FROM appointments_share h"""
TWICE = """SELECT count(*) FROM appointments_wait w WHERE (state = 'offered') <> EXISTS (
        SELECT 1 FROM appointments_hold h WHERE h.region = w.region AND h.wait_id = w.id)"""


async def counters_are_true() -> bool:
    """Every share's ``taken`` is its appointments, holds and places on their way back; who is offered one holds one."""
    wrong = await db.fetchval(f"SELECT count(*) FROM ({SUMS}) s WHERE taken <> counted OR taken > capacity")
    return bool(wrong == 0 and await db.fetchval(TWICE) == 0)
