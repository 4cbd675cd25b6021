"""What the walk over all operations needs of holds and the waiting list: a time kept, a place on offer, a full day."""

from datetime import timedelta
from typing import Any

from backend.appointments import service
from backend.appointments.schemas import KeepRequest, WaitRequest
from backend.core import db
from backend.identity.schemas import PersonSummary
from backend.places.schemas import Hall
from tests.appointments.factories import MONDAY, slots
from tests.identity import factories

FULL = MONDAY.date() + timedelta(days=9)
OFFERED = MONDAY.date() + timedelta(days=8)
FILL = """UPDATE appointments_share h SET capacity = taken FROM appointments_slot s
    WHERE s.region = h.region AND s.id = h.slot_id AND h.region = $1 AND s.hall_id = $2 AND s.day = ANY($3::date[])"""
PARAMETERS = {
    "hold_id": lambda side: side.queue["held"],
    "wait_id": lambda side: side.queue["waits"],
}
BODIES = {
    "POST /appointments/holds": lambda side: {"hall": str(side.hall), "slot": str(side.slot)},
    "POST /appointments/waiting": lambda side: {
        "hall": str(side.hall), "first": FULL.isoformat(), "last": FULL.isoformat(),
    },
}  # fmt: skip
ANYWHERE = "anybody may go to any hall of the province (全省通办)"
SHARED = {"POST /appointments/holds": ANYWHERE, "POST /appointments/waiting": ANYWHERE}


async def build(resident: PersonSummary, hall: Hall) -> dict[str, Any]:
    """The resident keeps a time, and is offered a place of a day that was full when they joined."""
    actor = factories.actor_for(resident)
    await db.execute(FILL, hall.region, hall.id, [FULL, OFFERED])
    waits = await service.join_line(actor, WaitRequest(hall=hall.id, first=OFFERED, last=OFFERED))
    free = (await slots(hall, OFFERED))[2]
    await db.execute(
        "UPDATE appointments_share SET capacity = taken + 1 WHERE slot_id = $1 AND pool = 'online'", free.id
    )
    await service.serve_lines()
    kept = (await slots(hall, MONDAY.date() + timedelta(days=1)))[4]
    held = await service.hold(actor, KeepRequest(hall=hall.id, slot=kept.id))
    return {"held": held.id, "waits": waits.id}
