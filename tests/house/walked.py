"""What the walk over all operations needs of home visits: one that is taken, one that is free, one to be ordered."""

from datetime import time
from typing import Any

from backend.core import ids
from backend.identity.schemas import PersonSummary, StaffPost
from backend.rounds import service
from backend.rounds.schemas import VisitRequest
from tests.appointments.factories import MONDAY
from tests.identity import factories

DAY = MONDAY.date()  # how a visit went is said on its day
WINDOW: dict[str, Any] = {"day": DAY, "begins": time(9), "ends": time(11)}
TIMES = {"day": DAY.isoformat(), "begins": "09:00:00", "ends": "11:00:00"}
PARAMETERS = {
    "visit_id": lambda side: side.walked["taken"],
    "POST /rounds/visits/{visit_id}/assignment visit_id": lambda side: side.walked["free"],
    "GET /rounds/colleagues day": lambda side: DAY.isoformat(),
}
BODIES = {
    "POST /rounds/visits": lambda side: {"place": "红军街 8 号", "item": "LAW004", **TIMES},
    "POST /rounds/visits/{visit_id}/assignment": lambda side: {"staff": str(side.walked["walker"])},
    "POST /rounds/visits/{visit_id}/outcome": lambda side: {"outcome": "missed"},
    "PUT /rounds/visits/{visit_id}/division": lambda side: {"division": side.walked["street"]},
    "PUT /rounds/order": lambda side: {"day": DAY.isoformat(), "visits": [str(side.walked["taken"])]},
}


async def build(person: PersonSummary, operator: StaffPost, clerk: StaffPost) -> dict[str, Any]:
    """The clerk goes to one of two visits."""
    helper = factories.actor_for(operator, helping=person)
    taken, free = [
        (await service.plan(helper, VisitRequest(place="红军街 8 号", item=item, **WINDOW), key=str(ids.new()))).id
        for item in ("LAW001", "LAW002")
    ]
    await service.take(factories.actor_for(clerk), taken)
    return {"taken": taken, "free": free, "walker": clerk.id, "street": f"{clerk.region}001"}
