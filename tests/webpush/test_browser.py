"""A real browser: its service worker shows what came, says so to the portal, and is silent after signing out."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import msgspec
import pytest
from playwright.async_api import Browser, BrowserContext, CDPSession, async_playwright

from backend.core import db, ids
from backend.core.actor import Actor
from backend.core.words import words
from backend.webpush import rules, service, vapid
from backend.webpush.schemas import Note
from tests.support.fcm import TOKEN, Fcm
from tests.support.outside import chromium_path
from tests.webpush.factories import Service

RECEIPT = {
    "message": "01990000-0000-7000-8000-000000000001",
    "browser": "01990000-0000-7000-8000-000000000002",
    "proof": "AAAAAAAAAAAAAAAAAAAAAA",
}
TITLES = "navigator.serviceWorker.ready.then(here => here.getNotifications()).then(all => all.map(one => one.title))"
LAST = "SELECT person, service, lang, shown FROM webpush_subscription ORDER BY id DESC LIMIT 1"
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
    assert await page.evaluate(TITLES) == ["您有一条新消息"]
    await context.close()


@pytest.fixture
async def fcm(tmp_path: Path) -> AsyncIterator[Fcm]:
    async with Fcm(tmp_path) as made:
        yield made


@pytest.fixture
async def subscriber(fcm: Fcm, live: str, tmp_path: Path) -> AsyncIterator[BrowserContext]:
    """A browser with a profile of its own: one without takes no subscription."""
    async with async_playwright() as playwright:
        context = await playwright.chromium.launch_persistent_context(
            tmp_path / "profile",
            executable_path=chromium_path(),
            args=["--no-sandbox", "--disable-dev-shm-usage", *fcm.switches],
            permissions=["notifications"],
            base_url=live,
        )
        yield context
        await context.close()


@pytest.mark.no_database
async def test_a_browser_subscribes_by_a_press_and_opens_what_only_it_can_open(
    subscriber: BrowserContext, fcm: Fcm, portals_database: None
) -> None:
    """Chromium's own code decrypts: a ciphertext with one bit turned is dropped, ours is shown and confirmed."""
    page = await subscriber.new_page()
    await page.goto("/demo")
    await page.locator("form[action$='/wang-min'] button").click()
    await page.goto("/me/devices/messages")
    async with page.expect_navigation():
        await page.locator("[data-push] button").click()
    row = await db.fetchrow(LAST)
    assert row is not None and row["service"] in rules.SERVICES and row["shown"] is None
    assert fcm.registered["sender"] == vapid.public_key()

    posted = Service()
    said = msgspec.convert({"message": ids.new(), "title": "Your time has changed", "href": "/appointments"}, Note)
    done = await service.push(Actor.system("tests"), row["person"], said, transport=posted.transport)
    (request,) = posted.taken
    assert done.accepted == 1 and request.url.path.endswith(TOKEN)
    turned = bytearray(request.content)
    turned[-1] ^= 1
    async with subscriber.expect_event("request", lambda asked: asked.url.endswith("/push/receipts")) as receipt:
        await fcm.hand_on(httpx.Request("POST", request.url, headers=request.headers, content=bytes(turned)))
        await fcm.hand_on(request)
    answered = await (await receipt.value).response()
    assert answered is not None and answered.ok
    assert await page.evaluate(TITLES) == [words(row["lang"]).gettext("You have a new message")]
    row = await db.fetchrow(LAST)
    assert row is not None and row["shown"] == said.message
