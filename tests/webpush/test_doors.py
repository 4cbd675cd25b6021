"""The page without and with its script, and the JSON door."""

import json
from collections.abc import Callable

import httpx
import msgspec

from backend.core import db
from backend.core.actor import Actor
from backend.webpush import service, vapid
from backend.webpush.schemas import Note
from tests.identity.factories import actor_for, form_token, resident, sign_in_as, token_for
from tests.webpush.factories import Device, Service
from tests.webpush.test_service import note, told

HERE = "/me/devices/messages"


async def test_the_page_says_what_is_so_when_the_browser_can_do_nothing(client: httpx.AsyncClient) -> None:
    await sign_in_as(client, await resident())
    page = (await client.get(HERE)).text
    assert "这个浏览器不能显示消息提醒" in page and f'data-push="{vapid.public_key()}"' in page


async def test_the_script_hands_in_a_subscription_and_the_list_shows_it(client: httpx.AsyncClient) -> None:
    await sign_in_as(client, await resident())
    handed = msgspec.json.encode(Device().subscription).decode()
    sent = {"csrf": await form_token(client, HERE), "subscription": handed}
    agent = {"user-agent": "Mozilla/5.0 (Linux; Android 14) Chrome/140.0 Mobile Safari/537.36"}
    assert (await client.post(HERE, data=sent, headers=agent)).headers["location"] == f"{HERE}?saved=1"
    page = (await client.get(f"{HERE}?saved=1")).text
    assert "Chrome · Android" in page and "这台设备会提醒您" in page
    row = await db.fetchval("SELECT id FROM webpush_subscription")
    csrf = {"csrf": await form_token(client, HERE)}
    assert (await client.post(f"{HERE}/{row}/removal", data=csrf)).status_code == 303
    assert "Chrome · Android" not in (await client.get(HERE)).text


async def test_what_is_no_subscription_is_told_in_words(client: httpx.AsyncClient) -> None:
    await sign_in_as(client, await resident())
    strange = msgspec.json.encode(Device("https://evil.example/x").subscription).decode()
    for handed, words in (("{", "请再点一次"), (strange, "不认识")):
        sent = {"csrf": await form_token(client, HERE), "subscription": handed}
        answer = await client.post(HERE, data=sent)
        assert answer.status_code == 422 and words in answer.text


async def test_a_program_subscribes_lists_and_forgets(client: httpx.AsyncClient) -> None:
    li = await resident()
    client.headers["authorization"] = f"Bearer {await token_for(li)}"
    device = Device()
    assert (await client.get("/api/v1/push/key")).json()["key"] == vapid.public_key()
    made = await client.post("/api/v1/me/browsers", json=msgspec.to_builtins(device.subscription))
    assert made.status_code == 201
    (one,) = (await client.get("/api/v1/me/browsers")).json()
    assert one["id"] == made.json()["id"]
    gone = await client.post("/api/v1/me/browsers/forgetting", json={"endpoint": device.endpoint})
    assert gone.status_code == 204 and (await client.get("/api/v1/me/browsers")).json() == []
    assert (await client.delete(f"/api/v1/me/browsers/{one['id']}")).status_code == 404
    bad = msgspec.to_builtins(device.subscription) | {"endpoint": "https://10.0.0.1/x"}
    assert (await client.post("/api/v1/me/browsers", json=bad)).json()["code"] == "unknown-push-service"


async def test_the_service_worker_needs_no_session_for_its_receipt(browse: Callable[[], httpx.AsyncClient]) -> None:
    device, there, wanted = Device(), Service(), note()
    li = actor_for(await resident())
    await service.subscribe(li, device.subscription)
    assert isinstance(wanted, Note)
    await service.push(Actor.system("tests"), li.person, wanted, transport=there.transport)
    receipt = told(device, there.taken[0])["receipt"]
    nobody = browse()
    assert (await nobody.post("/api/v1/push/receipts", json=receipt)).status_code == 204
    forged = json.loads(json.dumps(receipt)) | {"proof": "A" * 22}
    assert (await nobody.post("/api/v1/push/receipts", json=forged)).status_code == 404
    assert (await service.browsers(li))[0].received is not None
