"""谁看过我的信息 as a person sees it: pages in every mode, on paper, the desk that answers, and the JSON door."""

import re
from collections.abc import Callable
from uuid import uuid4

import httpx
import pytest

from backend.core import trail
from backend.identity.schemas import PersonSummary, StaffPost
from tests.identity.factories import actor_for, csrf_of, helping, manager, operator, resident, sign_in_as

Browse = Callable[[], httpx.AsyncClient]
MODES = ("standard.zh_CN.", "elder.zh_CN.", "standard.en.")


async def read(who: StaffPost, person: PersonSummary, purpose: str = "Helping you with a matter") -> None:
    await trail.viewed(actor_for(who), region="230103", person=person.id, what="person", purpose=purpose)


async def signed_in(client: httpx.AsyncClient, look: str = MODES[0]) -> PersonSummary:
    """Somebody who sees pages that way; Chen has looked once."""
    mode, lang, _ = look.split(".")
    client.cookies.set("linli_ui", look, domain="linli.test")
    person = await resident(name="李秀兰", mode=mode, lang=lang)
    await read(await operator(name="陈晓"), person)
    await sign_in_as(client, person)
    return person


@pytest.fixture
async def li(client: httpx.AsyncClient) -> PersonSummary:
    return await signed_in(client)


def first_question(html: str) -> str:
    """Where the first 问一问 of a page leads."""
    found = re.search(r'href="(/disclosures/[0-9a-f-]{36}/question)"', html)
    assert found is not None
    return found.group(1)


@pytest.mark.parametrize("look", MODES)
async def test_a_person_sees_who_looked_and_asks(client: httpx.AsyncClient, look: str) -> None:
    await signed_in(client, look)
    shown = (await client.get("/disclosures")).text
    chinese = "zh_CN" in look
    assert f'data-mode="{look.split(".")[0]}"' in shown
    assert "陈晓" in shown and ("话务员" if chinese else "Phone operator") in shown
    assert ("帮您办事" if chinese else "Helping you with a matter") in shown
    assert ("谁也删不掉" if chinese else "nobody can delete it") in shown
    where = first_question(shown)
    asked = await client.get(where)
    assert asked.status_code == 200
    sent = await client.post(where, data={"csrf": csrf_of(asked.text), "text": "为什么看我？"})
    assert (sent.status_code, sent.headers["location"]) == (303, "/disclosures?asked=true")
    after = (await client.get("/disclosures?asked=true")).text
    assert "为什么看我？" in after and where not in after
    again = await client.post(where, data={"csrf": csrf_of(asked.text), "text": "为什么？"})
    assert again.status_code == 409 and "/disclosures" in again.text
    assert (await client.get(where)).status_code == 200


@pytest.mark.parametrize("look", MODES)
async def test_an_empty_list_says_so(client: httpx.AsyncClient, look: str) -> None:
    mode, lang, _ = look.split(".")
    client.cookies.set("linli_ui", look, domain="linli.test")
    await sign_in_as(client, await resident(mode=mode, lang=lang))
    shown = (await client.get("/disclosures")).text
    assert ("还没有人看过您的信息" if "zh" in look else "Nobody has looked at your data") in shown
    assert (await client.get("/disclosures/print")).status_code == 200
    assert (await client.get(f"/disclosures?after={uuid4()}")).status_code == 200


async def test_what_is_too_long_is_shown_again_and_nothing_typed_is_lost(
    client: httpx.AsyncClient, li: PersonSummary
) -> None:
    where = first_question((await client.get("/disclosures")).text)
    token = csrf_of((await client.get(where)).text)
    refused = await client.post(where, data={"csrf": token, "text": "问" * 501})
    assert refused.status_code == 422 and "问" * 501 in refused.text and 'role="alert"' in refused.text


async def test_older_ones_are_a_page_further(client: httpx.AsyncClient, li: PersonSummary) -> None:
    chen = await operator(name="王强")
    for number in range(25):
        await read(chen, li, purpose=f"purpose {number}")
    first = (await client.get("/disclosures")).text
    assert first.count("<li") >= 20 and "purpose 24" in first and "purpose 3" not in first
    (more,) = re.findall(r'href="(/disclosures\?after=[^"]+)"', first)
    assert "purpose 0" in (await client.get(more)).text


async def test_the_list_of_a_visitor_is_printed_at_the_counter(client: httpx.AsyncClient, browse: Browse) -> None:
    li = await resident(name="李秀兰")
    await read(await manager(name="孙丽"), li)
    desk = browse()
    await helping(desk, await operator(name="陈晓"), li)
    assert "孙丽" in (await desk.get("/disclosures")).text
    paper = (await desk.get("/disclosures/print")).text
    assert "孙丽" in paper and "李秀兰" in paper and "3 个工作日" in paper


async def test_the_menu_leads_there(client: httpx.AsyncClient, li: PersonSummary, browse: Browse) -> None:
    assert 'href="/disclosures"' in (await client.get("/me")).text
    desk = browse()
    await sign_in_as(desk, await manager())
    assert 'href="/desk/disclosures"' in (await desk.get("/desk")).text
    other = browse()
    await sign_in_as(other, await operator())
    assert 'href="/desk/disclosures"' not in (await other.get("/desk")).text
    assert (await other.get("/desk/disclosures")).status_code == 403


async def test_the_desk_answers(client: httpx.AsyncClient, li: PersonSummary, browse: Browse) -> None:
    where = first_question((await client.get("/disclosures")).text)
    await client.post(where, data={"csrf": csrf_of((await client.get(where)).text), "text": "为什么看我？"})
    desk = browse()
    await sign_in_as(desk, await manager())
    listed = (await desk.get("/desk/disclosures")).text
    assert "陈晓" in listed and "李秀兰" not in listed
    (one,) = re.findall(r'href="(/desk/disclosures/[0-9a-f-]{36})"', listed)
    opened = (await desk.get(one)).text
    assert "李秀兰" in opened and "为什么看我？" in opened
    refused = await desk.post(one, data={"csrf": csrf_of(opened), "answer": "？"})
    assert refused.status_code == 422 and 'aria-invalid="true"' in refused.text
    sent = await desk.post(one, data={"csrf": csrf_of(opened), "answer": "您来电时查过您的预约。"})
    assert sent.headers["location"] == "/desk/disclosures?done=true"
    assert (await desk.get("/desk/disclosures?done=true")).status_code == 200
    again = await desk.post(one, data={"csrf": csrf_of(opened), "answer": "再答一次"})
    assert again.status_code == 409
    assert "您来电时查过您的预约。" in (await client.get("/disclosures")).text


async def test_whoever_looked_is_asked_to_leave_the_answer_to_others(browse: Browse) -> None:
    li, mine, desk, sun = await resident(), browse(), browse(), await manager()
    await read(sun, li)
    await sign_in_as(mine, li)
    where = first_question((await mine.get("/disclosures")).text)
    await mine.post(where, data={"csrf": csrf_of((await mine.get(where)).text)})
    await sign_in_as(desk, sun)
    (one,) = re.findall(r'href="(/desk/disclosures/[0-9a-f-]{36})"', (await desk.get("/desk/disclosures")).text)
    refused = await desk.post(one, data={"csrf": csrf_of((await desk.get(one)).text), "answer": "没有什么事"})
    assert refused.status_code == 403 and "请让别的同事来答复" in refused.text and "没有什么事" in refused.text


async def test_the_json_door_says_the_same(client: httpx.AsyncClient, li: PersonSummary, browse: Browse) -> None:
    found = (await client.get("/api/v1/me/disclosures", headers={"Accept-Language": "zh-CN"})).json()
    (line,) = found["items"]
    assert (line["name"], line["role"], line["times"], line["question"]) == ("陈晓", "operator", 1, None)
    assert line["purpose"] == "帮您办事" and found["next"] is None
    where = f"/api/v1/me/disclosures/{line['id']}/question"
    asked = await client.post(where, json={"text": "为什么？"})
    assert asked.status_code == 201 and asked.json()["question"]["answered"] is None
    assert (await client.post(where, json={})).status_code == 409
    assert (await client.post(f"/api/v1/me/disclosures/{uuid4()}/question", json={})).status_code == 404
    assert (await client.post(where, json={"text": "x", "region": "230103"})).status_code == 422
    desk = browse()
    await sign_in_as(desk, await manager())
    (waiting,) = (await desk.get("/api/v1/disclosure-questions")).json()
    one = f"/api/v1/disclosure-questions/{waiting['id']}"
    assert (await desk.get(one)).json()["text"] == "为什么？"
    assert (await desk.post(f"{one}/answer", json={"answer": "您来电时查过。"})).status_code == 204
    assert (await desk.post(f"{one}/answer", json={"answer": "再答"})).status_code == 409
    assert (await client.get(one)).status_code == 403


async def test_without_signing_in_there_is_nothing(client: httpx.AsyncClient) -> None:
    assert (await client.get("/disclosures")).headers["location"].startswith("/sign-in")
    assert (await client.get("/desk/disclosures")).headers["location"].startswith("/staff/sign-in")
    assert (await client.get("/api/v1/me/disclosures")).status_code == 401


async def test_staff_who_help_nobody_are_told_so(client: httpx.AsyncClient) -> None:
    await sign_in_as(client, await operator())
    assert (await client.get("/disclosures")).status_code == 403


async def test_the_names_of_those_who_looked_are_shown_as_text(client: httpx.AsyncClient, browse: Browse) -> None:
    evil = '"><img src=x onerror=alert(1)>'
    li, chen = await resident(name=evil), await operator(name=evil)
    await read(chen, li)
    await sign_in_as(client, li)
    page = (await client.get("/disclosures")).text
    assert "onerror=alert(1)" in page and "<img src=x" not in page
    desk = browse()
    await helping(desk, chen, li)
    for path in ("/desk", "/desk/assist", "/disclosures", "/privacy/mine"):
        assert "<img src=x" not in (await desk.get(path)).text, path
