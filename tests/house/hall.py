"""What the walk over all operations needs of a hall's day: an open counter, somebody who waits and somebody called."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from backend.appointments import service as appointments
from backend.core import clock, db
from backend.identity.schemas import PersonSummary, StaffPost
from backend.places.schemas import Hall
from backend.queues import service
from backend.queues.service.presence import digits
from tests.appointments.factories import slots, wish
from tests.house.shares import missed
from tests.identity import factories
from tests.queues.factories import device, open_counter, ticket

PARAMETERS = {
    "counter": lambda side: side.queue["counter"],
    "POST /appointments/{row_id}/attendance row_id": lambda side: side.queue["today"],
    "ticket": lambda side: side.queue["called"],
    "token": lambda side: side.queue["token"],
    "help_id": lambda side: side.queue["help"],
}
BODIES = {
    "POST /tickets": lambda side: {"hall": str(side.hall), "presence": digits(side.hall)},
    "POST /tickets/check-ins": lambda side: {
        "hall": str(side.hall), "appointment": str(side.queue["today"]), "presence": digits(side.hall),
    },
    "POST /counters": lambda side: {"hall": str(side.hall), "label": "9"},
    "POST /tickets/{ticket}/transfer": lambda side: {},
    "POST /tickets/{ticket}/errands": lambda side: {},
    "POST /counters/{counter}/questions": lambda side: {},
}  # fmt: skip
SHARED = {"POST /tickets": "anybody may go to any hall of the province (全省通办)"}
# Whoever called has gone in the middle: any colleague of the hall may go on there.
LEFT = "UPDATE queues_counter SET staff = NULL, state = 'closed' WHERE id = $1"
# An appointment of this hour, of somebody who has just come: booked for later, as no time of now is open any more.
NOW = "UPDATE appointments_appointment SET starts_at = $2, ends_at = $3 WHERE id = $1"


async def build(resident: PersonSummary, hall: Hall, clerk: StaffPost) -> dict[str, Any]:
    """The clerk's free counter, a number that waits and one that was called elsewhere, an appointment of now."""
    machine = device(hall.region)
    await ticket(hall, actor=machine)
    waits = await ticket(hall, actor=machine)
    liu, first = await open_counter(hall, "1")
    called = await service.call_next(liu, first)
    await service.call_help(liu, first)
    [asked] = await service.help_calls(liu, hall.id)
    await db.execute(LEFT, first)
    _, counter = await open_counter(hall, "2", who=clerk)
    actor, now = factories.actor_for(resident), clock.now()
    free = (await slots(hall, clock.today()))[-1]
    today = await appointments.book(actor, wish(hall, free), key=str(uuid4()))
    await db.execute(NOW, today.id, now, now + timedelta(minutes=30))
    return {
        "counter": counter,
        "called": called.id,
        "token": waits.token,
        "today": today.id,
        "help": asked.id,
        "missed": await missed(resident, hall),
    }
