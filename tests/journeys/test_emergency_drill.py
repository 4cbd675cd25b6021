"""A gas drill: written, started, on every page of the area, answered with one press, the rest looked for at doors."""

import time

from playwright.async_api import Page, expect

from tests.journeys.conftest import Walk

TITLE = "【演练】燃气泄漏"


async def start(sun: Page) -> str:
    """The manager writes a drill, looks at it and starts it; returns its address at the desk."""
    await sun.goto("/desk/broadcasts/warning")
    await expect(sun.locator("input[name=drill]")).to_be_checked()
    await sun.locator("input[value=gas]").check(force=True)
    await sun.get_by_label("标题", exact=True).fill("燃气泄漏")
    await sun.get_by_label("发生了什么，该怎么做").fill("您所在小区燃气泄漏，请关火开窗，到楼下空地集合。")
    await sun.get_by_label("同样的内容，用大白话写给老人").fill("有煤气味。关火，开窗，到楼下空地去。")
    await sun.get_by_label("英文标题").fill("Gas leak")  # asked for as soon as somebody of the area reads English
    await sun.get_by_label("同样的内容，用英文").fill("Gas is leaking. Put out flames, open windows, go to the square.")
    await sun.get_by_role("button", name="先看一看再发").click()
    await expect(sun.locator("h1")).to_have_text(TITLE)
    await sun.get_by_role("button", name="开始演练").click()
    return sun.url


async def until(page: Page, address: str, words: str, seconds: float = 120) -> None:
    """Look again until the page says it."""
    end = time.monotonic() + seconds
    while words not in await page.locator("main").inner_text():
        assert time.monotonic() < end, f"{address} never said {words}"
        await page.goto(address)


async def test_a_drill_reaches_everybody_by_machine_or_by_a_person(walk: Walk) -> None:
    sun = await walk(persona="sun-li", wide=True)
    desk = await start(sun)
    await until(sun, desk, "已全部通知")

    li = await walk(persona="li-xiulan", javascript=False)
    await li.goto("/")
    assert await li.locator("html").get_attribute("data-mode") == "elder"
    await li.get_by_label("演练 1").get_by_role("link").click()
    await expect(li.locator("h1")).to_have_text(TITLE)
    await expect(li.locator("main")).to_contain_text("关火，开窗，到楼下空地去。")
    await li.get_by_role("button", name="我收到了").click()
    await expect(li.locator("main")).to_contain_text("我们知道您收到了")

    gao = await walk(persona="gao-shan")
    await gao.goto("/desk/emergencies")
    await gao.get_by_role("link", name=TITLE).click()
    await expect(gao.locator("main")).to_contain_text("到每一家都要说明这是演练")
    await expect(gao.locator("main")).not_to_contain_text("李秀兰")
    line = gao.locator("li", has_text="王敏（模拟）")
    await line.get_by_role("button", name="已告诉本人").click()
    await expect(gao.get_by_role("status").first).to_contain_text("记好了")
    await expect(gao.locator("main")).not_to_contain_text("王敏（模拟）")

    await sun.goto(desk)
    await expect(sun.locator("main")).to_contain_text("已确认收到：2 人")
    await sun.get_by_role("link", name="结束这条通知").click()
    await expect(sun.locator("main")).to_contain_text("已告知")
    await expect(sun.get_by_label("告诉收到过通知的每个人：已经解除")).to_be_checked()
    await sun.get_by_role("button", name="结束这条通知").click()
    await li.goto("/")
    await expect(li.locator("body")).not_to_contain_text(TITLE)
    await until(li, "/messages", f"没事了：{TITLE}")
    await until(sun, desk, "已告知解除：")
