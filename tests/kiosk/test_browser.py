"""The kiosk's own pages on its own screen, 1080 × 1920: nothing to press is under 60 px, also in larger type."""

from collections.abc import Callable
from datetime import datetime

import httpx
import pytest
from playwright.async_api import Page

from tests.accessibility.test_browser import AXE, RUN, SIDEWAYS, SMALL, TAGS, tab
from tests.appointments.factories import MONDAY
from tests.kiosk.test_hall import at_the_machine
from tests.queues.test_browser import follow

__all__ = ["tab"]
PAGES = ("/kiosk", "/kiosk/number", "/kiosk/check-in", "/kiosk/help")


@pytest.fixture(autouse=True)
def monday_morning(frozen: Callable[[datetime], None]) -> None:
    frozen(MONDAY)


@pytest.mark.parametrize("sight", ["", "large.contrast"])
async def test_everything_is_read_and_pressed_at_the_machine(tab: Page, client: httpx.AsyncClient, sight: str) -> None:
    machine = await at_the_machine(client)
    machine.cookies.set("linli_sight", sight, domain="linli.test")
    await follow(tab, machine)
    await tab.set_viewport_size({"width": 1080, "height": 1920})
    for address in PAGES:
        answer = await tab.goto(f"https://linli.test{address}")
        assert answer is not None and answer.status == 200, address
        await tab.evaluate(AXE)
        assert await tab.evaluate(RUN, TAGS) == [], address
        assert await tab.evaluate(SMALL, 60) == [], address
        assert await tab.evaluate(SIDEWAYS) <= 0, address
