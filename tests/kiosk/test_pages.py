"""The kiosk as somebody stands in front of it, and the desk that keeps it."""

import re
from collections.abc import Callable

import httpx
import pytest

from backend.core import db, rate
from backend.identity import service as identity
from backend.notifications import service as notifications
from tests.house.keys import keys_of
from tests.identity.factories import COOKIE, actor_for, clerk, csrf_of, form_token, manager, resident, sign_in_as

Browse = Callable[[], httpx.AsyncClient]
DEVICE = f"{COOKIE}-machine"


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    rate.reset()


async def code_from_the_desk(client: httpx.AsyncClient, name: str = "一楼东门", kind: str = "kiosk") -> str:
    await sign_in_as(client, await manager())
    page = await client.get("/desk/devices")
    hall = re.search(r'<option value="([0-9a-f-]{36})"', page.text)
    assert hall is not None
    form = {"csrf": csrf_of(page.text), "kind": kind, "hall": hall.group(1), "name": name}
    shown = await client.post("/desk/devices", data=form)
    found = re.search(r"[B-Z]{4}-[B-Z]{4}", shown.text)
    assert found is not None, shown.text
    return found.group()


async def enrolled(desk: httpx.AsyncClient, machine: httpx.AsyncClient) -> None:
    code = await code_from_the_desk(desk)
    done = await machine.post("/kiosk/enrol", data={"code": code})
    assert (done.status_code, done.headers["location"]) == (303, "/kiosk")


async def test_a_manager_sets_up_a_kiosk_and_the_machine_becomes_one(browse: Browse) -> None:
    desk, machine = browse(), browse()
    assert "还没有启用" in (await machine.get("/kiosk")).text
    await enrolled(desk, machine)
    flags = next(each for each in machine.cookies.jar if each.name == DEVICE)
    assert flags.secure and flags.has_nonstandard_attr("HttpOnly")
    start = (await machine.get("/kiosk")).text
    assert 'data-mode="kiosk"' in start and "用邻里卡登录" in start and "一楼东门" in start
    line = (await desk.get("/desk/devices")).text
    assert "使用中" in line and "一楼东门" in line


async def test_language_comes_first_and_holds(browse: Browse) -> None:
    desk, machine = browse(), browse()
    await enrolled(desk, machine)
    page = (await machine.get("/kiosk")).text
    assert page.index('value="en"') < page.index("<h1>")
    chosen = await machine.post("/preferences", data={"lang": "en", "next": "/kiosk"})
    assert chosen.headers["location"] == "/kiosk"
    english = (await machine.get("/kiosk")).text
    assert 'lang="en" data-mode="kiosk"' in english and "Find a service" in english


async def test_a_wrong_code_is_shown_again(client: httpx.AsyncClient) -> None:
    page = await client.post("/kiosk/enrol", data={"code": "BBBB-BBBB"})
    assert page.status_code == 422 and "启用码不对或已失效" in page.text and 'value="BBBB-BBBB"' in page.text


async def test_a_manager_revokes_a_kiosk(browse: Browse) -> None:
    desk, machine = browse(), browse()
    await enrolled(desk, machine)
    page = (await desk.get("/desk/devices")).text
    action = re.search(r'href="(/desk/devices/[^"]+/revocation)"', page)
    assert action is not None
    assert "正在使用的人会被退出" in (await desk.get(action.group(1))).text
    assert (await desk.post(action.group(1), data={"csrf": csrf_of(page)})).status_code == 303
    assert (await desk.get(action.group(1))).headers["location"] == "/desk/devices"
    machine._transport.app.devices.clear()  # type: ignore[attr-defined]
    assert 'data-mode="standard"' in (await machine.get("/services?x=1")).text
    assert "已停用" in (await desk.get("/desk/devices")).text


async def test_a_new_code_is_shown_once_and_replaces_the_machine(browse: Browse) -> None:
    desk, machine = browse(), browse()
    await enrolled(desk, machine)
    page = (await desk.get("/desk/devices")).text
    action = re.search(r'action="(/desk/devices/[^"]+/code)"', page)
    assert action is not None
    shown = await desk.post(action.group(1), data={"csrf": csrf_of(page)})
    assert re.search(r"[B-Z]{4}-[B-Z]{4}", shown.text)
    assert not re.search(r"[B-Z]{4}-[B-Z]{4}", (await desk.get("/desk/devices")).text)


async def test_an_unknown_hall_is_named_in_the_form(client: httpx.AsyncClient) -> None:
    await sign_in_as(client, await manager())
    csrf = await form_token(client, "/desk/devices")
    form = {"csrf": csrf, "kind": "kiosk", "hall": "00000000-0000-7000-8000-000000000000", "name": "门口"}
    page = await client.post("/desk/devices", data=form)
    assert page.status_code == 422 and 'value="门口"' in page.text


async def test_clerks_and_residents_do_not_keep_machines(browse: Browse) -> None:
    for who in (await clerk(), await resident()):
        client = browse()
        await sign_in_as(client, who)
        assert (await client.get("/desk/devices")).status_code == 403


async def at_kiosk(machine: httpx.AsyncClient, name: str = "韩大爷") -> str:
    device = await db.fetchrow("SELECT id FROM identity_device WHERE state = 'active'")
    assert device is not None
    han = await resident(name=name, phone="", home="")
    token, _ = await identity.open_session(
        actor_for(han, channel="kiosk"), kind="resident", user_agent="", proof="card", at=device["id"]
    )
    machine.cookies.set(COOKIE, token, domain="linli.test")
    return token


async def test_a_person_at_the_kiosk_is_asked_before_the_end_with_and_without_script(browse: Browse) -> None:
    desk, machine = browse(), browse()
    await enrolled(desk, machine)
    await at_kiosk(machine)
    page = (await machine.get("/kiosk")).text
    assert "韩大爷" in page and "我办完了" in page
    assert "<noscript>" in page and "url=/kiosk/still-here?next=" in page and "still.js" in page
    asked = await machine.get("/kiosk/still-here?next=/appointments")
    assert asked.headers["refresh"] == "25;url=/kiosk/end"
    assert 'href="/appointments"' in asked.text and "25 秒" in asked.text
    assert 'href="https://evil.example"' not in (await machine.get("/kiosk/still-here?next=https://evil.example")).text
    assert (await machine.get("/kiosk/here")).status_code == 204


async def test_the_end_wipes_the_browser_and_the_server_but_leaves_the_kiosk(browse: Browse) -> None:
    desk, machine = browse(), browse()
    await enrolled(desk, machine)
    token = await at_kiosk(machine)
    ended = await machine.get("/kiosk/end")
    assert (ended.status_code, ended.headers["location"]) == (303, "/kiosk")
    assert ended.headers["clear-site-data"] == '"cache", "storage"'
    gone = ended.headers.get_list("set-cookie")
    assert any(each.startswith(f"{COOKIE}=") and "Max-Age=0" in each and "Secure" in each for each in gone)
    assert not any(each.startswith(DEVICE) for each in gone)
    named = {each.partition("=")[0] for each in gone}
    assert {f"{COOKIE}-code", f"{COOKIE}-passkey", f"{COOKIE}-device"} <= named, "nothing of a sign-in half done stays"
    assert await identity.resolve_session(token) is None
    machine.cookies.set(COOKIE, token, domain="linli.test")
    assert "韩大爷" not in (await machine.get("/kiosk")).text
    assert 'data-mode="kiosk"' in (await machine.get("/kiosk")).text


async def test_the_link_of_another_site_ends_nothing_at_a_kiosk(browse: Browse) -> None:
    desk, machine = browse(), browse()
    await enrolled(desk, machine)
    token = await at_kiosk(machine)
    ended = await machine.get("/kiosk/end", headers={"sec-fetch-site": "cross-site"})
    assert ended.headers["location"] == "/kiosk" and "set-cookie" not in ended.headers
    assert await identity.resolve_session(token) is not None


async def test_the_end_elsewhere_ends_nothing(client: httpx.AsyncClient) -> None:
    token = await sign_in_as(client, await resident())
    assert (await client.get("/kiosk/end")).headers["location"] == "/"
    assert await identity.resolve_session(token) is not None


async def test_private_pages_at_a_kiosk_are_never_kept(browse: Browse) -> None:
    desk, machine = browse(), browse()
    await enrolled(desk, machine)
    await at_kiosk(machine)
    for path in ("/kiosk", "/me", "/appointments", "/services"):
        assert (await machine.get(path)).headers["cache-control"] == "no-store", path


async def test_whoever_is_not_signed_in_is_led_to_the_card(browse: Browse) -> None:
    desk, machine = browse(), browse()
    await enrolled(desk, machine)
    assert (await machine.get("/appointments")).headers["location"] == "/sign-in/card?next=/appointments"
    page = (await machine.get("/sign-in/card?next=/appointments")).text
    assert 'autocomplete="off"' in page and "current-password" not in page


async def test_a_code_signs_in_at_the_kiosk_too_and_the_machine_is_nobodys_own(browse: Browse) -> None:
    desk, machine = browse(), browse()
    await enrolled(desk, machine)
    page = (await machine.get("/sign-in?next=/kiosk")).text
    assert "passkey" not in page and "/demo" not in page and "/staff/sign-in" not in page
    assert (await machine.post("/sign-in", data={"phone": "13712349999", "next": "/kiosk"})).status_code == 303
    code = re.search(r"[0-9]{6}", (await notifications.latest(1))[0].body)
    assert code is not None
    opened = await machine.post("/sign-in/code", data={"code": code.group(), "next": "/kiosk"})
    assert opened.headers["location"] == "/kiosk"
    assert not any(each.startswith(f"{COOKIE}-device=") for each in opened.headers.get_list("set-cookie"))
    assert "我办完了" in (await machine.get("/kiosk")).text
    assert await db.fetchval("SELECT at_device IS NOT NULL FROM identity_session ORDER BY id DESC LIMIT 1")


async def test_help_is_a_person(client: httpx.AsyncClient) -> None:
    for address in ("/kiosk/help", "/kiosk/help?mode=elder", "/kiosk/help?lang=en"):
        page = await client.get(address)
        assert page.status_code == 200 and "12345" in page.text


async def test_a_passkey_at_a_kiosk_opens_a_session_of_the_kiosk_and_makes_it_known_to_nobody(browse: Browse) -> None:
    desk, machine = browse(), browse()
    await enrolled(desk, machine)
    keys = await keys_of(await resident(name="韩大爷"))
    machine.cookies.set(f"{COOKIE}-passkey", keys["sign-in"]["request"], domain="linli.test")
    opened = await machine.post("/sign-in/passkey", data={"credential": keys["sign-in"]["credential"]})
    assert opened.status_code == 303, opened.text
    assert not any(each.startswith(f"{COOKIE}-device=") for each in opened.headers.get_list("set-cookie"))
    assert await db.fetchval("SELECT at_device FROM identity_session ORDER BY id DESC LIMIT 1") is not None
