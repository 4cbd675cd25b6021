"""Who else sees who comes, what waits for the staff, and whom a rating is asked of."""

from collections.abc import Callable
from datetime import datetime, timedelta

import httpx
import msgspec
import pytest

from backend.core import db
from backend.core.policy import NotDelegated
from backend.ratings import service as ratings
from backend.rounds import service
from backend.rounds.schemas import DayWaiting
from tests.appointments.factories import MONDAY, SYSTEM
from tests.appointments.test_groups import ITEM
from tests.delegation.factories import acting, standing
from tests.identity.factories import actor_for, clerk, csrf_of, helping, manager, operator, resident, sign_in_as
from tests.rounds.factories import DAY, all_told, planned
from tests.rounds.test_following import booked

Freeze = Callable[[datetime], None]


@pytest.fixture(autouse=True)
def monday_morning(frozen: Freeze) -> None:
    frozen(MONDAY + timedelta(days=1))


async def test_a_delegate_sees_who_comes_when_the_mandate_names_it_and_a_day_has_gone_by(frozen: Freeze) -> None:
    li, wang = await resident(name="李秀兰"), await resident(name="王敏")
    made = await planned(person=li, day=DAY + timedelta(days=2))
    with pytest.raises(NotDelegated):
        await service.coming(await acting(wang, await standing(li, wang)))
    mandate = await standing(li, wang, "home-visits")
    frozen(MONDAY + timedelta(hours=49))
    daughter = await acting(wang, mandate)
    assert [each.id for each in await service.coming(daughter)] == [made.id]
    named = msgspec.structs.replace(daughter, items=frozenset({ITEM}))
    assert await service.coming(named) == [], "the mandate names another matter"


async def test_an_operator_reads_out_who_comes_and_leaves_a_trace(client: httpx.AsyncClient) -> None:
    li, chen, liu = await resident(name="李秀兰"), await operator(), await clerk("刘洋")
    made = await planned(person=li)
    await service.take(actor_for(liu), made.id)
    await sign_in_as(client, chen)
    assert (await client.get("/rounds/coming")).status_code == 403, "nobody is helped"
    await helping(client, chen, li)
    said = await client.get("/rounds/coming")
    assert "刘洋" in said.text and 'href="/me"' not in said.text.split("<h1")[0].split("<main")[1]
    seen = "SELECT count(*) FROM core_view WHERE acting = $1 AND person = $2 AND what = 'home-visit'"
    assert await db.fetchval(seen, chen.id, li.id) == 1


async def test_what_waits_is_what_is_new_over_or_nobodys(frozen: Freeze) -> None:
    made, sun, liu = await planned(), actor_for(await manager()), actor_for(await clerk())
    assert liu.acting is not None
    assert await service.days_waiting(sun) == [DayWaiting(day=DAY, visits=1)]
    assert await service.count_new(liu) == 0, "what nobody has is the manager's"
    await service.assign(sun, made.id, liu.acting)
    assert (await service.count_new(sun), await service.count_new(liu)) == (0, 1)
    await service.day_round(liu, DAY)
    assert await service.count_new(liu) == 0, "seen"
    frozen(made.ends + timedelta(hours=1))
    assert (await service.count_new(sun), await service.count_new(liu)) == (1, 1), "over, and nobody said how it was"


async def test_the_start_page_says_what_waits(client: httpx.AsyncClient, frozen: Freeze) -> None:
    frozen(MONDAY)
    made, sun, liu = await planned(), await manager(), await clerk("刘洋")
    await service.assign(actor_for(sun), made.id, liu.id)
    await sign_in_as(client, liu)
    assert "1 件待办" in (await client.get("/desk")).text
    page = await client.get("/desk/rounds")
    assert "11月24日 · 1" in page.text
    await client.get(f"/desk/rounds?day={DAY}")
    assert "件待办" not in (await client.get("/desk")).text


async def test_the_same_visitor_is_chosen_on_the_page(client: httpx.AsyncClient) -> None:
    made, liu = await planned(), await clerk("刘洋")
    await service.take(actor_for(liu), made.id)
    await sign_in_as(client, liu)
    shown = await client.get(f"/desk/rounds?day={DAY}")
    later = DAY + timedelta(days=1)
    press = {
        "csrf": csrf_of(shown.text), "day": str(DAY), "turn": "missed", "again_day": str(later), "same": "true",
        "again_begins": "09:00", "again_ends": "11:00",
    }  # fmt: skip
    assert (await client.post(f"/desk/rounds/{made.id}", data=press)).status_code == 303
    assert "第二次上门" in (await client.get(f"/desk/rounds?day={later}")).text


@pytest.mark.parametrize(("wants", "asked"), [("sms", True), ("letter", True), ("call", False)])
async def test_whom_we_came_to_is_asked_how_it_was(frozen: Freeze, wants: str, asked: bool) -> None:
    phone = "" if wants == "letter" else "13712340078"
    made, _ = await booked(actor_for(await resident(phone=phone, notice_by=wants)))
    await all_told()
    [line] = await service.day_round(actor_for(await manager()), DAY, whose="all")
    liu = actor_for(await clerk())
    await service.take(liu, line.id)
    await service.finish(liu, line.id, "met")
    await all_told()
    frozen(made.ends_at + timedelta(hours=6))
    assert await ratings.invite_due(SYSTEM) == 1
    assert bool(await db.fetchval("SELECT count(*) FROM ratings_link")) is asked
    assert made.item == ITEM
