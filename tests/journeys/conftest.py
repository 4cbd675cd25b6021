"""Journeys are told in a real browser, on the portal as it is served."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import asyncpg
import pytest
from playwright.async_api import Browser, Page, ViewportSize, expect

Walk = Callable[..., Awaitable[Page]]
ALL_DAY = """INSERT INTO appointments_slot (region, id, hall_id, day, ordinal, starts_at, ends_at, state)
    SELECT r.region, gen_random_uuid(), r.hall_id, d, 900, d::timestamp AT TIME ZONE 'Asia/Shanghai',
        (d + 1)::timestamp AT TIME ZONE 'Asia/Shanghai', 'open'
    FROM (SELECT DISTINCT region, hall_id FROM appointments_opening_rule) r,
        (SELECT (now() AT TIME ZONE 'Asia/Shanghai')::date + n AS d FROM generate_series(0, 1) AS n) days
    ON CONFLICT DO NOTHING"""
expect.set_options(timeout=20_000)  # two workers share two cores with a browser and a portal each


async def press(page: Page, keys: str) -> None:
    """Press keys of the desk, once the page that is open has its scripts."""
    await page.wait_for_load_state()
    await page.keyboard.press(keys)


@pytest.fixture
async def doors_open(live: str, served_database: str) -> None:
    """The halls are open at this hour, whatever it is: a time without places from midnight to midnight, two days."""
    connection = await asyncpg.connect(served_database)
    try:
        await connection.execute(ALL_DAY)
    finally:
        await connection.close()


@pytest.fixture
async def walk(browser: Browser, live: str) -> AsyncIterator[Walk]:
    """Opens a page of one's own: ``await walk(persona="li-xiulan", javascript=False, locale="en")``."""
    opened: list[Any] = []

    async def start(
        *, persona: str = "", javascript: bool = True, locale: str = "zh-CN", wide: bool = False, kiosk: bool = False
    ) -> Page:
        size: ViewportSize = {"width": 1366, "height": 768} if wide else {"width": 360, "height": 740}
        if kiosk:
            size = {"width": 1080, "height": 1920}
        context = await browser.new_context(
            viewport=size,
            locale=locale,
            java_script_enabled=javascript,
            base_url=live,
        )
        opened.append(context)
        page = await context.new_page()
        if persona:
            await page.goto("/demo")
            async with page.expect_navigation():  # with its scripts: a key that is pressed before them is lost
                await page.locator(f"form[action$='/{persona}'] button").click()
        return page

    yield start
    for context in opened:
        await context.close()
