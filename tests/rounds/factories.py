"""Home visits for tests: agreed by an operator for a new person."""

from datetime import date, time

from backend.core import db, events, ids
from backend.identity import service as identity
from backend.identity.schemas import LeaveRequest, PersonSummary, StaffPost
from backend.notifications import service as notifications
from backend.rounds import service
from backend.rounds.schemas import Visit, VisitRequest
from tests.identity.factories import actor_for, administrator, fresh, operator, resident

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


async def on_leave(absent: StaffPost, stand_in: StaffPost, day: date = DAY) -> None:
    """Away on a day, with somebody who stands in."""
    post = await db.fetchval("SELECT id FROM identity_post WHERE staff = $1", absent.id)
    login = await db.fetchval("SELECT login FROM identity_staff WHERE id = $1", stand_in.id)
    wanted = LeaveRequest(post=post, stand_in=login, begins=day, until=day)
    await identity.grant_leave(fresh(await administrator()), wanted)


async def all_told() -> list[str]:
    """Deliver what was announced; the latest messages. The clock of a test stands, so nothing is due by itself."""
    delivered = 1
    while delivered:
        await db.execute("UPDATE core_announcement SET next_try = at")
        delivered = await events.relay()
    return [each.body for each in await notifications.latest(9)]
