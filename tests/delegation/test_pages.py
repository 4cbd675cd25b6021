"""The household's pages as people use them, in both versions, without JavaScript."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from backend.core import clock
from backend.delegation import service
from tests.delegation.factories import PAPERS, invited, standing
from tests.identity.factories import actor_for, clerk, csrf_of, form_token, helping, operator, resident, sign_in_as
from tests.support.web import Browse

MODES = ["standard.zh_CN.", "elder.zh_CN.", "standard.en."]
EVIL = '"><img src=x onerror=alert(1)>'


async def visitor(browse: Browse, person: object, mode: str = "standard.zh_CN.") -> httpx.AsyncClient:
    client = browse()
    client.cookies.set("linli_ui", mode, domain="linli.test")
    await sign_in_as(client, person)  # type: ignore[arg-type]
    return client


async def press(client: httpx.AsyncClient, path: str, page: str = "/household", **form: object) -> httpx.Response:
    return await client.post(path, data={"csrf": await form_token(client, page), **form})


def in_mode(mode: str) -> Any:
    """An account that is kept in this mode and language."""
    name, lang, _ = mode.split(".")
    return {"mode": name, "lang": lang}


@pytest.mark.parametrize("mode", MODES)
async def test_a_mother_asks_and_her_daughter_agrees(browse: Browse, mode: str) -> None:
    li = await visitor(browse, await resident(**in_mode(mode)), mode)
    wang = await visitor(browse, await resident(name="王敏", **in_mode(mode)), mode)
    page = await li.get("/household/invite")
    answers = {"relation": "女儿", "phone": "", "scopes": "appointments", "how_long": "half", "key": "0123456789"}
    for step in ["who", "what", "until"] if mode.startswith("elder") else ["all"]:
        page = await li.post("/household/invite", data={"csrf": csrf_of(page.text), "step": step, **answers})
        assert page.status_code == 200, page.text
    sent = await li.post("/household/invite", data={"csrf": csrf_of(page.text), "step": "send", **answers})
    assert sent.status_code == 303
    changed = await li.post(
        "/household/invite", data={"csrf": csrf_of(page.text), "step": "send", **answers, "phone": "13800000009"}
    )
    assert changed.status_code == 303 and changed.headers["location"] != sent.headers["location"]
    odd = await li.post("/household/invite", data={"csrf": csrf_of(page.text), **answers, "step": "x"})
    assert odd.status_code == 200, "a step that nobody offers begins anew, with everything typed"
    shown = await li.get(sent.headers["location"])
    code = shown.text.split('class="numeral num">')[1].split("<")[0]
    assert (await li.get(sent.headers["location"].split("?")[0] + "/qr.svg")).status_code == 200

    asked = await press(wang, "/household/code", "/household/code", code=code)
    assert "李秀兰" in asked.text
    agreed = await wang.post(
        "/household/answer", data={"csrf": csrf_of(asked.text), "code": code, "called": "妈妈", "answer": "yes"}
    )
    assert agreed.status_code == 303
    await wang.get(agreed.headers["location"])
    assert "妈妈" in (await wang.get("/household")).text
    assert "女儿" in (await li.get("/household")).text


async def test_nothing_typed_is_lost_and_each_mistake_has_words(browse: Browse) -> None:
    li = await visitor(browse, await resident())
    answer = await press(li, "/household/invite", "/household/invite", step="all", relation="女儿", phone="123")
    assert answer.status_code == 422
    assert 'value="女儿"' in answer.text and 'value="123"' in answer.text
    for field in ("phone", "scopes", "how_long"):
        assert f'id="{field}-error"' in answer.text
    wrong = await press(li, "/household/code", "/household/code", code="ABCD2345")
    assert wrong.status_code == 422 and 'value="ABCD2345"' in wrong.text


async def test_no_number_is_in_an_address(browse: Browse) -> None:
    li = await visitor(browse, await resident())
    answers = {"relation": "女儿", "phone": "13900000077", "scopes": "appointments", "how_long": "month"}
    page = await press(li, "/household/invite", "/household/invite", step="all", **answers)
    sent = await li.post("/household/invite", data={"csrf": csrf_of(page.text), "step": "send", **answers})
    assert "139" not in sent.headers["location"]
    assert "139****0077" in (await li.get(sent.headers["location"])).text


@pytest.mark.parametrize("mode", MODES)
async def test_the_bar_says_for_whom_on_every_page_until_it_ends(browse: Browse, mode: str) -> None:
    li, daughter = await resident(), await resident(name="王敏", **in_mode(mode))
    mandate = await standing(li, daughter)
    wang = await visitor(browse, daughter, mode)
    assert f"/household/{mandate.id}/turn" in (await wang.get("/me")).text
    turned = await press(wang, f"/household/{mandate.id}/turn", next="/appointments")
    assert turned.headers["location"] == "/appointments"
    for path in ("/", "/appointments", "/me", "/services", "/household", "/appointments/new"):
        page = await wang.get(path)
        assert page.status_code == 200
        bar = page.text.split('class="acting"')[1].split("</aside>")[0]
        assert "李秀兰" in bar and "王敏" in bar, path
    assert "/me/edit" not in (await wang.get("/me")).text
    assert (await wang.get("/me/edit")).status_code == 403
    assert (await press(wang, "/me/edit", name="李")).status_code == 403
    ended = await press(wang, "/household/turn/end")
    assert ended.status_code == 303
    assert 'class="acting"' not in (await wang.get("/household")).text


async def test_after_a_revocation_every_click_is_refused_politely_until_it_is_ended(browse: Browse) -> None:
    li, daughter = await resident(), await resident(name="王敏")
    mandate = await standing(li, daughter)
    wang = await visitor(browse, daughter)
    await press(wang, f"/household/{mandate.id}/turn")
    await service.revoke(actor_for(li), mandate.id)
    answer = await wang.get("/appointments")
    assert answer.status_code == 403 and "/household" in answer.text and "收回" in answer.text
    page = await wang.get("/household")
    assert page.status_code == 200
    await wang.post("/household/turn/end", data={"csrf": csrf_of(page.text)})
    assert (await wang.get("/appointments")).status_code == 200


@pytest.mark.parametrize("mode", MODES)
async def test_each_end_is_one_page_and_one_press(browse: Browse, mode: str) -> None:
    mother, daughter = await resident(**in_mode(mode)), await resident(name="王敏", **in_mode(mode))
    li, wang = await visitor(browse, mother, mode), await visitor(browse, daughter, mode)
    for client, act in ((li, "revocation"), (wang, "resignation")):
        mandate = await standing(mother, daughter)
        assert (await client.get(f"/household/{mandate.id}")).status_code == 200
        assert act in (await client.get(f"/household/{mandate.id}/end")).text
        assert (await press(client, f"/household/{mandate.id}/{act}")).status_code == 303
        assert (await client.get(f"/household/{mandate.id}")).status_code == 200
    slow = await standing(mother, daughter, PAPERS)
    assert f"/household/{slow.id}/veto" in (await li.get("/household")).text
    assert (await press(li, f"/household/{slow.id}/veto")).status_code == 303
    asked = await invited(mother)
    assert (await press(li, f"/household/{asked.id}/withdrawal")).status_code == 303
    longer = await standing(mother, daughter, days=5)
    assert (await press(li, f"/household/{longer.id}/extension", how_long="year")).status_code == 303
    assert (await press(li, f"/household/{longer.id}/extension")).status_code == 422


async def test_an_invitation_to_my_number_waits_in_my_household(browse: Browse) -> None:
    li, daughter = await resident(), await resident(name="王敏", phone="13900000088")
    asked = await invited(li, phone="13900000088")
    wang = await visitor(browse, daughter)
    assert f"/household/{asked.id}/answer" in (await wang.get("/household")).text
    page = await wang.get(f"/household/{asked.id}/answer")
    answer = {"csrf": csrf_of(page.text), "mandate": str(asked.id), "answer": "no"}
    assert (await wang.post("/household/answer", data=answer)).status_code == 303
    assert str(asked.id) not in (await wang.get("/household")).text


@pytest.mark.parametrize("desk", [operator, clerk])
async def test_staff_do_all_of_it_for_the_person_with_words_to_read(browse: Browse, desk: object) -> None:
    li, daughter = await resident(), await resident(name="王敏")
    mandate = await standing(li, daughter)
    client = browse()
    await helping(client, await desk(), li)  # type: ignore[operator]
    assert 'class="script"' in (await client.get("/household")).text
    assert (await client.get("/household/invite")).status_code == 200
    answers = {"relation": "侄子", "scopes": "appointments", "how_long": "errand"}
    page = await press(client, "/household/invite", "/household/invite", step="all", **answers)
    assert 'class="script"' in page.text
    sent = await client.post("/household/invite", data={"csrf": csrf_of(page.text), "step": "send", **answers})
    assert 'class="script"' in (await client.get(sent.headers["location"])).text
    assert 'class="script"' in (await client.get(f"/household/{mandate.id}/end")).text
    assert (await press(client, f"/household/{mandate.id}/revocation")).status_code == 303
    assert (await service.household(actor_for(daughter))).for_others == []


async def test_a_stranger_finds_no_mandate(browse: Browse) -> None:
    mandate = await standing(await resident(), await resident(name="王敏"))
    client = await visitor(browse, await resident(name="路人"))
    for path in ("", "/end", "/qr.svg", "/answer"):
        assert (await client.get(f"/household/{mandate.id}{path}")).status_code == 404
    assert (await browse().get("/household")).status_code == 303


async def test_a_session_that_was_proved_long_ago_is_asked_before_the_first_question(browse: Browse) -> None:
    li = await visitor(browse, await resident())
    with clock.frozen(clock.now() + timedelta(minutes=11)):
        answer = await li.get("/household/invite")
    assert answer.status_code == 303 and answer.headers["location"].startswith("/sign-in/again")


async def test_names_of_a_family_are_shown_as_text(browse: Browse) -> None:
    li, wang = await resident(name=f"李{EVIL}"), await resident(name=f"王{EVIL}")
    mandate = await standing(li, wang, relation=EVIL[:20])
    for who in (li, wang):
        client = await visitor(browse, who)
        for path in ("/household", f"/household/{mandate.id}", f"/household/{mandate.id}/end", "/household/acts"):
            page = await client.get(path)
            assert page.status_code == 200 and "<img src=x" not in page.text, path
    acting = await visitor(browse, wang)
    token = await form_token(acting, "/household")
    await acting.post(f"/household/{mandate.id}/turn", data={"csrf": token})
    for path in ("/household", "/appointments", "/"):
        assert "<img src=x" not in (await acting.get(path)).text, path
