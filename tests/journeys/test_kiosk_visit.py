"""A woman with a small child and no appointment: a number at the machine, called by the counter, served."""

import pytest
from playwright.async_api import expect

from tests.journeys.conftest import Walk, press
from tests.journeys.test_without_a_phone import enrol


@pytest.mark.usefixtures("doors_open")
async def test_a_number_from_the_machine_is_called_and_served(walk: Walk) -> None:
    machine = await enrol(walk)
    await machine.get_by_role("link", name="取号 没有预约").click()
    await machine.get_by_role("button", name="绿色通道取号").click()
    number = (await machine.locator("h1").inner_text()).strip()
    assert number.startswith("L")
    await machine.get_by_role("button", name="呼叫工作人员").click()
    await expect(machine.locator("main")).to_contain_text("马上过来")

    desk = await walk(persona="liu-yang", wide=True)
    await desk.goto("/desk/queue")
    await desk.locator("form[action='/desk/queue/counter/opening'] button").first.click()
    await expect(desk.get_by_role("alert")).to_contain_text("一楼东门")
    await press(desk, "Alt+g")
    await expect(desk.get_by_role("alert")).to_contain_text("正赶过去")
    await press(desk, "Alt+y")
    await expect(desk.get_by_role("alert")).not_to_contain_text("一楼东门")

    await press(desk, "Alt+n")
    await expect(desk.locator("h1")).to_have_text(number)
    await press(desk, "Alt+s")
    await expect(desk.locator("form[action$='/recall']")).to_have_count(0)
    await press(desk, "Alt+d")
    await expect(desk.locator("h1")).to_contain_text("窗口前没有人")
    await press(desk, "Alt+x")
    await machine.get_by_role("link", name="回首页").click()
    await expect(machine.locator(".ways")).to_be_visible()
