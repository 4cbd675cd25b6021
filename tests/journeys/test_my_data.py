"""Zhao reads what is kept of him, takes it along, has it corrected, and thinks again about leaving."""

import json

from playwright.async_api import expect

from tests.journeys.conftest import Walk


async def test_zhao_reads_takes_along_corrects_and_stays(walk: Walk) -> None:
    zhao = await walk(persona="zhao-yiming", javascript=False)
    await zhao.goto("/me")
    await zhao.locator("a[href='/privacy/mine']").click()
    await expect(zhao.locator("h1")).to_have_text("我的信息")
    await expect(zhao.locator("#about-me")).to_contain_text("赵一鸣")
    taken = await zhao.context.request.get("/privacy/export.json")
    parts = {part["name"]: part["rows"] for part in json.loads(await taken.body())["holdings"]}
    assert parts["about-me"][0]["phone"] == "10000000026"

    await zhao.goto("/consents")
    notices = zhao.locator("#other-notices")
    await notices.get_by_role("button").click()
    await expect(notices).to_contain_text("已同意")
    await notices.get_by_role("button", name="撤回同意").click()
    await expect(notices).to_contain_text("已撤回")

    await zhao.goto("/privacy/corrections")
    await zhao.get_by_label("出生日期").check(force=True)
    await zhao.locator("[name=wanted]").fill("2000-05-18")
    await zhao.locator("[name=reason]").fill("登记时写早了一天")
    await zhao.get_by_role("button", name="申请更正").click()
    await expect(zhao.locator("#asked")).to_contain_text("待带证件到窗口核对")

    clerk = await walk(persona="liu-yang", wide=True)
    await clerk.goto("/desk/assist")
    await clerk.locator("input[name=phone]").first.fill("10000000026")
    await clerk.get_by_role("button", name="搜索").click()
    await clerk.locator("input[name=verified][value=id-card]").check(force=True)
    await clerk.locator("form[action='/desk/assist/begin'] button").first.click()
    await clerk.goto("/privacy/corrections")
    await clerk.get_by_role("button", name="与证件一致").click()
    await expect(clerk.locator("#asked")).to_contain_text("已更正")

    await zhao.goto("/privacy/mine")
    await expect(zhao.locator("#about-me")).to_contain_text("2000年5月18日")
    await zhao.get_by_role("link", name="注销账号").click()
    await expect(zhao.locator("main")).to_contain_text("会删除哪些")
    await zhao.get_by_role("button", name="七天后注销我的账号").click()
    await expect(zhao.locator("main")).to_contain_text("您已申请注销账号")
    await zhao.get_by_role("button", name="保留账号").click()
    await expect(zhao.locator("main")).to_contain_text("七天之内可以反悔")
