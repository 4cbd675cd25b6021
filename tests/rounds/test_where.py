"""In which street a visit is: by the written address, by the home, or by whoever plans the round; for what, in full."""

import re
from collections.abc import Callable
from datetime import datetime

import httpx
import msgspec
import pytest

from backend.appointments import service as appointments
from backend.appointments.schemas import BookingRequest
from backend.core import db
from backend.core.actor import Actor
from backend.core.problems import Invalid, NotFound
from backend.rounds import service
from backend.rounds.schemas import Visit
from tests.appointments.factories import MONDAY, open_hall
from tests.appointments.test_groups import ITEM, OTHER, with_group
from tests.identity.factories import actor_for, clerk, csrf_of, manager, operator, resident, sign_in_as, staff
from tests.rounds.factories import DAY, all_told, planned, wish

DIVISION = "SELECT division FROM rounds_visit"
HERE, NEIGHBOUR = "230103001", "230103007"  # 花园街道, 荣市街道


@pytest.fixture(autouse=True)
def monday_morning(frozen: Callable[[datetime], None]) -> None:
    frozen(MONDAY)


async def booked(mine: Actor, address: str, *items: str) -> None:
    hall = await open_hall()
    await with_group(hall, kind="home", items=[ITEM, OTHER])
    slot = (await appointments.open_slots(mine, hall.id, DAY, items=list(items or (ITEM,))))[0]
    wanted = BookingRequest(hall=hall.id, slot=slot.id, items=list(items or (ITEM,)), address=address)
    await appointments.book(mine, wanted, key="key-00000")
    await all_told()


async def on_the_round(who: Actor) -> list[Visit]:
    return await service.day_round(who, DAY, whose="open")


async def grid_of(street: str) -> Actor:
    gao = actor_for(await staff("grid", name="高梅"))
    return msgspec.structs.replace(gao, grants=frozenset({("grid", street)}))


@pytest.mark.parametrize(
    ("address", "home", "street"),
    [
        ("南岗区荣市街道 5 号 301", "230103001", NEIGHBOUR),
        ("花园街 12 号", "230103001", HERE),
        ("花园街 12 号", "", None),
        ("荣市街道 5 号", "", NEIGHBOUR),
        ("花园街 12 号", "230202001", None),
    ],
)
async def test_an_appointment_is_where_the_address_says_or_else_at_home(
    address: str, home: str, street: str | None
) -> None:
    await booked(actor_for(await resident(home=home)), address)
    assert await db.fetchval(DIVISION) == street


async def test_an_operator_need_not_choose_the_street_that_the_address_names() -> None:
    chen = actor_for(await operator(), helping=await resident(home=HERE))
    await service.plan(chen, wish("南岗区荣市街道 5 号"), key="by-address")
    assert await db.fetchval(DIVISION) == NEIGHBOUR


async def test_a_visit_for_several_services_names_them_all_to_whoever_goes_and_to_the_person() -> None:
    li = actor_for(await resident())
    await booked(li, "花园街道 12 号", ITEM, OTHER)
    [mine] = (await appointments.mine(li)).items
    [line] = await on_the_round(actor_for(await clerk()))
    [coming] = await service.coming(li)
    [held] = await service.all_of(li.person)
    assert mine.item_name.count("；") == 1
    assert {line.item_name, coming.item_name, held.item} == {mine.item_name}


async def test_whoever_plans_the_round_says_the_street_and_its_staff_see_the_visit() -> None:
    made, gao, other = await planned("红军街 8 号"), await grid_of(HERE), await grid_of(NEIGHBOUR)
    assert await on_the_round(gao) == []
    sun = actor_for(await manager())
    for wrong in ("230202001", "230103"):
        with pytest.raises((Invalid, NotFound)):
            await service.locate(sun, made.id, wrong)
    await service.locate(sun, made.id, HERE)
    await service.locate(sun, made.id, HERE)
    assert [each.id for each in await on_the_round(gao)] == [made.id] and await on_the_round(other) == []
    assert await db.fetchval("SELECT count(*) FROM core_announcement WHERE name = 'VisitLocated'") == 1
    with pytest.raises(NotFound):
        await service.locate(actor_for(await manager(region="230202")), made.id, HERE)


async def test_the_round_asks_for_the_street_once_and_begins_with_what_was_done(client: httpx.AsyncClient) -> None:
    made = await planned("红军街 8 号")
    await sign_in_as(client, await clerk())
    shown = (await client.get(f"/desk/rounds?day={DAY}&whose=open")).text
    assert "在哪个街道或乡镇？" in shown and f'value="{HERE}"' in shown and "autofocus" not in shown
    press = {"csrf": csrf_of(shown), "day": str(DAY), "whose": "open", "turn": "locate"}
    nothing = await client.post(f"/desk/rounds/{made.id}", data={**press, "division": ""})
    assert nothing.status_code == 422
    noted = await client.post(f"/desk/rounds/{made.id}", data={**press, "division": HERE})
    after = (await client.get(noted.headers["location"])).text
    assert "在哪个街道或乡镇？" not in after
    assert re.search(r'role="status" tabindex="-1" autofocus>.*?已登记所在街道', after, re.S)


async def test_a_refusal_on_the_round_is_where_one_lands(client: httpx.AsyncClient) -> None:
    made = await planned()
    await service.take(actor_for(await clerk("刘洋")), made.id)
    await sign_in_as(client, await clerk())
    shown = (await client.get(f"/desk/rounds?day={DAY}&whose=open")).text
    press = {"csrf": csrf_of(shown), "day": str(DAY), "turn": "take"}
    refused = await client.post(f"/desk/rounds/{made.id}", data=press)
    assert refused.status_code == 409 and "autofocus" in refused.text
