"""A visit at home that was planned without an appointment is asked about, once, and its county's hall answers."""

from collections.abc import Callable
from datetime import datetime, timedelta

import httpx
import pytest

from backend.core import clock, db, events
from backend.core.actor import Actor
from backend.ratings import service
from backend.ratings.service.inviting import ASKING
from backend.rounds import service as rounds
from tests.appointments.factories import MONDAY
from tests.identity.factories import actor_for, clerk, operator, resident, sign_in_as
from tests.ratings.factories import HAPPY, UNHAPPY, boss, deliver, token_in, told
from tests.rounds.factories import planned

Freeze = Callable[[datetime], None]
ASK = "rate-home-visit"


@pytest.fixture(autouse=True)
def monday_morning(frozen: Freeze) -> None:
    frozen(MONDAY + timedelta(days=1))


async def walked(outcome: str = "met") -> tuple[Actor, Actor]:
    """Somebody went to an old lady and says how it was; her actor and the visitor's."""
    li = await resident(name="李秀兰")
    made, liu = await planned(person=li), actor_for(await clerk("刘洋"))
    await rounds.take(liu, made.id)
    await rounds.finish(liu, made.id, outcome)  # type: ignore[arg-type]
    await deliver()
    return actor_for(li), liu


async def test_who_was_met_is_asked_two_hours_later_and_once(frozen: Freeze, client: httpx.AsyncClient) -> None:
    li, _ = await walked()
    assert await service.invite_due(ASKING) == 0
    frozen(clock.now() + timedelta(hours=2, minutes=1))
    assert (await service.invite_due(ASKING), await service.invite_due(ASKING)) == (1, 0)
    [message] = await told(ASK)
    assert "政务" not in message, "nobody was at a hall"
    page = await client.get(f"/r/{token_in(message)}")
    assert page.status_code == 200 and "上门办理" in page.text
    await service.rate(Actor(), token_in(message), HAPPY, device="phone")
    [mine] = await service.my_visits(li)
    assert mine.at_home and mine.rating is not None and mine.rating.level == 5


async def test_a_repeated_announcement_asks_once() -> None:
    await walked()
    await db.execute("UPDATE core_announcement SET delivered_at = NULL, next_try = at WHERE name = 'VisitEnded'")
    await events.relay()
    assert await db.fetchval("SELECT count(*) FROM ratings_visit") == 1


@pytest.mark.parametrize("outcome", ["missed"])
async def test_who_was_not_met_is_not_asked(outcome: str) -> None:
    await walked(outcome)
    assert await db.fetchval("SELECT count(*) FROM ratings_visit") == 0


async def test_a_low_rating_goes_to_the_manager_of_the_county(frozen: Freeze) -> None:
    li, _ = await walked()
    frozen(clock.now() + timedelta(hours=3))
    await service.invite_due(ASKING)
    [mine] = await service.my_visits(li)
    await service.rate_visit(li, mine.id, UNHAPPY)
    [case] = await service.cases(await boss())
    assert case.id == mine.id and case.hall_name == mine.hall_name
    assert await service.cases(await boss("230202")) == []


async def test_the_page_of_visits_says_that_we_came(client: httpx.AsyncClient, frozen: Freeze) -> None:
    li = await resident(name="李秀兰")
    made, liu = await planned(person=li), actor_for(await clerk("刘洋"))
    await rounds.take(liu, made.id)
    await rounds.finish(liu, made.id, "met")
    await deliver()
    frozen(clock.now() + timedelta(hours=3))
    await service.invite_due(ASKING)
    await sign_in_as(client, li)
    assert "上门办理" in (await client.get("/ratings")).text
    chen = actor_for(await operator(), helping=li)
    assert len(await service.my_visits(chen)) == 1
