"""A clerk is invited, signs in with two factors, and is moved to another post: the counter is out of sight at once."""

import pyotp
from playwright.async_api import Page, expect

from tests.journeys.conftest import Walk


async def test_a_clerk_changes_post_and_loses_sight_at_once(walk: Walk) -> None:
    he = await walk(persona="he-jing", wide=True)
    liu = await walk(wide=True)
    await joins(liu, await invited(he))
    await liu.get_by_role("link", name="窗口 今天的预约名单").click()
    assert (await status(liu, "/desk/counter"), await status(liu, "/desk/assist")) == (200, 200)

    await he.goto("/desk/staff?q=liu.journey")
    await he.get_by_role("link", name="刘小洋").click()
    await he.get_by_role("link", name="调岗或休假：窗口人员").click()
    await fill_post(he, "网格员")
    await he.get_by_role("button", name="调整岗位").click()
    await expect(he.get_by_role("status")).to_contain_text("原岗位已终止，新岗位已授予")

    assert await status(liu, "/desk/counter") == 403, "rights outlived the post"
    assert (await status(liu, "/desk/assist"), await status(liu, "/desk")) == (403, 200)


async def invited(he: Page) -> str:
    """The administrator makes an invitation; returns its link."""
    await he.goto("/desk/staff")
    await he.get_by_role("link", name="邀请人员").click()
    await he.get_by_label("姓名").fill("刘小洋")
    await fill_post(he, "窗口人员")
    await he.get_by_role("button", name="生成邀请").click()
    link = await he.get_by_text("/staff/join?code=").inner_text()
    return "/staff/join" + link.split("/staff/join")[1]


async def joins(liu: Page, link: str) -> None:
    """The invited person chooses name and password, sets up the second factor, and arrives at the desk."""
    await liu.goto(link)
    await liu.get_by_label("登录名").fill("liu.journey")
    await liu.get_by_label("密码").fill("a quiet morning by the river")
    await liu.get_by_role("button", name="加入").click()
    key = (await liu.get_by_text("手动输入密钥").locator("xpath=following-sibling::p").inner_text()).replace(" ", "")
    assert await status(liu, "/desk") == 200
    assert "/staff/sign-in" in liu.url, "half signed in is not signed in"
    await liu.get_by_label("验证码").fill(pyotp.TOTP(key).now())
    await liu.get_by_role("button", name="完成设置并登录").click()
    await liu.get_by_role("link", name="我已抄写好").click()
    await expect(liu).to_have_url("/desk")


async def fill_post(page: Page, role: str) -> None:
    await page.get_by_label("机构").select_option(label="南岗区政务服务中心")
    await page.get_by_label("角色").select_option(label=role)
    await page.get_by_label("行政区划").select_option("230103")


async def status(page: Page, path: str) -> int:
    answer = await page.goto(path)
    assert answer is not None
    return answer.status
