"""The kiosk's pages on its screens, 1080 × 1920 and 1280 × 1024: nothing to press is under 60 px."""

from collections.abc import Callable
from datetime import datetime

import httpx
import pytest
from playwright.async_api import Page, ViewportSize

from tests.accessibility.test_browser import AXE, RUN, SIDEWAYS, SMALL, TAGS, tab
from tests.appointments.factories import MONDAY, open_hall
from tests.kiosk.test_hall import at_the_machine
from tests.queues.test_browser import follow

__all__ = ["tab"]
PAGES = (
    "/kiosk", "/kiosk/number", "/kiosk/check-in", "/kiosk/help", "/appointments/new",
    "/appointments/new?item=LAW001,LAW002", "/appointments/more?item=LAW001",
    "/appointments/new?item=LAW001,LAW002&hall={hall}", "/appointments/new?item=LAW001&hall={hall}&date=2026-11-24",
)  # fmt: skip
SCREENS: dict[str, ViewportSize] = {
    "": {"width": 1080, "height": 1920},
    "large.contrast": {"width": 1280, "height": 1024},
}


@pytest.fixture(autouse=True)
def monday_morning(frozen: Callable[[datetime], None]) -> None:
    frozen(MONDAY)


@pytest.mark.parametrize("sight", SCREENS)
async def test_everything_is_read_and_pressed_at_the_machine(tab: Page, client: httpx.AsyncClient, sight: str) -> None:
    machine = await at_the_machine(client)
    machine.cookies.set("linli_sight", sight, domain="linli.test")
    await follow(tab, machine)
    await tab.set_viewport_size(SCREENS[sight])
    hall = await open_hall()
    for path in PAGES:
        address = path.format(hall=hall.id)
        answer = await tab.goto(f"https://linli.test{address}")
        assert answer is not None and answer.status == 200, address
        await tab.evaluate(AXE)
        assert await tab.evaluate(RUN, TAGS) == [], address
        assert await tab.evaluate(SMALL, 60) == [], address
        assert await tab.evaluate(SIDEWAYS) <= 0, address
