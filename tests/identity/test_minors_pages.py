"""Asking a manager, a guardian's consent and minors' mode, as somebody with a browser and no script uses them."""

import re
from collections.abc import Callable
from datetime import date, datetime

import httpx
import pytest

from backend.core import clock, db
from backend.identity import service
from backend.identity.schemas import MinorsEntry, PersonSummary
from tests.identity.factories import actor_for, clerk, csrf_of, form_token, helping, manager, resident, sign_in_as

Browse = Callable[[], httpx.AsyncClient]
Freeze = Callable[[datetime], None]
NOON = datetime(2026, 11, 25, 12, tzinfo=clock.SHANGHAI)
SIXTEEN = date(2010, 5, 1)


@pytest.fixture(autouse=True)
def noon(frozen: Freeze) -> None:
    frozen(NOON)


async def search(client: httpx.AsyncClient, phone: str) -> str:
    token = await form_token(client, "/desk/assist")
    answer = await client.post("/desk/assist/search", data={"csrf": token, "phone": phone})
    assert answer.status_code == 200
    return answer.text


async def lent(client: httpx.AsyncClient) -> PersonSummary:
    mother = await resident(name="王敏", birth=date(1985, 9, 21))
    await service.enter_minors_mode(actor_for(mother), MinorsEntry(pin="271828", band="8-11"))
    await sign_in_as(client, mother)
    return mother


async def test_a_clerk_asks_a_manager_agrees_the_clerk_helps(browse: Browse) -> None:
    ming = await resident(name="小明明", birth=SIXTEEN, phone="13800006666")
    desk, boss = browse(), browse()
    await sign_in_as(desk, await clerk())
    await sign_in_as(boss, await manager())
    found = await search(desk, "13800006666")
    assert "小**" in found and "小明明" not in found and "138****6666" not in found
    assert "需经主任审批" in found and f"/desk/approvals/new?person={ming.id}" in found
    form = await form_token(desk, f"/desk/approvals/new?person={ming.id}")
    again = await desk.post("/desk/approvals", data={"csrf": form, "person": str(ming.id), "note": "学籍证明"})
    assert again.status_code == 422 and "请选择原因" in again.text and "学籍证明" in again.text
    wanted = {"csrf": form, "person": str(ming.id), "reason": "minor-here", "note": "学籍证明"}
    assert (await desk.post("/desk/approvals", data=wanted)).status_code == 303
    assert "等主任审批" in (await desk.get("/desk/approvals")).text
    refused = await desk.post("/desk/approvals", data=wanted)
    assert refused.status_code == 409 and "已经申请过" in refused.text

    assert "1 条未成年人信息查看申请" in (await boss.get("/desk")).text
    waiting = (await boss.get("/desk/approvals")).text
    assert "赵明" in waiting and "小**" in waiting and "学籍证明" in waiting and "小明明" not in waiting
    decision = re.search(r"/desk/approvals/[0-9a-f-]+/decision", waiting)
    assert decision is not None
    done = await boss.post(decision.group(), data={"csrf": csrf_of(waiting), "state": "given"})
    assert done.status_code == 303
    assert "没有待审批" in (await boss.get("/desk/approvals")).text

    mine = (await desk.get("/desk/approvals")).text
    assert f"/desk/assist?person={ming.id}" in mine and "12:30 前可以查看" in mine
    opened = (await desk.get(f"/desk/assist?person={ming.id}")).text
    assert "小明明" in opened and "2010-05-01" in opened


async def test_a_record_without_approval_is_a_page_that_says_what_to_do(client: httpx.AsyncClient) -> None:
    ming = await resident(name="小明明", birth=SIXTEEN)
    await sign_in_as(client, await clerk())
    answer = await client.get(f"/desk/assist?person={ming.id}")
    assert answer.status_code == 403
    assert "小明明" not in answer.text and "/desk/approvals" in answer.text and "主任点一下" in answer.text


async def test_a_program_asks_and_decides(browse: Browse) -> None:
    ming = await resident(name="小明明", birth=SIXTEEN)
    desk, boss = browse(), browse()
    await sign_in_as(desk, await clerk())
    await sign_in_as(boss, await manager())
    begin = {"person": str(ming.id), "verified": ["id-card"], "channel": "counter"}
    closed = await desk.post("/api/v1/assistance", json=begin)
    assert (closed.status_code, closed.json()["code"]) == (403, "approval-needed")
    asked = await desk.post("/api/v1/approvals", json={"person": str(ming.id), "reason": "minor-here"})
    assert asked.status_code == 201 and asked.json()["state"] == "waiting"
    (waiting,) = (await boss.get("/api/v1/approvals/waiting")).json()
    assert (waiting["person_masked"], waiting["mine"]) == ("小**", False)
    decided = await boss.post(f"/api/v1/approvals/{waiting['id']}/decision", json={"state": "given"})
    assert decided.status_code == 204
    assert (await desk.get("/api/v1/approvals")).json()[0]["state"] == "given"
    assert (await desk.post("/api/v1/assistance", json=begin)).status_code == 201


async def test_a_child_is_written_down_with_the_guardian_who_is_there(client: httpx.AsyncClient) -> None:
    await sign_in_as(client, await clerk())
    page = await search(client, "13800001111")
    child = {"csrf": csrf_of(page), "name": "豆豆", "birth": "2016-11-1"}
    refused = await client.post("/desk/assist/people", data=child)
    assert refused.status_code == 403 and "不满 14 周岁" in refused.text and "豆豆" in refused.text
    agreed = child | {"guardian": "王敏", "evidence": "household-book"}
    kept = await client.post("/desk/assist/people", data=agreed)
    assert kept.status_code == 200 and "豆**" in kept.text
    assert await db.fetchval("SELECT evidence FROM identity_guardian_consent") == "household-book"


async def test_a_consent_is_recorded_for_a_child_who_is_in_the_register(client: httpx.AsyncClient) -> None:
    doudou = await resident(name="豆豆", birth=date(2016, 11, 1))
    await sign_in_as(client, await clerk())
    page = await client.get(f"/desk/guardian-consent?person={doudou.id}")
    assert "您同意吗" in page.text and "豆豆" not in page.text
    token, target = csrf_of(page.text), f"/desk/guardian-consent/{doudou.id}"
    wrong = await client.post(target, data={"csrf": token, "guardian": "王敏"})
    assert wrong.status_code == 422 and "王敏" in wrong.text
    given = {"csrf": token, "guardian": "王敏", "evidence": "household-book"}
    assert (await client.post(target, data=given)).status_code == 303
    assert await service.guardian_consented(doudou.id)
    assert (await client.post(target, data=given)).status_code == 409


@pytest.mark.parametrize("ui", ["standard.zh_CN.", "elder.zh_CN.", "standard.en."])
async def test_a_parent_switches_the_mode_on_and_off(client: httpx.AsyncClient, ui: str) -> None:
    mode, lang, _ = ui.split(".")
    mother = await resident(name="王敏", birth=date(1985, 9, 21), mode=mode, lang=lang)
    await sign_in_as(client, mother)
    assert "/minors" in (await client.get("/settings")).text
    page = (await client.get("/minors")).text
    wrong = await client.post("/minors/entry", data={"csrf": csrf_of(page), "pin": "12", "band": "3-7"})
    assert wrong.status_code == 422
    entered = await client.post("/minors/entry", data={"csrf": csrf_of(page), "pin": "271828", "band": "3-7"})
    assert entered.status_code == 303
    inside = (await client.get("/minors")).text
    assert 'data-mode="minors"' in inside and 'name="band"' not in inside
    token = csrf_of(inside)
    again = await client.post("/minors/exit", data={"csrf": token, "pin": "111111"})
    assert again.status_code == 422 and "4" in again.text and "111111" not in again.text
    assert (await client.post("/minors/exit", data={"csrf": token, "pin": "271828"})).status_code == 303
    assert 'data-mode="standard"' in (await client.get("/minors")).text


async def test_no_link_form_or_cookie_leads_out(client: httpx.AsyncClient) -> None:
    await lent(client)
    assert 'data-mode="minors"' in (await client.get("/?mode=standard")).text
    assert 'data-mode="minors"' in (await client.get("/?mode=elder&lang=en")).text
    page = (await client.get("/me")).text
    assert "未成年人模式" in page and 'value="elder"' not in page
    await client.post("/preferences", data={"csrf": csrf_of(page), "mode": "standard"})
    client.cookies.set("linli_ui", "standard.zh_CN.", domain=client.base_url.host)
    assert 'data-mode="minors"' in (await client.get("/")).text
    changed = await client.post("/me/edit", data={"csrf": csrf_of(page), "name": "王敏", "notice_by": "sms"})
    assert changed.status_code == 303
    assert 'data-mode="minors"' in (await client.get("/")).text
    english = (await client.get("/?lang=en")).text
    assert 'lang="en"' in english and 'data-mode="minors"' in english


async def test_the_page_says_when_to_rest_and_services_stay_open(client: httpx.AsyncClient) -> None:
    mother = await lent(client)
    assert "今天用了" in (await client.get("/")).text
    for minutes, words in ((31, "往窗外看看"), (70, "今天就到这里")):
        await db.execute("UPDATE identity_minding SET day = $1, minutes = $2", NOON.date(), minutes)
        await sign_in_as(client, mother)
        for path in ("/", "/services", "/appointments", "/halls", "/me"):
            answer = await client.get(path)
            assert answer.status_code == 200 and words in answer.text


async def test_at_night_services_and_help_are_there(client: httpx.AsyncClient, frozen: Freeze) -> None:
    frozen(NOON.replace(hour=23))
    await lent(client)
    page = await client.get("/services")
    assert page.status_code == 200 and "早点休息" in page.text and "12345" in page.text


async def test_a_clerk_sets_new_digits_for_the_parent(client: httpx.AsyncClient, browse: Browse) -> None:
    mother = await lent(browse())
    await helping(client, await clerk(), mother)
    page = (await client.get("/minors")).text
    assert "重设家长密码" in page and "/minors/exit" not in page
    done = await client.post("/minors/pin", data={"csrf": csrf_of(page), "pin": "314159"})
    assert done.status_code == 303
    assert "已设好" in (await client.get("/minors?done=1")).text


async def test_an_anonymous_device_in_minors_mode_is_honoured(client: httpx.AsyncClient) -> None:
    page = (await client.get("/?mode=minors")).text
    assert 'data-mode="minors"' in page
    assert 'data-mode="minors"' in (await client.get("/services")).text
    assert (await client.get("/minors")).status_code == 303, "the way to the parent's digits is a sign-in"


async def test_a_program_reads_and_changes_the_mode(client: httpx.AsyncClient) -> None:
    mother = await resident(name="王敏", birth=date(1985, 9, 21))
    await sign_in_as(client, mother)
    entry = await client.post("/api/v1/me/minors-mode", json={"pin": "271828", "band": "12-15"})
    assert entry.status_code == 204
    state = (await client.get("/api/v1/me/minors-mode")).json()
    assert (state["on"], state["band"], state["limit"], state["has_pin"]) == (True, "12-15", 60, True)
    wrong = await client.post("/api/v1/me/minors-mode/exit", json={"pin": "000000"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "wrong-pin")
    assert (await client.post("/api/v1/me/minors-mode/exit", json={"pin": "271828"})).status_code == 204
