"""The desks: phone operator, clerk, hall manager."""

import re
from collections.abc import Callable
from datetime import date, datetime

import httpx
import pytest

from backend.appointments import service
from backend.core import db
from tests.appointments.factories import MONDAY, open_hall, slots, somebody, wish
from tests.appointments.test_pages import hidden
from tests.identity.factories import actor_for, clerk, csrf_of, helping, manager, operator, resident, sign_in_as

TUESDAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def monday_morning(frozen: Callable[[datetime], None]) -> None:
    frozen(MONDAY)


async def test_the_operator_books_for_a_caller_from_the_telephone_share(client: httpx.AsyncClient) -> None:
    hall, chen = await open_hall(), await operator()
    li = await resident(name="李秀兰", mode="elder")
    await sign_in_as(client, chen)
    assert "先核对来电的人是谁" in (await client.get("/desk/phone")).text
    await helping(client, chen, li)
    screen = await client.get(f"/desk/phone?hall={hall.id}")
    assert "李秀兰" in screen.text
    slot = re.findall(r'name="slot" value="([^"]+)"', screen.text)[0]
    form = hidden(screen.text[screen.text.rindex("<form") - 10 :].replace("<form", "<main><form", 1))
    made = await client.post("/desk/phone", data={**form, "csrf": csrf_of(screen.text), "slot": slot})
    assert made.status_code == 303
    said = await client.get(made.headers["location"])
    assert "给您约好了" in said.text and re.search("B[0-9]{4}", said.text)
    [mine] = (await service.mine(actor_for(li))).items
    assert (mine.channel, mine.helped) == ("phone", True)
    event = await db.fetchrow("SELECT * FROM core_announcement WHERE name = 'AppointmentBooked'")
    assert event is not None
    assert (event["acting"], event["principal"], event["basis"], event["channel"]) == (
        chen.id,
        li.id,
        "assisted",
        "phone",
    )


async def test_a_resident_has_no_business_at_a_desk(client: httpx.AsyncClient) -> None:
    await sign_in_as(client, await resident())
    for path in ("/desk/phone", "/desk/counter", "/desk/hall", "/desk/visitor"):
        assert (await client.get(path)).status_code == 403


async def test_the_clerk_ticks_off_who_came(client: httpx.AsyncClient, frozen: Callable[[datetime], None]) -> None:
    hall = await open_hall()
    _, mine = await somebody("李秀兰")
    slot = (await slots(hall, TUESDAY))[0]
    await service.book(mine, wish(hall, slot), key="key-00000")
    zhao = await clerk()
    await sign_in_as(client, zhao)
    early = (await client.get(f"/desk/counter?hall={hall.id}&day={TUESDAY}")).text
    assert "李秀兰" in early and "/attendance" not in early, "nobody is ticked off before their day"
    frozen(slot.starts_at)
    await sign_in_as(client, zhao)
    list_ = await client.get(f"/desk/counter?hall={hall.id}&day={TUESDAY}")
    action = re.findall(r'action="(/desk/counter/[^"]+)"', list_.text)[0]
    data = {"csrf": csrf_of(list_.text), "hall": str(hall.id), "day": str(TUESDAY)}
    assert (await client.post(action, data=data)).status_code == 303
    for absurd in ("0001-01-01", "9999-12-31"):
        assert (await client.get(f"/desk/counter?hall={hall.id}&day={absurd}")).status_code == 404
    assert "已到" in (await client.get(f"/desk/counter?hall={hall.id}&day={TUESDAY}")).text


async def test_the_manager_sets_hours_and_bad_ones_come_back_with_words(client: httpx.AsyncClient) -> None:
    hall = await open_hall()
    await sign_in_as(client, await manager())
    desk = await client.get(f"/desk/hall?hall={hall.id}")
    assert desk.status_code == 200
    form = {"csrf": csrf_of(desk.text), "hall": str(hall.id), "weekdays": ["1", "2"], "minutes": "30", "capacity": "8"}
    wrong = await client.post("/desk/hall/opening", data={**form, "opens": "16:00", "closes": "09:00"})
    assert wrong.status_code == 422
    assert "下班时间要晚于上班时间" in wrong.text
    right = await client.post("/desk/hall/opening", data={**form, "opens": "09:00", "closes": "16:00"})
    assert right.status_code == 303
    assert "开放时间已保存" in (await client.get(right.headers["location"])).text
    closed = await client.post(
        "/desk/hall/closures",
        data={"csrf": csrf_of(desk.text), "hall": str(hall.id), "day": "2026-11-25", "reason": "停电检修"},
    )
    assert closed.status_code == 303


async def test_a_day_list_does_not_name_a_minor_whose_record_is_closed(client: httpx.AsyncClient) -> None:
    hall, zhao = await open_hall(), await clerk()
    ming = await resident(name="小明明", birth=date(2010, 5, 1))
    free = (await slots(hall, TUESDAY))[0]
    await service.book(actor_for(ming), wish(hall, free), key="minor-1")
    [line] = await service.hall_day(actor_for(zhao), hall.id, TUESDAY)
    assert line.name == "小**"
