"""A phone whose clock is wrong counts the minutes of a kept place as rightly as any other."""

from datetime import timedelta

import pytest
from playwright.async_api import Page

from accessibility.render import ROOT, environment
from backend.core import clock
from tests.accessibility.test_browser import tab

__all__ = ["tab"]
SCRIPTS = "".join(
    (ROOT / path).read_text()
    for path in ("static/app.js", "components/hold/hold.js", "components/lasts/lasts.js")
)  # fmt: skip
PAGE = """{% from "components/hold/hold.html" import hold %}{% from "components/lasts/lasts.html" import lasts %}
{{ hold(until) }}{{ lasts(until, "nine minutes", "two minutes") }}"""


@pytest.mark.no_database
@pytest.mark.parametrize("off", [timedelta(hours=-5), timedelta(days=400)])
async def test_the_minutes_that_are_left_do_not_come_from_the_phones_clock(tab: Page, off: timedelta) -> None:
    until = clock.now() + timedelta(minutes=9, seconds=30)
    await tab.clock.install(time=clock.now() + off)
    await tab.set_content(environment("en", False).render_str(PAGE, until=until))
    await tab.add_script_tag(content=SCRIPTS)
    assert await tab.inner_text("[data-now]") == "10 minutes left"
    await tab.clock.fast_forward(5 * 60 * 1000)
    assert await tab.inner_text("[data-now]") == "5 minutes left"
    assert await tab.inner_text("[data-lasts]") == "nine minutes"
    await tab.clock.fast_forward(5 * 60 * 1000)
    assert "run out" in await tab.inner_text("[data-now]")
    assert await tab.inner_text("[data-lasts]") == "two minutes"
