"""The demonstration: one tap, honest pages, nothing when it is off."""

import re
from collections.abc import AsyncIterator
from datetime import time
from typing import Any

import httpx
import msgspec
import pytest

from backend.core import clock, db
from backend.identity import demo
from backend.notifications import service as notifications
from backend.settings import settings
from tests.identity.factories import COOKIE, csrf_of, resident, sign_in_as
from tests.notifications.factories import deliveries, told
from tests.support.database import undone


@pytest.fixture(scope="module", autouse=True)
async def world(database: str) -> AsyncIterator[None]:
    """The demonstration world, as a start makes it; the portal that serves it works as its own role again."""
    async with undone():
        await db.execute("SET LOCAL ROLE NONE")
        await demo.world()
        await db.execute(f"SET LOCAL ROLE {db.ROLE}")
        yield


@pytest.mark.parametrize("view", ["?mode=standard", "?mode=elder", "?lang=en"])
@pytest.mark.parametrize("path", ["/demo", "/demo/inbox", "/demo/gateway"])
async def test_every_page_says_that_it_is_a_demonstration(client: httpx.AsyncClient, path: str, view: str) -> None:
    page = (await client.get(path + view)).text
    assert ("This is a demonstration" if "en" in view else "这是演示") in page


@pytest.mark.parametrize(
    ("slug", "start"),
    [("li-xiulan", "/"), ("wang-min", "/"), ("chen-xiao", "/desk/phone"), ("liu-yang", "/desk/counter"),
     ("sun-li", "/desk/hall"), ("zhou-qiang", "/desk/hall"), ("zhao-yiming", "/")],
)  # fmt: skip
async def test_one_tap_steps_in(client: httpx.AsyncClient, slug: str, start: str) -> None:
    stepped = await client.post(f"/demo/personas/{slug}")
    assert (stepped.status_code, stepped.headers["location"]) == (303, start)
    assert client.cookies.get(COOKIE)
    page = await client.get("/me")
    assert page.status_code == 200 if start == "/" else page.headers["location"] == "/desk"


async def test_stepping_in_as_mrs_li_shows_the_elder_version(client: httpx.AsyncClient) -> None:
    await client.post("/demo/personas/li-xiulan")
    assert 'data-mode="elder"' in (await client.get("/me")).text


async def test_stepping_in_ends_the_session_before(client: httpx.AsyncClient) -> None:
    old = await sign_in_as(client, await resident())
    token = csrf_of((await client.get("/demo")).text)
    assert (await client.post("/demo/personas/wang-min", data={"csrf": token})).status_code == 303
    client.cookies.set(COOKIE, old, domain="linli.test")
    assert (await client.get("/api/v1/me", headers={"Authorization": f"Bearer {old}"})).status_code == 401


async def test_the_inbox_shows_the_code_that_was_sent(client: httpx.AsyncClient) -> None:
    await client.post("/sign-in", data={"phone": "10000000051"})
    assert "登录验证码" in (await client.get("/demo/inbox")).text


async def test_the_local_gateway_shows_what_it_was_given_and_plays_the_provider(client: httpx.AsyncClient) -> None:
    with clock.frozen(clock.at(clock.today(), time(12))):
        message = await told(await resident())
        await notifications.deliver()
        page = (await client.get("/demo/gateway?mode=elder")).text
        assert "身份证 请带上" in page and "已发出" in page
        action = re.search(r'action="(/demo/gateway/[0-9a-f-]+)"', page)
        assert action
        assert (await client.post(action[1], data={"event": "failed"})).status_code == 303
        assert (await deliveries(message))[0] == ("sms", "failed")
        assert (await client.get(f"{action[1]}/letter")).status_code == 200
        assert (await client.post(f"/demo/gateway/{message}", data={"event": "failed"})).status_code == 404


async def test_the_local_gateway_is_read_page_by_page_by_channel_and_by_number(client: httpx.AsyncClient) -> None:
    with clock.frozen(clock.at(clock.today(), time(12))):
        wang, li = await resident(phone="10000000551"), await resident(phone="10000000578")
        for who in [wang] * 4 + [li] * 4:
            await told(who)
        await notifications.deliver()
        first = (await client.get("/demo/gateway")).text
        (on,) = re.findall(r'href="(/demo/gateway[?]before=[^"]+)" rel="next"', first)
        rest = (await client.get(on)).text
        assert first.count("身份证 请带上") == 6 and rest.count("身份证 请带上") == 2 and 'rel="next"' not in rest
        hers = (await client.get("/demo/gateway?channel=sms&ends=0578")).text
        assert hers.count("0578</span>") == 4 and "0551</span>" not in hers
        assert "没有这样的消息" in (await client.get("/demo/gateway?channel=letter")).text
        form = dict(re.findall(r'name="(csrf|next)" value="([^"]+)"', hers)) | {"event": "delivered"}
        form["next"] = form["next"].replace("&amp;", "&")
        (action, *_) = re.findall(r'action="(/demo/gateway/[0-9a-f-]+)"', hers)
        back = (await client.post(action, data=form)).headers["location"]
        assert back == "/demo/gateway?channel=sms&ends=0578&done=true"
        elsewhere = await client.post(action, data=form | {"event": "delivered", "next": "//evil.example"})
        assert elsewhere.headers["location"] == "/demo/gateway?done=true"


def test_without_the_demonstration_its_routes_do_not_exist(app: Any) -> None:
    from backend.app import framework

    on = {route.path for route in app.app.routes}
    off = {route.path for route in framework(msgspec.structs.replace(settings(), demo=False)).routes}
    assert {"/demo", "/demo/inbox", "/demo/personas/{slug:str}"} <= on
    assert not [path for path in off if path.startswith("/demo")]
