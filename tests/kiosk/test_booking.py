"""Several services in one visit at the machine: it asks, offers its own hall, and the slip says all of them."""

import re
from collections.abc import Callable
from datetime import date, datetime

import httpx
import pytest

from backend.appointments import service as appointments
from backend.appointments.opening_schemas import GroupRequest
from backend.core import db, rate
from tests.appointments.factories import MONDAY, SYSTEM, open_hall, slots, wish
from tests.appointments.test_pages import hidden
from tests.identity.factories import actor_for, resident, sign_in_as
from tests.kiosk.test_hall import at_the_machine
from tests.kiosk.test_pages import at_kiosk
from tests.queues.factories import the_hall

A, B = "LAW001", "LAW002"
TUESDAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def monday_morning(frozen: Callable[[datetime], None]) -> None:
    frozen(MONDAY)
    rate.reset()


@pytest.fixture
async def machine(client: httpx.AsyncClient) -> httpx.AsyncClient:
    """A kiosk in the hall of the tests, which can be booked, and nobody signed in."""
    await open_hall()
    return await at_the_machine(client)


def links(page: str) -> dict[str, str]:
    """Where the large ways on lead, by their words."""
    ways = re.search(r'<ul class="tiles ways".*?</ul>', page, re.S)
    assert ways is not None, page
    found = re.findall(r'<a class="tile[^>]* href="([^"]+)".*?<span class="words">([^<]+)', ways.group(), re.S)
    return {words.strip(): href.replace("&amp;", "&") for href, words in found}


async def test_after_the_service_the_machine_asks_for_one_more_before_the_time(machine: httpx.AsyncClient) -> None:
    hall = await the_hall()
    one = await machine.get(f"/appointments/new?item={A}")
    assert "还要一起办别的事吗" in one.text and 'data-mode="kiosk"' in one.text
    more = await machine.get(links(one.text)["还要办一件"])
    second = re.search(r'href="(/appointments/new\?[^"]*LAW001[^"]*LAW[^"]*)"', more.text)
    assert second is not None and "hall=" not in second.group(1)
    two = await machine.get(second.group(1).replace("&amp;", "&"))
    assert two.text.count("去掉<span") == 2 and "还要一起办别的事吗" in two.text
    times = links(two.text)["就这些，选时间"]
    assert f"hall={hall.id}" in times
    assert re.search(r"连着的? ?2 ?个时段", (await machine.get(times)).text)
    assert "去哪个大厅方便" in (await machine.get(links(two.text)["就这些，去别的大厅办"])).text


async def test_elsewhere_nobody_is_asked_and_four_is_the_most(
    machine: httpx.AsyncClient, browse: Callable[[], httpx.AsyncClient]
) -> None:
    assert "还要一起办别的事吗" not in (await browse().get(f"/appointments/new?item={A}")).text
    four = await db.fetch("SELECT id FROM catalogue_item ORDER BY id LIMIT 4")
    full = await machine.get(f"/appointments/new?item={','.join(each['id'] for each in four)}")
    assert "还要办一件" not in links(full.text) and "就这些，选时间" in links(full.text)


async def test_what_no_counter_of_the_hall_does_together_is_said_before_the_time(machine: httpx.AsyncClient) -> None:
    hall = await the_hall()
    await appointments.add_group(SYSTEM, hall.id, GroupRequest(name="公证", kind="counter", items=[B], themes=[]))
    page = (await machine.get(f"/appointments/new?item={A},{B}")).text
    assert "没有能一次办完这几件事的窗口" in page and "就这些，选时间" not in links(page)
    offered = (await machine.get(f"/appointments/more?item={A}")).text
    assert "别的窗口" in offered


async def test_two_are_booked_from_the_machines_share_and_the_slip_says_both_and_how_long(
    machine: httpx.AsyncClient,
) -> None:
    hall = await the_hall()
    await at_kiosk(machine)
    both = (await machine.get(f"/appointments/new?hall={hall.id}&item={A},{B}&date={TUESDAY}")).text
    slot = re.findall(r'name="slot" value="([^"]+)"', both)[0]
    kept = await machine.post("/appointments/holds", data={**hidden(both), "slot": slot})
    made = await machine.post("/appointments", data=hidden((await machine.get(kept.headers["location"])).text))
    row = made.headers["location"].partition("?")[0]
    assert await db.fetchval("SELECT pool FROM appointments_appointment") == "kiosk"
    slip = (await machine.get(f"{row}/slip")).text
    names = await db.fetch("SELECT name FROM catalogue_item WHERE id = ANY($1::text[])", [A, B])
    assert all(f"<li>{each['name']}</li>" in slip for each in names) and len(names) == 2
    assert re.search(r"需要多久：约 ?\d+ ?分钟", slip)
    assert 'href="/kiosk/end"' in slip and "data-print" in slip
    assert "still.js" in slip and "/kiosk/still-here?next=" in slip, "a slip does not stay on the screen"


async def test_the_next_visitor_finds_nothing_of_it(machine: httpx.AsyncClient) -> None:
    await at_kiosk(machine)
    await machine.get(f"/appointments/new?item={A},{B}")
    assert (await machine.get("/kiosk/end")).headers["clear-site-data"] == '"cache", "storage"'
    assert "去掉" not in (await machine.get("/appointments/new")).text
    assert (await machine.get("/appointments")).headers["location"].startswith("/sign-in/card")


async def test_a_slip_on_ones_own_phone_leads_back_and_is_not_timed(browse: Callable[[], httpx.AsyncClient]) -> None:
    li, client = await resident(), browse()
    hall = await open_hall()
    made = await appointments.book(actor_for(li), wish(hall, (await slots(hall, TUESDAY))[0], A), key="key-00000")
    await sign_in_as(client, li)
    slip = (await client.get(f"/appointments/{made.id}/slip")).text
    assert f'href="/appointments/{made.id}"' in slip and "still.js" not in slip and "/kiosk/end" not in slip
