"""The round on paper and on a screen, and planning a visit while somebody is on the phone."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import httpx
import pytest

from backend.core import db
from backend.rounds import service
from backend.rounds.service import walking
from tests.appointments.factories import MONDAY
from tests.identity.factories import actor_for, clerk, csrf_of, helping, manager, operator, resident, sign_in_as, staff
from tests.rounds.factories import DAY, planned


@pytest.fixture(autouse=True)
def monday_morning(frozen: Callable[[datetime], None]) -> None:
    frozen(MONDAY + timedelta(days=1))


async def test_a_visit_is_planned_read_out_walked_and_ticked_off(client: httpx.AsyncClient) -> None:
    chen, liu = await operator(), await clerk()
    await sign_in_as(client, chen)
    assert "请先核对您在帮谁" in (await client.get("/desk/rounds/new")).text
    await helping(client, chen, await resident(name="李秀兰"))
    form = await client.get("/desk/rounds/new")
    key = re.findall(r'name="key" value="([^"]+)"', form.text)[0]
    typed = {"csrf": csrf_of(form.text), "key": key, "day": str(DAY), "begins": "09:00", "ends": "11:00"}
    missing = await client.post("/desk/rounds", data={**typed, "phone": "13712340078"})
    assert missing.status_code == 422 and "13712340078" in missing.text
    said = await client.post("/desk/rounds", data={**typed, "place": "红军街 8 号", "phone": "13712340078"})
    assert said.status_code == 201 and "红军街 8 号" in said.text and "上门不收费" in said.text

    await sign_in_as(client, liu)
    assert "这一天您没有上门" in (await client.get(f"/desk/rounds?day={DAY}")).text
    free = await client.get(f"/desk/rounds?day={DAY}&whose=open")
    assert "红军街" in free.text and "data-print" in free.text
    assert not [each for each in ("13712340078", "李秀兰", "8 号") if each in free.text], "that is for whoever goes"
    visit = re.findall(r'action="(/desk/rounds/[0-9a-f-]{36})"', free.text)[0]
    press = {"csrf": csrf_of(free.text), "day": str(DAY)}
    assert (await client.post(visit, data={**press, "turn": "take"})).status_code == 303
    mine = await client.get(f"/desk/rounds?day={DAY}")
    assert "进门口令" in mine.text and "退回" in mine.text
    assert 'href="tel:13712340078"' in mine.text and "李秀兰" in mine.text
    assert (await client.post(visit, data={**press, "turn": "met", "note": "办好了"})).status_code == 303
    again = await client.post(visit, data={**press, "turn": "missed"})
    assert again.status_code == 409 and "办好了" in again.text


async def test_a_manager_gives_a_visit_to_a_colleague_on_the_page(client: httpx.AsyncClient) -> None:
    made, liu = await planned(), await clerk("刘洋")
    await sign_in_as(client, await manager())
    shown = await client.get(f"/desk/rounds?day={DAY}")
    press = {"csrf": csrf_of(shown.text), "day": str(DAY), "turn": "assign"}
    assert "派给这位同事" in shown.text and "刘洋 · 共 0 家" in shown.text
    nobody = await client.post(f"/desk/rounds/{made.id}", data=press)
    assert nobody.status_code == 422
    given = await client.post(f"/desk/rounds/{made.id}", data={**press, "staff": str(liu.id)})
    assert given.status_code == 303 and "刘洋 去" in (await client.get(given.headers["location"])).text
    await sign_in_as(client, liu)
    assert "新派给您 1 户" in (await client.get(f"/desk/rounds?day={DAY}")).text
    assert "新派给您 1 户" not in (await client.get(f"/desk/rounds?day={DAY}")).text


async def test_a_visit_moves_up_the_walk_and_ends_with_another_time(client: httpx.AsyncClient) -> None:
    liu = await clerk()
    made = [await planned(f"红军街 {n} 号", 8 + n, name=f"居民{n}") for n in (1, 2)]
    for each in made:
        await service.take(actor_for(liu), each.id)
    await sign_in_as(client, liu)
    shown = await client.get(f"/desk/rounds?day={DAY}")
    press = {"csrf": csrf_of(shown.text), "day": str(DAY)}
    assert shown.text.index("红军街 1 号") < shown.text.index("红军街 2 号")
    await client.post(f"/desk/rounds/{made[1].id}", data={**press, "turn": "up"})
    moved = (await client.get(f"/desk/rounds?day={DAY}")).text
    assert moved.index("红军街 2 号") < moved.index("红军街 1 号")
    press |= {"turn": "missed", "note": "没人应门", "again_begins": "09:00", "again_ends": "11:00"}
    wrong = await client.post(
        f"/desk/rounds/{made[0].id}", data={**press, "again_day": str(DAY), "again_ends": "09:00"}
    )
    assert wrong.status_code == 422 and "没人应门" in wrong.text
    later = str(DAY + timedelta(days=1))
    assert (await client.post(f"/desk/rounds/{made[0].id}", data={**press, "again_day": later})).status_code == 303
    assert "第二次上门" in (await client.get(f"/desk/rounds?day={later}&whose=open")).text


async def test_rounds_are_for_staff(client: httpx.AsyncClient) -> None:
    await sign_in_as(client, await resident())
    assert (await client.get("/desk/rounds")).status_code == 403


@pytest.mark.parametrize("mode", ["standard", "elder"])
async def test_the_person_reads_who_comes(client: httpx.AsyncClient, mode: str) -> None:
    li = await resident(name="李秀兰", mode=mode)
    await sign_in_as(client, li)
    path = f"/rounds/coming?mode={mode}"
    assert "没有安排上门" in (await client.get(path)).text
    made, liu = await planned(person=li), await clerk("刘洋")
    assert "谁来还没定" in (await client.get(path)).text
    await service.take(actor_for(liu), made.id)
    said = (await client.get(path)).text
    [known] = await service.coming(actor_for(li))
    assert "刘洋 来，工号 01030001" in said and known.code in said and "不收任何费用" in said


async def test_the_api_assigns_orders_and_ends_a_round(client: httpx.AsyncClient) -> None:
    made, sun, liu = await planned(), await manager(), await clerk("刘洋")
    base, day = "/api/v1/rounds", str(DAY)
    await sign_in_as(client, sun)
    [walker] = (await client.get(f"{base}/colleagues", params={"day": day})).json()
    assert (walker["name"], walker["visits"]) == ("刘洋", 0)
    assert (await client.post(f"{base}/visits/{made.id}/assignment", json={"staff": walker["id"]})).status_code == 204
    await sign_in_as(client, liu)
    [line] = (await client.get(f"{base}/visits", params={"day": day})).json()
    assert line["id"] == str(made.id) and len(line["code"]) == 4
    assert (await client.put(f"{base}/order", json={"day": day, "visits": [line["id"]]})).status_code == 204
    assert (await client.post(f"{base}/visits/{made.id}/return")).status_code == 204
    assert (await client.post(f"{base}/visits/{made.id}/assignment", json={})).status_code == 204
    ended = {"outcome": "missed", "again": {"day": "2026-11-25", "begins": "09:00:00", "ends": "11:00:00"}}
    assert (await client.post(f"{base}/visits/{made.id}/outcome", json=ended)).status_code == 204
    [new] = (await client.get(f"{base}/visits", params={"day": "2026-11-25", "whose": "open"})).json()
    assert new["follows"] == str(made.id)


async def test_a_grid_worker_of_a_street_has_a_round_of_that_street_and_goes(client: httpx.AsyncClient) -> None:
    await planned("红军街 8 号", person=await resident(home="230103001002"))
    await planned("中山路 3 号", person=await resident(home="230103002"))
    gao = await staff("grid")
    await db.execute("UPDATE identity_post SET division = '230103001' WHERE staff = $1", gao.id)
    await sign_in_as(client, gao)
    free = await client.get(f"/desk/rounds?day={DAY}&whose=open")
    assert "红军街" in free.text and "中山路" not in free.text
    [visit] = set(re.findall(r'action="(/desk/rounds/[0-9a-f-]{36})"', free.text))
    press = {"csrf": csrf_of(free.text), "day": str(DAY)}
    assert (await client.post(visit, data={**press, "turn": "take"})).status_code == 303
    assert "红军街 8 号" in (await client.get(f"/desk/rounds?day={DAY}")).text
    assert (await client.post(visit, data={**press, "turn": "met"})).status_code == 303


async def test_a_visit_given_to_a_street_worker_is_seen_where_only_the_county_is_known(
    client: httpx.AsyncClient,
) -> None:
    made, gao = await planned("红军街 8 号"), await staff("grid")
    await db.execute("UPDATE identity_post SET division = '230103001' WHERE staff = $1", gao.id)
    await service.assign(actor_for(await manager()), made.id, gao.id)
    await sign_in_as(client, gao)
    mine = await client.get(f"/desk/rounds?day={DAY}")
    assert "红军街 8 号" in mine.text
    press = {"csrf": csrf_of(mine.text), "day": str(DAY), "turn": "met"}
    assert (await client.post(f"/desk/rounds/{made.id}", data=press)).status_code == 303


async def test_a_day_with_more_visits_than_a_page_holds_says_so_and_goes_on(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    for part in (service, walking):
        monkeypatch.setattr(part, "MOST", 2)
    for _ in range(3):
        await planned()
    await sign_in_as(client, await manager())
    first = (await client.get(f"/desk/rounds?day={DAY}")).text
    assert "按时间第 1 至 2 户，后面还有" in first
    (on,) = re.findall(r'href="([^"]+)" rel="next"', first)
    rest = (await client.get(on.replace("&amp;", "&"))).text
    assert "按时间第 3 至 3 户。" in rest and 'rel="next"' not in rest and 'rel="prev"' in rest
