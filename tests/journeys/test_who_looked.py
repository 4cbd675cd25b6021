"""Mrs Li is helped on the phone; at home she sees who looked at her data, asks why, and reads the answer."""

from playwright.async_api import expect

from tests.journeys.conftest import Walk


async def test_mrs_li_sees_who_looked_asks_why_and_reads_the_answer(walk: Walk) -> None:
    desk = await walk(persona="chen-xiao", wide=True)
    await desk.goto("/desk/assist")
    await desk.locator("input[name=phone]").first.fill("10000000078")
    await desk.get_by_role("button", name="搜索").click()
    boxes = desk.locator("input[name=verified]")
    await boxes.nth(0).check(force=True)
    await boxes.nth(1).check(force=True)
    await desk.locator("form[action='/desk/assist/begin'] button").first.click()
    await expect(desk.get_by_role("status")).to_contain_text("李秀兰")

    li = await walk(persona="li-xiulan", javascript=False)
    await li.goto("/me")
    assert await li.locator("html").get_attribute("data-mode") == "elder"
    await li.get_by_role("link", name="谁看过我的信息").first.click()
    looked = li.locator("ol.timeline > li", has_text="帮您办事").first
    await expect(looked).to_contain_text("话务员 陈晓")
    await looked.get_by_role("link", name="问问为什么").click()
    await li.locator("textarea[name=text]").fill("我没有打电话，为什么看我？")
    await li.get_by_role("button", name="就这样问").click()
    await expect(li.locator("main")).to_contain_text("您的提问已经送到")

    watcher = await walk(persona="sun-li", wide=True)
    await watcher.goto("/desk")
    await watcher.get_by_role("link", name="查看记录的提问").click()
    await watcher.locator("a.line", has_text="陈晓").first.click()
    await expect(watcher.locator("main")).to_contain_text("我没有打电话，为什么看我？")
    await watcher.locator("textarea[name=answer]").fill("您女儿打电话替您问过预约，话务员核对过她说的情况。")
    await watcher.get_by_role("button", name="发送答复").click()
    await expect(watcher.locator("main")).to_contain_text("已经通知居民")

    await li.goto("/disclosures")
    await expect(li.locator("main")).to_contain_text("您女儿打电话替您问过预约")
    await expect(li.locator("main")).to_contain_text("答复您的提问")
