"""What the walk over all operations needs of a hall's opening: a group, a counter with a roster, a closure."""

from datetime import timedelta
from typing import Any

from backend.appointments import service
from backend.appointments.opening_schemas import ClosingRequest, GroupRequest, RosterCounterRequest
from backend.core import db
from backend.identity.schemas import StaffPost
from backend.places.schemas import Hall
from tests.appointments.factories import MONDAY
from tests.identity import factories

DAY = MONDAY.date() + timedelta(days=1)
SATURDAY = {"weekdays": [6], "opens": "09:00:00", "closes": "11:00:00", "minutes": 30, "capacity": 4}
BEFORE = """INSERT INTO appointments_roster (region, hall_id, day, half, counter_id, group_key)
    VALUES ($1, $2, $3, 'morning', $4, $2)"""


def _later(days: int) -> str:
    return (DAY + timedelta(days=days)).isoformat()


def _duty(side: Any) -> dict[str, Any]:
    return {"day": DAY.isoformat(), "half": "morning", "counter": str(side.opening["counter"]), "group": str(side.hall)}


UNREACHED = {"POST /appointments/{row_id}/ring-instead": "takes an appointment by video: tests/video/test_service.py"}
PARAMETERS = {
    "GET /halls/{hall}/groups/{group}/meeting group": lambda side: side.opening["video"],
    "PUT /halls/{hall}/groups/{group}/meeting group": lambda side: side.opening["video"],
    "group": lambda side: side.opening["group"],
    "desk_id": lambda side: side.opening["counter"],
    "closing": lambda side: side.opening["closing"],
    "week": lambda side: DAY.isoformat(),
}
BODIES = {
    "POST /halls/{hall}/groups": lambda side: {"name": "医保", "themes": ["medical"]},
    "PUT /halls/{hall}/groups/{group}": lambda side: {"name": "公安", "kind": "video"},
    "PUT /halls/{hall}/groups/{group}/meeting": lambda side: {"address": ""},
    "PUT /halls/{hall}/groups/{group}/halls": lambda side: {"halls": []},
    "POST /halls/{hall}/needs": lambda side: {"item": "LAW001", "minutes": 30},
    "POST /halls/{hall}/opening/preview": lambda side: {"begins": DAY.isoformat(), "rule": SATURDAY},
    "POST /halls/{hall}/opening/changes": lambda side: {"begins": DAY.isoformat(), "rule": SATURDAY},
    "POST /halls/{hall}/roster/preview": lambda side: {"duties": [_duty(side)]},
    "POST /halls/{hall}/roster": lambda side: {"duties": [_duty(side)]},
    "POST /halls/{hall}/roster/copy": lambda side: {"week": DAY.isoformat()},
    "POST /halls/{hall}/counters": lambda side: {"label": "9"},
    "PATCH /halls/{hall}/counters/{desk_id}": lambda side: {"groups": [str(side.hall)]},
    "POST /halls/{hall}/closings/preview": lambda side: {"day": _later(40), "reason": "检修"},
    "POST /halls/{hall}/closings": lambda side: {"day": _later(40), "reason": "检修"},
}  # fmt: skip


async def build(hall: Hall, manager: StaffPost) -> dict[str, Any]:
    """A group that opens not yet, a counter that was on last week's roster, a closure of a day far ahead."""
    actor = factories.fresh(manager)
    group = await service.add_group(actor, hall.id, GroupRequest(name="社保", items=["LAW004"]))
    video = await service.add_group(actor, hall.id, GroupRequest(name="视频", kind="video"))
    counter = await service.add_counter(actor, hall.id, RosterCounterRequest(label="1"))
    await db.execute(BEFORE, hall.region, hall.id, DAY - timedelta(days=7), counter.id)
    sheet = await service.close_with_care(actor, hall.id, ClosingRequest(day=DAY + timedelta(days=50), reason="检修"))
    return {"group": group.id, "video": video.id, "counter": counter.id, "closing": sheet.closing.id}
