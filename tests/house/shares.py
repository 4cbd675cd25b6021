"""What the walk over all operations needs of shares: a division, when unused places go on, a missed appointment."""

from datetime import timedelta
from uuid import UUID, uuid4

from backend.appointments import service as appointments
from backend.core import clock, db
from backend.identity.schemas import PersonSummary
from backend.places.schemas import Hall
from tests.appointments.factories import slots, wish
from tests.identity import factories

PLAN = {"online": 50, "phone": 20, "counter": 10, "kiosk": 10, "helper": 10}
PARAMETERS = {"POST /appointments/{row_id}/excuse row_id": lambda side: side.queue["missed"]}
BODIES = {
    "POST /appointments/{row_id}/excuse": lambda side: {"reason": "came"},
    "POST /halls/{hall}/share-plan/preview": lambda side: PLAN,
    "PUT /halls/{hall}/share-plan": lambda side: PLAN,
    "PUT /halls/{hall}/share-policy": lambda side: {"release_hours": 24, "keep": 1},
}
MISSED = """UPDATE appointments_appointment SET state = 'missed', ended_at = $2, starts_at = $2,
    ends_at = $2::timestamptz + interval '30 minutes' WHERE id = $1"""


async def missed(resident: PersonSummary, hall: Hall) -> UUID:
    """An appointment of yesterday to which the resident did not come."""
    free = (await slots(hall, clock.today()))[-2]
    made = await appointments.book(factories.actor_for(resident), wish(hall, free), key=str(uuid4()))
    await db.execute(MISSED, made.id, clock.now() - timedelta(days=1))
    return made.id
