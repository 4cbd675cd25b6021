"""取号, 签到 and 呼叫工作人员 at the machine, without signing in; larger type and contrast for one visit."""

import re
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import httpx
import pytest

from backend.core import db, rate
from backend.core.actor import Actor
from backend.identity import service as identity
from backend.identity.schemas import DeviceRequest
from backend.places import service as places
from backend.queues import service as queues
from tests.appointments.factories import MONDAY
from tests.identity.factories import actor_for, clerk, manager
from tests.kiosk.test_pages import DEVICE
from tests.queues.factories import booked_for, the_hall

Freeze = Callable[[datetime], None]
TICKETS = "SELECT kind, channel, person_id, item_id FROM queues_ticket ORDER BY number DESC"


@pytest.fixture(autouse=True)
def monday_morning(frozen: Freeze) -> None:
    frozen(MONDAY)
    rate.reset()


async def at_the_machine(client: httpx.AsyncClient) -> httpx.AsyncClient:
    """The browser is a kiosk of the hall of the tests."""
    hall = await the_hall()
    sun = actor_for(await manager(region=hall.region))
    wanted = identity_request(hall.region, hall.id)
    made = await identity.set_up_device(sun, wanted)
    opened = await client.post("/kiosk/enrol", data={"code": made.code})
    assert opened.status_code == 303 and DEVICE in client.cookies
    return client


def identity_request(region: str, hall: UUID) -> DeviceRequest:
    return DeviceRequest(kind="kiosk", name="一楼东门", region=region, hall=hall)


async def take(machine: httpx.AsyncClient, **values: str) -> httpx.Response:
    page = await machine.get("/kiosk/number")
    key = re.search(r'name="key" value="([^"]+)"', page.text)
    assert key is not None
    return await machine.post("/kiosk/number", data={"key": key.group(1), **values})


async def test_the_start_page_has_four_large_ways_in(client: httpx.AsyncClient) -> None:
    page = (await (await at_the_machine(client)).get("/kiosk")).text
    ways = re.search(r'<ul class="tiles ways".*?</ul>', page, re.S)
    assert ways is not None
    assert re.findall(r'<a class="tile[^>]* href="([^"]+)"', ways.group()) == [
        "/kiosk/check-in", "/kiosk/number", "/appointments/new", "/services",
    ]  # fmt: skip
    assert re.search(r'href="/ratings/machine/[0-9a-f-]{36}"', page), "a visit is rated where it ended"


async def test_a_number_needs_no_sign_in_and_keeps_nobodys_name(client: httpx.AsyncClient) -> None:
    machine = await at_the_machine(client)
    made = await take(machine)
    shown = await machine.get(made.headers["location"])
    assert re.search(r"<h1[^>]*>W001</h1>", shown.text) and "下一位就是您" in shown.text
    green = await take(machine, green="on", item="card")
    assert "L001" in (await machine.get(green.headers["location"])).text
    assert [tuple(row.values()) for row in await db.fetch(TICKETS)] == [
        ("walk-in", "kiosk", None, None), ("green", "kiosk", None, "card"),
    ]  # fmt: skip


async def test_the_slip_is_printed_at_the_machine_and_leads_to_the_end(client: httpx.AsyncClient) -> None:
    machine = await at_the_machine(client)
    address = (await take(machine)).headers["location"].replace("/kiosk/number", "/t")
    for paper in ("80mm", "a4"):
        slip = (await machine.get(f"{address}/slip?paper={paper}")).text
        assert "data-print" in slip and 'href="/kiosk/end"' in slip


@pytest.mark.parametrize("by", ["digits", "scan"])
async def test_one_checks_in_by_number_and_digits_or_by_the_scanner(client: httpx.AsyncClient, by: str) -> None:
    _, actor, made = await booked_for(10)
    machine = await at_the_machine(client)
    phone = (await identity.person(actor, actor.person)).phone_masked[-4:]
    scanned = {"number": f"LINLI {made.number} {made.code}"}
    typed = {"number": made.number, "digits": phone} if by == "digits" else scanned
    answer = await machine.post("/kiosk/check-in", data={"key": "check-in-here", **typed})
    assert answer.status_code == 303
    assert "A001" in (await machine.get(answer.headers["location"])).text


async def test_what_was_typed_wrong_is_kept_and_tells_nothing(client: httpx.AsyncClient) -> None:
    _, _, made = await booked_for(10)
    machine = await at_the_machine(client)
    no_digits = await machine.post("/kiosk/check-in", data={"key": "check-in-1", "number": made.number})
    assert no_digits.status_code == 422 and "请输入后四位" in no_digits.text and made.number in no_digits.text
    wrong = await machine.post("/kiosk/check-in", data={"key": "check-in-2", "number": made.number, "digits": "0000"})
    nobody = await machine.post("/kiosk/check-in", data={"key": "check-in-3", "number": "A9999", "digits": "0000"})
    forged = await machine.post("/kiosk/check-in", data={"key": "check-in-4", "number": f"LINLI {made.number} AAAAAA"})
    assert {each.status_code for each in (wrong, nobody, forged)} == {422}
    assert all("没有找到" in each.text for each in (wrong, nobody, forged))


async def test_the_bell_really_rings_on_the_desks_of_the_hall(client: httpx.AsyncClient) -> None:
    machine = await at_the_machine(client)
    for _ in range(9):
        rung = await machine.post("/kiosk/help")
        assert rung.headers["location"] == "/kiosk/help?rung=true", "also when somebody plays with it"
    assert "工作人员马上过来" in (await machine.get("/kiosk/help?rung=true")).text
    hall = await the_hall()
    [call] = await queues.help_calls(actor_for(await clerk(region=hall.region)), hall.id)
    assert (call.place, call.urgent) == ("一楼东门", False)


async def test_any_other_browser_is_no_machine(client: httpx.AsyncClient) -> None:
    hall = await places.hall(Actor(), (await the_hall()).id)
    assert (await client.get("/kiosk/number")).status_code == 404
    assert (await client.post("/kiosk/number", data={"key": "a-key-of-mine"})).status_code == 404
    assert (await client.post("/kiosk/check-in", data={"key": "a-key-of-mine", "number": "A1"})).status_code == 404
    assert (await client.post("/kiosk/help")).headers["location"] == "/kiosk/help"
    assert await queues.help_calls(actor_for(await clerk(region=hall.region)), hall.id) == []


async def test_larger_type_and_contrast_hold_for_one_visit(client: httpx.AsyncClient) -> None:
    machine = await at_the_machine(client)
    await machine.post("/kiosk/sight", data={"turn": "large", "next": "/kiosk/number"})
    both = await machine.post("/kiosk/sight", data={"turn": "contrast", "large": "on", "next": "https://evil.example"})
    assert both.headers["location"] == "/kiosk"
    page = (await machine.get("/kiosk")).text
    assert 'data-mode="kiosk" data-large data-contrast' in page and "普通字号" in page
    assert "still.js" in page, "the next visitor does not inherit it"
    ended = await machine.get("/kiosk/end")
    assert any(each.startswith("linli_sight=") and "Max-Age=0" in each for each in ended.headers.get_list("set-cookie"))
