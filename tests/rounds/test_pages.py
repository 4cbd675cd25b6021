"""The round on paper and on a screen, and planning a visit while somebody is on the phone."""

import re
from collections.abc import Callable
from datetime import date, datetime

import httpx
import pytest

from tests.appointments.factories import MONDAY
from tests.identity.factories import clerk, csrf_of, helping, operator, resident, sign_in_as

DAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def monday_morning(frozen: Callable[[datetime], None]) -> None:
    frozen(MONDAY)


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
    line = await client.get(f"/desk/rounds?day={DAY}")
    assert 'href="tel:13712340078"' in line.text and "李秀兰" in line.text and "data-print" in line.text
    visit = re.findall(r'action="(/desk/rounds/[0-9a-f-]{36})"', line.text)[0]
    press = {"csrf": csrf_of(line.text), "day": str(DAY)}
    assert (await client.post(visit, data={**press, "turn": "take"})).status_code == 303
    assert (await client.post(visit, data={**press, "turn": "met", "note": "办好了"})).status_code == 303
    again = await client.post(visit, data={**press, "turn": "missed"})
    assert again.status_code == 409 and "办好了" in again.text


async def test_rounds_are_for_staff(client: httpx.AsyncClient) -> None:
    await sign_in_as(client, await resident())
    assert (await client.get("/desk/rounds")).status_code == 403
