"""Home visits for tests: agreed by an operator for a new person."""

from datetime import date, time

from backend.core import db, events, ids
from backend.identity.schemas import PersonSummary
from backend.notifications import service as notifications
from backend.rounds import service
from backend.rounds.schemas import Visit, VisitRequest
from tests.identity.factories import actor_for, operator, resident

DAY = date(2026, 11, 24)


def wish(place: str = "南岗区红军街 8 号 2 单元 301", hour: int = 9, day: date = DAY) -> VisitRequest:
    """From ``hour`` for two hours."""
    return VisitRequest(place=place, phone="13712340078", day=day, begins=time(hour), ends=time(hour + 2))


async def planned(
    place: str = "南岗区红军街 8 号", hour: int = 9, name: str = "李秀兰", day: date = DAY,
    person: PersonSummary | None = None,
) -> Visit:  # fmt: skip
    """A visit that nobody has taken yet."""
    chen = actor_for(await operator(), helping=person or await resident(name=name))
    return await service.plan(chen, wish(place, hour, day), key=str(ids.new()))


async def all_told() -> list[str]:
    """Deliver what was announced; the latest messages. The clock of a test stands, so nothing is due by itself."""
    delivered = 1
    while delivered:
        await db.execute("UPDATE core_announcement SET next_try = at")
        delivered = await events.relay()
    return [each.body for each in await notifications.latest(9)]
