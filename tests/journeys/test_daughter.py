"""A daughter books for her mother on her own phone; the mother rings and takes it back; the next click is refused."""

import re

from playwright.async_api import Page, expect

from tests.journeys.conftest import Walk

TURN = "form[action$='/turn'] button"


async def test_a_daughter_books_and_her_mother_takes_it_back_by_telephone(walk: Walk) -> None:
    wang = await walk(persona="wang-min", javascript=False)
    await wang.goto("/household")
    await wang.locator(TURN).first.click()
    await expect(wang.locator(".acting")).to_contain_text("李秀兰")
    await wang.goto("/appointments/new?item=LAW004")
    await wang.locator("main a[href*='hall=']").first.click()
    await wang.locator("label.choice").last.click()
    await wang.locator("form[action='/appointments/holds'] button").click()
    await expect(wang.locator(".acting")).to_contain_text("李秀兰")
    await wang.locator("form[action='/appointments'] button.main").click()
    number = re.search(r"A[0-9]{4}", await wang.locator(".ticket").inner_text())
    assert number

    desk = await walk(persona="chen-xiao", wide=True)
    await helps_the_mother(desk)
    await desk.goto("/household")
    await expect(desk.locator("main")).to_contain_text("我给您念一下")
    await expect(desk.locator("ol.timeline")).to_contain_text(number.group())
    await desk.get_by_role("link", name="收回", exact=True).click()
    await expect(desk.locator("blockquote.script")).to_be_visible()
    await desk.get_by_role("button", name="是的，现在就结束").click()

    answer = await wang.goto("/appointments")
    assert answer is not None and answer.status == 403
    await expect(wang.locator("main a.btn[href='/household']")).to_be_visible()
    await wang.goto("/household")
    await wang.locator("main form[action='/household/turn/end'] button").click()
    await expect(wang.locator(".acting")).to_have_count(0)
    await expect(wang.locator(TURN)).to_have_count(0)

    li = await walk(persona="li-xiulan")
    await li.goto("/household")
    assert await li.locator("html").get_attribute("data-mode") == "elder"
    done = li.locator("ol.timeline")
    await expect(done).to_contain_text("女儿王敏（模拟）替您约了")
    await expect(done).to_contain_text(number.group())
    await expect(li.locator("#me")).to_contain_text("还没有人")
    await li.goto("/demo/inbox")
    said = await li.locator("main").inner_text()
    assert "女儿王敏（模拟）替您约了" in said and "不能再替您办事了" in said


async def helps_the_mother(desk: Page) -> None:
    """The operator finds her by her number and checks two things."""
    await desk.goto("/desk/assist")
    await desk.locator("input[name=phone]").first.fill("10000000078")
    await desk.get_by_role("button", name="搜索").click()
    boxes = desk.locator("input[name=verified]")
    await boxes.nth(0).check(force=True)
    await boxes.nth(1).check(force=True)
    await desk.locator("form[action='/desk/assist/begin'] button").first.click()
    await expect(desk.get_by_role("status")).to_contain_text("李秀兰")
