"""A man without a phone: a card from the counter, a booking at the kiosk, a slip of paper, and nothing left behind."""

import re

from playwright.async_api import Page, expect

from tests.journeys.conftest import Walk

PIN = "802461"


async def enrol(walk: Walk) -> Page:
    """The manager sets the kiosk up at the desk, and types the code at the machine."""
    desk = await walk(persona="sun-li", wide=True)
    await desk.goto("/desk/devices")
    await desk.locator("select[name=hall]").select_option(index=1)
    await desk.locator("input[name=name]").fill("一楼东门")
    await desk.get_by_role("button", name="生成启用码").click()
    code = await desk.locator(".numeral").inner_text()
    machine = await walk(kiosk=True)
    await machine.goto("/kiosk/enrol")
    await machine.locator("input[name=code]").fill(code.lower())
    await machine.get_by_role("button", name="启用").click()
    await expect(machine.locator("main")).to_contain_text("一楼东门")
    return machine


async def card_from_the_counter(walk: Walk) -> str:
    """The clerk writes him down, sees the identity card, and prints a card whose PIN he typed himself."""
    desk = await walk(persona="liu-yang", wide=True)
    await desk.goto("/desk/assist?next=/desk/card")
    await desk.locator("input[name=name]").fill("韩德山")
    await desk.locator("input[name=birth]").fill("1949-12-31")
    await desk.get_by_role("button", name="搜索").click()
    await desk.locator("input[name=document]").fill("11010519491231002X")
    await desk.get_by_role("button", name="登记").click()
    await desk.locator("input[value=id-card]").check(force=True)
    await desk.locator("form[action='/desk/assist/begin'] button").first.click()
    await desk.locator("input[name=pin]").fill(PIN)
    await desk.get_by_role("button", name="办卡并打印").click()
    number = re.search(r"[0-9]{4} [0-9]{4} [0-9]{4}", await desk.locator("main").inner_text())
    assert number
    assert PIN not in await desk.content()
    return number.group()


async def test_a_man_without_a_phone_books_at_the_kiosk_with_his_card(walk: Walk) -> None:
    machine = await enrol(walk)
    number = await card_from_the_counter(walk)

    await machine.get_by_role("link", name="用邻里卡登录").click()
    await machine.locator("input[name=card]").fill(number)
    await machine.locator("input[name=pin]").fill(PIN)
    await machine.get_by_role("button", name="登录").click()
    await expect(machine.locator("h1")).to_contain_text("韩德山")
    assert await machine.locator("html").get_attribute("data-mode") == "kiosk"

    await machine.get_by_role("link", name="预约取号").click()
    await machine.locator("main a[href*='item=']").first.click()
    await machine.get_by_role("link", name="还要办一件").click()
    await machine.locator("main .rows a[href*='item=']").first.click()
    await machine.get_by_role("link", name="就这些，选时间").click()
    await machine.locator("a.choice").last.click()
    await machine.locator("label.choice").first.click()
    await machine.get_by_role("button", name="继续").click()
    await machine.get_by_role("button", name="就约这个时间").click()
    await expect(machine.locator("main")).to_contain_text("约好了")
    ticket = (await machine.locator(".numeral").inner_text()).strip()
    assert ticket.startswith("K"), "a place of the machines' own share"
    await machine.locator("a[href$='/slip']").click()
    await expect(machine.locator(".numeral")).to_have_text(ticket)
    await expect(machine.locator("ol li")).to_have_count(2)

    await machine.goto("/kiosk")
    await machine.get_by_role("link", name="我办完了").click()
    await expect(machine.locator("h1")).not_to_contain_text("韩德山")
    await machine.goto("/appointments")
    assert "/sign-in/card" in machine.url
    await machine.go_back()
    assert ticket not in await machine.content()
    assert not any(each["name"] == "linli" for each in await machine.context.cookies())
    assert any(each["name"] == "linli-machine" for each in await machine.context.cookies())
