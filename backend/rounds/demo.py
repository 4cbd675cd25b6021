"""The demonstration's home visits: four of them, one taken, agreed by the phone operator through the verbs."""

from datetime import time, timedelta
from uuid import UUID

from backend.core import clock, db
from backend.core.actor import Actor
from backend.identity import service as identity
from backend.rounds import service
from backend.rounds.schemas import VisitRequest

ORDER = 50
ANY = "SELECT EXISTS (SELECT 1 FROM rounds_visit)"
HOURS = (9, 11, 14, 16)
DOORS = ("南岗区红军街 8 号 2 单元 301", "南岗区红军街 2 号 501", "南岗区中山路 99 号", "南岗区红军街 20 号 102")


async def world() -> None:
    """The next four windows; nothing where there is a visit already."""
    if await db.fetchval(ANY):
        return
    personas = {each.slug: each for each in identity.PERSONAS}
    others = [person for person, _ in await identity.demo_people(3)]
    windows = [(clock.today() + timedelta(days=day), hour) for day in (0, 1) for hour in HOURS]
    ahead = [(day, hour) for day, hour in windows if clock.at(day, time(hour)) > clock.now()]
    made = [
        await service.plan(
            _helping(personas["chen-xiao"].id, personas["chen-xiao"].region, person),
            VisitRequest(place=door, day=day, begins=time(hour), ends=time(hour + 2)), key="demonstration-visit",
        )
        for person, door, (day, hour) in zip([personas["li-xiulan"].id, *others], DOORS, ahead, strict=False)
    ]  # fmt: skip
    await service.take(personas["liu-yang"].actor, made[0].id)


def _helping(operator: UUID, region: str, person: UUID) -> Actor:
    return Actor(
        acting=operator, principal=person, basis="assisted", channel="phone", roles=frozenset({"operator"}),
        region=region,
    )  # fmt: skip
