"""The neighbour, on an old phone: elder mode, no JavaScript, from the question to the slip."""

import re

from playwright.async_api import expect

from tests.journeys.conftest import Walk

PHONE = "10000000066"


async def test_the_neighbour_books_in_elder_mode_without_javascript(walk: Walk) -> None:
    page = await walk(javascript=False)
    await page.goto("/")
    await page.get_by_role("button", name="长辈版").click()
    assert await page.locator("html").get_attribute("data-mode") == "elder"

    await page.locator("input[type=search]").fill("老年证咋办")
    await page.locator("form[role=search] button").click()
    await page.locator("main a[href^='/services/']").first.click()
    await page.locator("a[href^='/appointments/new']").first.click()
    await page.locator("main a[href*='hall=']").first.click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("您哪天去方便？")
    await page.locator("a.choice").last.click()
    await page.locator("label.choice").nth(2).click()
    await page.get_by_role("button", name="继续").click()

    await expect(page.get_by_role("heading", level=1)).to_contain_text("登录")
    await page.locator("input[name=phone]").fill(PHONE)
    await page.locator("main form button").first.click()
    inbox = await page.context.new_page()
    await inbox.goto("/demo/inbox")
    message = await inbox.locator("main li", has_text="验证码").first.inner_text()
    found = re.search(r"(?<!\d)\d{6}(?!\d)", message)
    assert found, message
    await page.locator("input[name=code]").fill(found.group())
    await page.locator("main form button").first.click()

    await expect(page.get_by_role("heading", level=1)).to_have_text("请再看一遍，对吗？")
    await page.locator("input[name=name]").fill("张桂芬")
    await page.get_by_role("button", name="就约这个时间").click()
    await expect(page.locator("main")).to_contain_text("约好了")
    await page.locator("a[href$='/slip']").click()
    await expect(page.locator("main")).to_contain_text("12345")
