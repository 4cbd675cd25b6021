"""A young resident adds a passkey to his phone, signs out, and signs in again without typing anything."""

from urllib.parse import urlsplit

from playwright.async_api import Page, expect

from tests.journeys.conftest import Walk

PHONE_OF_TODAY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


async def by_name(page: Page) -> str:
    """The same portal by the name of this machine: passkeys belong to names, never to numbers."""
    devtools = await page.context.new_cdp_session(page)
    await devtools.send("WebAuthn.enable")
    await devtools.send("WebAuthn.addVirtualAuthenticator", {"options": PHONE_OF_TODAY})
    await page.goto("/sign-in")
    return f"http://localhost:{urlsplit(page.url).port}"


async def test_a_resident_adds_a_passkey_and_signs_in_with_it(walk: Walk) -> None:
    page = await walk()
    portal = await by_name(page)
    await page.goto(f"{portal}/demo")
    await page.locator("form[action$='/zhao-yiming'] button").click()

    await page.goto(f"{portal}/me/sign-in")
    await page.get_by_role("link", name="添加通行密钥").click()
    await page.get_by_label("给这台设备起个名字").fill("我的手机")
    await page.get_by_role("button", name="在这台设备上添加").click()
    await expect(page.get_by_role("status")).to_contain_text("什么都不用输入")
    await expect(page.locator("#passkeys")).to_contain_text("我的手机")

    await page.goto(f"{portal}/me")
    await page.locator("form[action='/sign-out'] button").click()
    await page.goto(f"{portal}/me/sign-in")
    await expect(page.get_by_role("heading", level=1)).to_have_text("登录")
    await page.get_by_role("button", name="用通行密钥登录").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("登录方式")
    await expect(page.locator("#sessions")).to_contain_text("用通行密钥登录")

    await page.goto(f"{portal}/sign-in/again?next=/me")
    await page.get_by_role("button", name="用通行密钥核实").click()
    await expect(page).to_have_url(f"{portal}/me")


async def test_by_number_and_without_a_script_the_code_stands_alone(walk: Walk) -> None:
    for page in (await walk(), await walk(javascript=False)):
        await page.goto("/sign-in")
        await expect(page.locator("form[action='/sign-in'] button")).to_be_visible()
        await expect(page.locator("[data-passkey]")).to_be_hidden()
