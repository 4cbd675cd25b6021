"""Mrs Li has no use for a screen: she rings, and the operator books for her."""

import re

from playwright.async_api import expect

from tests.journeys.conftest import Walk


async def test_mrs_li_books_by_phone_and_finds_it_in_her_own_elder_pages(walk: Walk) -> None:
    desk = await walk(persona="chen-xiao", wide=True)
    await desk.goto("/desk/assist")
    await desk.locator("input[name=phone]").first.fill("10000000078")
    await desk.get_by_role("button", name="搜索").click()
    await expect(desk.get_by_text("李秀兰").first).to_be_visible()
    boxes = desk.locator("input[name=verified]")
    await boxes.nth(0).check(force=True)
    await boxes.nth(1).check(force=True)
    await desk.locator("form[action='/desk/assist/begin'] button").first.click()
    await expect(desk.get_by_role("status")).to_contain_text("李秀兰")

    await desk.locator("input[type=search]").fill("身份证丢了")
    await desk.get_by_role("button", name="搜索").click()
    await desk.locator("a.line", has_text="身份证").first.click()
    await desk.locator("nav[aria-label='日期'] a.choice").last.click()
    await desk.locator("label.choice").first.click()
    await desk.get_by_role("button", name="就约这个时间").click()
    said = desk.locator("blockquote.script")
    await expect(said).to_contain_text("给您约好了")
    number = re.search(r"B[0-9]{4}", await said.inner_text())
    assert number
    await desk.get_by_role("button", name="结束").first.click()

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
