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


async def counters_are_true() -> bool:
    """Every share's ``taken`` is the number of its live and past bookings."""
    wrong = await db.fetchval(
        """SELECT count(*) FROM appointments_share h WHERE taken <> (
            SELECT count(*) FROM appointments_appointment a WHERE a.region = h.region AND a.slot_id = h.slot_id
            AND a.pool = h.pool AND a.state IN ('booked', 'attended', 'missed'))"""
    )
    return bool(wrong == 0)
