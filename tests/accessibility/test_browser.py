"""What only a browser can see: axe, targets, size of type, sideways scroll, focus – on every component's page."""

from collections.abc import AsyncIterator
from pathlib import Path

import axe_playwright_python
import httpx
import pytest
from playwright.async_api import Browser, Page, Route

from accessibility import styleguide
from backend.core.words import languages

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
AROUND = {"help"}  # already on every page
MODES = {
    "standard": {"target": 44, "type": 14},
    "elder": {"target": 48, "type": 18},
    "minors": {"target": 44, "type": 14},
}
TAGS = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """tags => axe.run(document, {runOnly: {type: 'tag', values: tags}, rules: {'target-size': {enabled: true}}})
  .then(found => found.violations.map(each => each.id + ': ' + each.nodes.map(node => node.target.join(' '))))"""
SMALL = """least => [...document.querySelectorAll('a[href], button, summary, .choice:not(.full), .pick, .input')]
  .filter(each => each.offsetParent && !each.closest('p:not(.asks):not(.back):not(.row), dd, .skip, .code'))
  .map(each => [each.innerText.trim() || each.name, each.getBoundingClientRect()])
  .filter(([, box]) => box.width + .5 < least || box.height + .5 < least)
  .map(([name, box]) => `${name} ${box.width}×${box.height}`)"""
TINY = """least => {
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), small = [];
  for (let text; (text = walk.nextNode());)
    if (text.data.trim() && text.parentElement.checkVisibility()
      && parseFloat(getComputedStyle(text.parentElement).fontSize) < least) small.push(text.data.trim());
  return small; }"""
SIDEWAYS = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
FOCUS = """() => { const style = getComputedStyle(document.activeElement);
  return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2; }"""


@pytest.fixture
async def tab(browser: Browser, client: httpx.AsyncClient) -> AsyncIterator[Page]:
    """A phone whose requests are answered by the application in this process."""
    context = await browser.new_context(
        viewport={"width": 320, "height": 740}, service_workers="block", bypass_csp=True
    )
    page = await context.new_page()

    async def answer(route: Route) -> None:
        response = await client.get(route.request.url)
        headers = {name: value for name, value in response.headers.items() if name != "content-encoding"}
        await route.fulfill(status=response.status_code, headers=headers, body=response.content)

    await page.route("**/*", answer)
    yield page
    await context.close()


@pytest.mark.parametrize("lang", languages())
@pytest.mark.parametrize("mode", MODES)
async def test_all_examples_pass(tab: Page, mode: str, lang: str) -> None:
    """On one long page, so that axe is loaded once; the page is tall because a fixed bar may not cover anything."""
    await tab.set_viewport_size({"width": 320, "height": 14000})
    await tab.goto(f"https://linli.test/styleguide/steps?mode={mode}&lang={lang}")
    examples = "".join(
        styleguide.preview(example, lang, mode)
        for name, component in styleguide.components().items()
        for example in component.examples
        if name not in AROUND
    )
    await tab.evaluate("all => { document.querySelector('main .stack').innerHTML += all; }", examples)
    assert await tab.evaluate("document.querySelectorAll('main .btn').length") > 12
    await tab.evaluate(AXE)
    assert await tab.evaluate(RUN, TAGS) == []
    assert await tab.evaluate(SMALL, MODES[mode]["target"]) == []
    assert await tab.evaluate(TINY, MODES[mode]["type"]) == []
    assert await tab.evaluate(SIDEWAYS) <= 0, "scrolls sideways at 320 px"


async def test_the_keyboard_finds_the_way_and_is_seen(tab: Page) -> None:
    await tab.goto("https://linli.test/styleguide/button")
    await tab.keyboard.press("Tab")
    assert await tab.evaluate("document.activeElement.className") == "skip"
    for _ in range(12):
        assert await tab.evaluate(FOCUS)
        await tab.keyboard.press("Tab")


async def test_text_grows_with_the_readers_own_size(tab: Page) -> None:
    await tab.goto("https://linli.test/styleguide/line")
    before = await tab.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")
    await tab.evaluate("document.documentElement.style.fontSize = '212.5%'")
    assert await tab.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") == pytest.approx(2 * before)
    assert await tab.evaluate(SIDEWAYS) <= 0


async def test_a_form_is_sent_once_however_often_it_is_pressed(tab: Page) -> None:
    await tab.goto("https://linli.test/styleguide/button")
    sent = """() => { let count = 0; const form = document.querySelector('.example form');
      form.addEventListener('submit', event => { if (!event.defaultPrevented) count++; event.preventDefault(); });
      form.requestSubmit(); form.requestSubmit(); return count; }"""
    assert await tab.evaluate(sent) == 1
