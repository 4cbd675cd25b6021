"""What only a browser can see of a hall's day: contrast, sizes, sideways scroll, and the wall from afar."""

import asyncio
from collections.abc import Callable
from contextvars import copy_context
from datetime import datetime

import httpx
import pytest
from playwright.async_api import Page, Route

from backend.core.words import languages
from backend.queues import service
from tests.accessibility.test_browser import AXE, MODES, RUN, SIDEWAYS, SMALL, TAGS, TINY, tab
from tests.appointments.factories import MONDAY
from tests.identity.factories import clerk, resident, sign_in_as
from tests.queues.factories import open_counter, the_hall, ticket

__all__ = ["tab"]


@pytest.fixture(autouse=True)
def monday_morning(frozen: Callable[[datetime], None]) -> None:
    """Numbers belong to a day; a test that runs over midnight would look for those of tomorrow."""
    frozen(MONDAY)


LARGE = """() => ['.now h1', '.now p', 'td'].map(each =>
  parseFloat(getComputedStyle(document.querySelector(each)).fontSize) / innerHeight)"""
FITS = "() => document.documentElement.scrollHeight - innerHeight"
ACROSS = "() => document.querySelector('main').getBoundingClientRect().width / 96 * 25.4"


async def follow(tab: Page, client: httpx.AsyncClient) -> None:
    """Answer the tab from within the test's own transaction, one request after the other."""
    context, one = copy_context(), asyncio.Lock()

    async def answer(route: Route) -> None:
        if route.request.url.endswith("/events"):
            return await route.abort()
        async with one:
            response = await client.get(route.request.url)
        headers = {name: value for name, value in response.headers.items() if name != "content-encoding"}
        await route.fulfill(status=response.status_code, headers=headers, body=response.content)

    await tab.unroute_all()
    await tab.route("**/*", lambda route: asyncio.create_task(answer(route), context=context))


async def sound(tab: Page, address: str, mode: str) -> None:
    answer = await tab.goto(address)
    assert answer is not None and answer.status == 200
    await tab.evaluate(AXE)
    assert await tab.evaluate(RUN, TAGS) == [], address
    assert await tab.evaluate(SMALL, MODES[mode]["target"]) == [], address
    assert await tab.evaluate(TINY, MODES[mode]["type"]) == [], address
    assert await tab.evaluate(SIDEWAYS) <= 0, address


@pytest.mark.parametrize("lang", languages())
@pytest.mark.parametrize("mode", ["standard", "elder"])
async def test_whoever_waits_can_read_and_press_everything(
    tab: Page, client: httpx.AsyncClient, mode: str, lang: str
) -> None:
    hall = await the_hall()
    mine = [await ticket(hall) for _ in range(2)][-1]
    await sign_in_as(client, await resident(mode=mode, lang=lang))
    await follow(tab, client)
    await tab.set_viewport_size({"width": 320, "height": 2600})
    for path in (f"/queue/{hall.id}", f"/t/{mine.token}", f"/t/{mine.token}/slip", "/queues/policy"):
        await sound(tab, f"https://linli.test{path}?mode={mode}&lang={lang}", mode)


@pytest.mark.parametrize("lang", languages())
async def test_the_wall_is_read_from_ten_metres_and_fits(tab: Page, client: httpx.AsyncClient, lang: str) -> None:
    """From ten metres letters of 5 cm are easy; on a wall of 70 cm in height the number is over a tenth of it."""
    hall = await the_hall()
    for label in "12345678":
        await ticket(hall), await ticket(hall, green=True)
        await service.call_next(*await open_counter(hall, label))
    await follow(tab, client)
    for width, height in ((1920, 1080), (1366, 768)):
        await tab.set_viewport_size({"width": width, "height": height})
        await sound(tab, f"https://linli.test/screens/{hall.id}?lang={lang}", "standard")
        number, counter, line = await tab.evaluate(LARGE)
        assert number > 0.12 and counter > 0.05 and line > 0.035
        assert await tab.evaluate(FITS) <= 0


async def test_the_desk_fits_on_the_clerks_screen(tab: Page, client: httpx.AsyncClient) -> None:
    hall, who = await the_hall(), await clerk()
    for _ in range(14):
        await ticket(hall)
    await sign_in_as(client, who)
    liu, counter = await open_counter(hall, "3", who=who)
    await follow(tab, client)
    await tab.set_viewport_size({"width": 1366, "height": 768})
    await tab.route("**/desk/queue/alerts*", lambda route: route.abort())  # asked every other second, beside calls
    for _ in range(2):
        await sound(tab, "https://linli.test/desk/queue", "standard")
        assert await tab.evaluate(FITS) <= 0
        if not await service.customer(liu, counter):
            await service.call_next(liu, counter)
    await sound(tab, f"https://linli.test/desk/queue/tickets?hall={hall.id}", "standard")


async def test_the_slip_is_as_wide_as_the_roll(tab: Page, client: httpx.AsyncClient) -> None:
    mine = await ticket(await the_hall())
    await follow(tab, client)
    await tab.goto(f"https://linli.test/t/{mine.token}/slip?paper=80mm")
    await tab.emulate_media(media="print")
    assert await tab.evaluate(ACROSS) <= 72.5
    assert not await tab.locator(".noprint").first.is_visible()
