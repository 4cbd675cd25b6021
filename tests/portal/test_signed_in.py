from collections.abc import Callable
from datetime import date, datetime

import httpx
import pytest

from backend.appointments import service as appointments
from tests.appointments.factories import MONDAY, open_hall, slots, wish
from tests.identity.factories import actor_for, form_token, manager, resident, sign_in_as

Freeze = Callable[[datetime], None]


async def test_the_next_appointment_is_the_first_thing_on_the_home_page(
    client: httpx.AsyncClient, frozen: Freeze
) -> None:
    frozen(MONDAY)
    person = await resident()
    hall = await open_hall()
    first = (await slots(hall, date(2026, 11, 24)))[0]
    booked = await appointments.book(actor_for(person), wish(hall, first), key="a-fresh-key-0001")
    await sign_in_as(client, person)
    answer = await client.get("/")
    assert answer.headers["cache-control"] == "no-store"
    assert "明天 8:30 到大厅" in answer.text
    assert f'href="/appointments/{booked.id}"' in answer.text
    assert answer.text.index("明天 8:30") < answer.text.index("预约取号")


async def test_what_is_on_for_one_person_is_shown_to_nobody_else(client: httpx.AsyncClient, frozen: Freeze) -> None:
    frozen(MONDAY)
    person = await resident()
    hall = await open_hall()
    await appointments.book(
        actor_for(person), wish(hall, (await slots(hall, date(2026, 11, 24)))[0]), key="a-fresh-key-0002"
    )
    await sign_in_as(client, person)
    await client.get("/")
    client.cookies.clear()
    assert "到大厅" not in (await client.get("/")).text.replace("预约去大厅", "")


@pytest.mark.parametrize("data", [{"mode": "elder"}, {"lang": "en"}])
async def test_preferences_follow_the_account_to_another_device(
    client: httpx.AsyncClient, browse: Callable[[], httpx.AsyncClient], data: dict[str, str]
) -> None:
    person = await resident()
    await sign_in_as(client, person)
    answer = await client.post("/preferences", data={**data, "csrf": await form_token(client, "/settings")})
    assert answer.status_code == 303
    other = browse()
    await sign_in_as(other, person)
    page = (await other.get("/settings")).text
    assert ('data-mode="elder"' in page) == (data == {"mode": "elder"})
    assert ('lang="en" data-mode' in page) == (data == {"lang": "en"})


async def test_the_chosen_place_follows_the_account(
    client: httpx.AsyncClient, browse: Callable[[], httpx.AsyncClient]
) -> None:
    person = await resident()
    await sign_in_as(client, person)
    token = await form_token(client, "/places/pick?inside=230103001")
    await client.post("/places/choice", data={"place": "230103001", "csrf": token})
    other = browse()
    await sign_in_as(other, person)
    assert "花园街道便民服务中心" in (await other.get("/places")).text


async def test_a_manager_confirms_the_own_hall_through_the_api(client: httpx.AsyncClient) -> None:
    halls = (await client.get("/api/v1/halls", params={"division": "230103001", "derived": "true"})).json()
    token = await sign_in_as(client, await manager())
    client.cookies.clear()
    answer = await client.post(
        f"/api/v1/halls/{halls['items'][0]['id']}/confirmation",
        json={"address": "南岗区花园街 1 号", "opens": "08:30:00", "closes": "16:30:00"},
        headers={"Authorization": f"Bearer {token}"},
    )
    assert (answer.status_code, answer.json()["status"]) == (200, "confirmed")
