"""What people see before they press: whether numbers are given, and what they can do instead."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import httpx
import pytest

from backend.core import ids
from backend.core.actor import Actor
from backend.queues import service
from backend.queues.schemas import StopRequest, TicketRequest
from backend.queues.service.presence import digits
from tests.appointments.factories import MONDAY, open_hall
from tests.identity.factories import actor_for, clerk, csrf_of, manager, resident, sign_in_as
from tests.queues.factories import open_counter, ticket

Freeze = Callable[[datetime], None]
DESK = "/desk/queue/numbers"


@pytest.fixture(autouse=True)
def monday_morning(frozen: Freeze) -> None:
    frozen(MONDAY)


async def test_a_clerk_stops_and_resumes_the_numbers_at_the_desk_and_everybody_reads_why(
    client: httpx.AsyncClient,
) -> None:
    hall = await open_hall()
    await open_counter(hall)
    mine = await ticket(hall)
    await sign_in_as(client, await clerk())
    desk = await client.get(f"{DESK}?hall={hall.id}")
    assert "今天大约还能取" in desk.text and "由大厅主任设置" in desk.text
    none = await client.post(f"{DESK}/stop", data={"csrf": csrf_of(desk.text), "hall": str(hall.id)})
    assert none.status_code == 422
    data = {"csrf": csrf_of(desk.text), "hall": str(hall.id), "reason": "system"}
    assert (await client.post(f"{DESK}/stop", data=data)).status_code == 303
    why = "窗口办事系统出了故障"
    for path in (f"{DESK}?hall={hall.id}", f"/desk/queue/tickets?hall={hall.id}", f"/screens/{hall.id}"):
        assert why in (await client.get(path)).text, path
    assert "您的号继续有效" in (await client.get(f"/t/{mine.token}")).text
    del data["reason"]
    assert (await client.post(f"{DESK}/resumption", data=data)).status_code == 303
    assert why not in (await client.get(f"/screens/{hall.id}")).text


async def test_a_manager_sets_how_many_numbers_a_day_for_the_hall_and_for_a_theme(client: httpx.AsyncClient) -> None:
    hall = await open_hall()
    await sign_in_as(client, await manager())
    desk = await client.get(f"{DESK}?hall={hall.id}")
    [theme] = re.findall(r'value="(theme:[^"]+)"', desk.text)[:1]
    data = {"csrf": csrf_of(desk.text), "hall": str(hall.id)}
    for scope, numbers, status in (("all", "120", 303), (theme, "15", 303), ("all", "9999", 422), ("all", "many", 422)):
        answer = await client.post(f"{DESK}/contingent", data=data | {"scope": scope, "numbers": numbers})
        assert answer.status_code == status, (scope, numbers)
    sun = actor_for(await manager())
    assert [(each.scope, each.numbers) for each in await service.contingents(sun, hall.id)] == [
        ("", 120), (theme, 15),
    ]  # fmt: skip
    await client.post(f"{DESK}/contingent", data=data | {"scope": "all", "numbers": ""})
    assert [each.scope for each in await service.contingents(sun, hall.id)] == [theme]


async def test_somebody_on_a_phone_reads_before_pressing_and_is_shown_where_to_book(
    client: httpx.AsyncClient, frozen: Freeze
) -> None:
    hall, liu = await open_hall(), actor_for(await clerk())
    await sign_in_as(client, await resident(mode="elder"))
    await service.stop_numbers(liu, hall.id, StopRequest(reason="crowded"))
    form = await client.get(f"/queue/{hall.id}")
    assert "人特别多" in form.text and f"hall={hall.id}" in form.text and "绿色通道取号" in form.text
    key = re.findall(r'name="key" value="([^"]+)"', form.text)[0]
    data = {"csrf": csrf_of(form.text), "hall": str(hall.id), "key": key, "presence": digits(hall.id)}
    refused = await client.post(f"/queue/{hall.id}", data=data)
    assert refused.status_code == 409 and "人特别多" in refused.text
    taken = await client.post(f"/queue/{hall.id}", data=data | {"green": "true"})
    assert "L001" in (await client.get(taken.headers["location"])).text
    frozen(MONDAY + timedelta(hours=9))
    closed = await client.get(f"/queue/{hall.id}")
    assert "11月24日" in closed.text and 'name="presence"' not in closed.text


async def test_whoever_was_not_served_finds_the_first_free_times(client: httpx.AsyncClient, frozen: Freeze) -> None:
    hall, person = await open_hall(), await resident()
    actor = actor_for(person)
    wanted = TicketRequest(hall=hall.id, presence=digits(hall.id))
    mine = await service.take_ticket(actor, wanted, key=str(ids.new()))
    await sign_in_as(client, person)
    assert (await client.get(f"/queues/unserved/{mine.id}")).status_code == 404, "it still waits"
    frozen(MONDAY + timedelta(hours=9))
    await service.end_days(Actor.system("tests"))
    page = await client.get(f"/queues/unserved/{mine.id}")
    assert "让您白等了" in page.text and f"/appointments/new?item=&amp;hall={hall.id}" in page.text.replace(
        f"?hall={hall.id}", f"?item=&amp;hall={hall.id}"
    )
    assert "让您白等了" in (await client.get(f"/t/{mine.token}")).text
    await sign_in_as(client, await resident())
    assert (await client.get(f"/queues/unserved/{mine.id}")).status_code == 404


async def test_the_contract_says_the_same(client: httpx.AsyncClient) -> None:
    hall = await open_hall()
    told = (await client.get(f"/api/v1/halls/{hall.id}/numbers")).json()
    assert told["why"] == "" and told["left"] > 0 and told["closes"].startswith("2026-11-23")
