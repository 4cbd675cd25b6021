"""After a step at a desk the keyboard stands on what came of it, and Tab goes on from there."""

import re
from collections.abc import Callable
from datetime import datetime

import httpx
import pytest
from playwright.async_api import Page

from backend.appointments import service as appointments
from backend.core import clock
from tests.accessibility.test_browser import FOCUS, tab
from tests.appointments.factories import MONDAY, open_hall, slots, somebody, wish
from tests.identity.factories import clerk, csrf_of, helping, resident, sign_in_as
from tests.queues.factories import open_counter, the_hall, ticket
from tests.queues.test_browser import follow

__all__ = ["tab"]
STANDS = "() => [document.activeElement.tagName, document.activeElement.innerText.split('\\n')[0]]"


@pytest.fixture(autouse=True)
def monday_morning(frozen: Callable[[datetime], None]) -> None:
    frozen(MONDAY)


def landing(page: str) -> str:
    """The one element on which the page lands, with its words."""
    found = re.findall(r"<(\w+)[^>]* autofocus[^>]*>(.*?)</\1>", page, re.S)
    assert len(found) == 1 == page.count(" autofocus"), found
    return re.sub(r"<[^>]+>|\s+", "", found[0][1])


async def test_in_a_browser_the_number_that_was_called_has_the_focus(tab: Page, client: httpx.AsyncClient) -> None:
    hall, liu = await the_hall(), await clerk()
    _, counter = await open_counter(hall, who=liu)
    number = (await ticket(hall)).number
    await sign_in_as(client, liu)
    csrf = csrf_of((await client.get("/desk/queue")).text)
    called = await client.post("/desk/queue/next", data={"csrf": csrf, "counter": str(counter)})
    await follow(tab, client)
    await tab.set_viewport_size({"width": 1366, "height": 768})
    await tab.goto(f"https://linli.test{called.headers['location']}")
    assert await tab.evaluate(STANDS) == ["H1", number]
    assert await tab.evaluate(FOCUS), "and it is seen"
    await tab.keyboard.press("Tab")
    assert (await tab.evaluate(STANDS))[0] == "BUTTON", "the next stop is what can be done with this person"


async def test_an_empty_desk_and_a_refusal_are_landed_on(client: httpx.AsyncClient) -> None:
    hall, liu = await the_hall(), await clerk()
    await sign_in_as(client, liu)
    assert "autofocus" not in (await client.get("/desk/queue")).text, "only after a step: Tab begins at the top before"
    assert landing((await client.get("/desk/queue?done=true")).text) == "您今天坐哪个窗口？"
    await open_counter(hall, who=liu)
    page = (await client.get("/desk/queue?done=true")).text
    assert landing(page) == "窗口前没有人"
    taken = {"csrf": csrf_of(page), "counter": str((await open_counter(hall, "2"))[1])}
    refused = await client.post("/desk/queue/counter/opening", data=taken)
    assert refused.status_code == 409 and "autofocus" in refused.text
    assert landing(refused.text) != "窗口前没有人"


async def test_who_was_checked_in_is_said_first_on_the_day_list(client: httpx.AsyncClient) -> None:
    hall, liu = await open_hall(), await clerk()
    _, li = await somebody("李秀兰")
    made = await appointments.book(li, wish(hall, (await slots(hall, clock.today()))[0]), key="key-00000")
    await sign_in_as(client, liu)
    page = (await client.get(f"/desk/counter?hall={hall.id}")).text
    assert "autofocus" not in page
    typed = {"csrf": csrf_of(page), "hall": str(hall.id), "day": str(clock.today())}
    came = await client.post(f"/desk/counter/{made.id}/attendance", data=typed)
    assert landing((await client.get(came.headers["location"])).text).startswith(f"{made.number}已签到")


async def test_after_booking_for_a_visitor_one_stands_at_the_words_to_read_aloud(client: httpx.AsyncClient) -> None:
    hall, liu, li = await open_hall(), await clerk(), await resident(name="李秀兰")
    await sign_in_as(client, liu)
    await helping(client, liu, li)
    page = (await client.get(f"/desk/visitor?hall={hall.id}")).text
    slot, key = (re.findall(rf'name="{name}" value="([^"]+)"', page)[0] for name in ("slot", "key"))
    wanted = {"csrf": csrf_of(page), "hall": str(hall.id), "slot": slot, "key": key}
    made = await client.post("/desk/visitor", data=wanted)
    assert "给您约好了" in landing((await client.get(made.headers["location"])).text)
    again = await client.post("/desk/visitor", data={**wanted, "key": "another-key"})
    assert again.status_code == 409 and landing(again.text)
