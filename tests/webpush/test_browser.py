"""A real browser: its service worker shows what came, says so to the portal, and is silent after signing out."""

import asyncio
import json
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import Browser, CDPSession

RECEIPT = {
    "message": "01990000-0000-7000-8000-000000000001",
    "browser": "01990000-0000-7000-8000-000000000002",
    "proof": "AAAAAAAAAAAAAAAAAAAAAA",
}
TOLD = {"title": "您有一条新消息", "body": "点这里在门户里看。", "href": "/messages", "tag": "one", "receipt": RECEIPT}


async def registration(devtools: CDPSession) -> str:
    """The id that the browser gave our service worker."""
    found: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def look(said: dict[str, Any]) -> None:
        for each in said["registrations"]:
            if not found.done():
                found.set_result(each["registrationId"])

    devtools.on("ServiceWorker.workerRegistrationUpdated", look)
    await devtools.send("ServiceWorker.enable")
    return await asyncio.wait_for(found, 30)


async def test_the_service_worker_shows_a_message_and_sends_its_receipt(browser: Browser, live: str) -> None:
    context = await browser.new_context(base_url=live, permissions=["notifications"])
    page = await context.new_page()
    await page.goto("/demo")
    await page.locator("form[action$='/wang-min'] button").click()
    await page.goto("/me/devices/messages")
    assert await page.locator("[data-push] button").is_visible()
    assert not await page.locator("[data-no-push]").is_visible()
    await page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    devtools = await context.new_cdp_session(page)
    parts = urlsplit(live)
    async with context.expect_event("request", lambda asked: asked.url.endswith("/push/receipts")) as sent:
        await devtools.send(
            "ServiceWorker.deliverPushMessage",
            {
                "origin": f"{parts.scheme}://{parts.netloc}",
                "registrationId": await registration(devtools),
                "data": json.dumps(TOLD),
            },
        )
    assert (await sent.value).post_data_json == RECEIPT
    shown = "navigator.serviceWorker.ready.then(here => here.getNotifications()).then(all => all.map(one => one.title))"
    assert await page.evaluate(shown) == ["您有一条新消息"]
    await context.close()
