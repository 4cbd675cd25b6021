"""Mrs Li has no use for a screen: she rings, and the operator books for her."""

import re

from playwright.async_api import expect

from tests.journeys.conftest import Walk, press


async def test_mrs_li_books_by_phone_and_finds_it_in_her_own_elder_pages(walk: Walk) -> None:
    desk = await walk(persona="chen-xiao", wide=True)
    await desk.locator("input[name=phone]").first.fill("10000000078")
    await desk.locator("input[name=q]").fill("身份证丢了")
    await press(desk, "Alt+f")
    await expect(desk.get_by_text("李秀兰").first).to_be_visible()
    boxes = desk.locator("input[name=verified]")
    await boxes.nth(0).check(force=True)
    await boxes.nth(1).check(force=True)
    await press(desk, "Alt+b")
    await expect(desk.get_by_role("status")).to_contain_text("李秀兰")
    await expect(desk.locator("main")).to_contain_text("身份证")
    await desk.locator("label.choice").last.click()
    await press(desk, "Alt+b")
    said = desk.locator("blockquote.script")
    await expect(said).to_contain_text("给您约好了")
    number = re.search(r"B[0-9]{4}", await said.inner_text())
    assert number
    await press(desk, "Alt+e")
    await expect(desk.locator("input[name=phone]")).to_have_value("")

    li = await walk(persona="li-xiulan")
    await li.goto("/appointments")
    assert await li.locator("html").get_attribute("data-mode") == "elder"
    await expect(li.locator("main")).to_contain_text(number.group())


async def test_the_operator_cannot_go_on_after_the_call_has_ended(walk: Walk) -> None:
    desk = await walk(persona="chen-xiao", wide=True)
    await desk.goto("/desk/phone")
    await expect(desk.locator("main")).to_contain_text("先核对来电的人是谁")
    answer = await desk.goto("/appointments")
    assert answer is not None and answer.status == 403
