"""Pages of cards and of assurance, without script."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import unquote

import httpx
import pytest

from backend.core import rate
from tests.appointments.factories import MONDAY
from tests.identity.factories import clerk, csrf_of, form_token, helping, operator, resident, sign_in_as
from tests.identity.test_assurance import NUMBER
from tests.identity.test_cards import DOCUMENT, card_for

Browse = Callable[[], httpx.AsyncClient]


async def test_a_clerk_makes_a_card_and_its_owner_signs_in_on_the_web(browse: Browse) -> None:
    desk, home = browse(), browse()
    han = await resident(name="韩大爷", phone="")
    await helping(desk, await clerk(), han)
    page = (await desk.get("/desk/card")).text
    card = re.search(r'name="card" value="([0-9a-f-]{36})"', page)
    assert card is not None
    form = {"csrf": csrf_of(page), "card": card.group(1), "document": DOCUMENT, "pin": ""}
    printed = await desk.post("/desk/card", data=form)
    assert printed.status_code in (200, 201) and printed.headers["cache-control"] == "no-store"
    number = re.search(r"[0-9]{4} [0-9]{4} [0-9]{4}", printed.text)
    pin = re.search(r'when num">([0-9]{6})<', printed.text)
    assert number and pin and "<svg" in printed.text and "韩大爷" in printed.text
    again = await desk.post("/desk/card", data=form)
    assert again.status_code == 409 and pin.group(1) not in again.text
    assert (await home.get("/sign-in/card")).status_code == 200
    opened = await home.post("/sign-in/card", data={"card": number.group(), "pin": pin.group(1), "next": "/me/card"})
    assert (opened.status_code, opened.headers["location"]) == (303, "/me/card")
    mine = (await home.get("/me/card")).text
    assert number.group()[-4:] in mine and number.group() not in mine


async def test_a_bad_pin_at_the_desk_keeps_what_was_typed(client: httpx.AsyncClient) -> None:
    await helping(client, await clerk(), await resident(phone=""))
    page = (await client.get("/desk/card")).text
    card = re.search(r'name="card" value="([0-9a-f-]{36})"', page)
    assert card is not None
    form = {"csrf": csrf_of(page), "card": card.group(1), "document": DOCUMENT}
    for pin, words in (("123456", "太容易被猜到"), ("12", "六位数字")):
        wrong = await client.post("/desk/card", data=form | {"pin": pin})
        assert wrong.status_code == 422 and words in wrong.text
        assert f'value="{DOCUMENT}"' in wrong.text and f'value="{pin}"' not in wrong.text


async def test_a_clerk_is_asked_before_anything_is_typed_and_what_was_typed_in_time_is_kept(
    client: httpx.AsyncClient, frozen: Callable[[datetime], None]
) -> None:
    frozen(MONDAY)
    await helping(client, await clerk(), await resident(phone=""))
    page = (await client.get("/desk/card")).text
    card = re.search(r'name="card" value="([0-9a-f-]{36})"', page)
    assert card is not None and "/sign-in/again" not in page
    csrf = csrf_of(page)
    frozen(MONDAY + timedelta(minutes=11))
    for path, name in (("/desk/card", "pin"), ("/me/assurance", "document")):
        asked = (await client.get(path)).text
        assert f"/sign-in/again?next={path}" in unquote(asked) and f'name="{name}"' not in asked
    late = await client.post("/desk/card", data={"csrf": csrf, "card": card.group(1), "document": DOCUMENT, "pin": ""})
    assert late.status_code == 403 and f'value="{DOCUMENT}"' in late.text and "/sign-in/again" in late.text
    seen = await client.post("/me/assurance/counter", data={"csrf": csrf, "document": NUMBER})
    assert seen.status_code == 403 and f'value="{NUMBER}"' in seen.text


async def test_a_clerk_unlocks_and_stops_a_card(client: httpx.AsyncClient) -> None:
    han = await resident(name="韩大爷", phone="")
    await card_for(han)
    await helping(client, await clerk(), han)
    csrf = csrf_of((await client.get("/desk/card")).text)
    wrong = await client.post("/desk/card/unlocking", data={"csrf": csrf, "new_pin": "1" * 100})
    assert wrong.status_code == 422, "and says what is wrong: a link of the summary without words is found by the audit"
    assert (await client.post("/desk/card/unlocking", data={"csrf": csrf})).status_code == 303
    assert (await client.post("/desk/card/ending", data={"csrf": csrf})).status_code == 303
    assert "现有的卡" not in (await client.get("/desk/card")).text


async def test_a_clerk_who_helps_nobody_is_led_to_begin(client: httpx.AsyncClient) -> None:
    await sign_in_as(client, await clerk())
    assert (await client.get("/desk/card")).headers["location"] == "/desk/assist?next=/desk/card"


async def test_a_card_that_is_shown_finds_its_owner(client: httpx.AsyncClient) -> None:
    card = await card_for(await resident(name="韩大爷", phone=""))
    await sign_in_as(client, await clerk())
    csrf = await form_token(client, "/desk/assist")
    found = await client.post("/desk/assist/search", data={"csrf": csrf, "card": card.token})
    assert "韩大爷" in found.text
    bad = await client.post("/desk/assist/search", data={"csrf": csrf, "card": "1234"})
    assert bad.status_code == 422 and "请核对十二位数字" in bad.text


@pytest.mark.parametrize("mode", ["standard", "elder", "kiosk"])
async def test_signing_in_with_a_card_in_every_mode(client: httpx.AsyncClient, mode: str) -> None:
    page = await client.get(f"/sign-in/card?mode={mode}")
    assert page.status_code == 200 and f'data-mode="{mode}"' in page.text
    assert 'type="password"' in page.text and 'autocomplete="current-password"' in page.text
    assert (await client.get("/sign-in/card?lang=en")).status_code == 200


async def test_a_wrong_pin_is_shown_again_without_the_pin(client: httpx.AsyncClient) -> None:
    card = await card_for(await resident(phone=""))
    page = await client.post("/sign-in/card", data={"card": card.number, "pin": "975310"})
    assert page.status_code == 422 and "卡号和密码对不上" in page.text
    assert f'value="{card.number}"' in page.text and "975310" not in page.text
    short = await client.post("/sign-in/card", data={"card": card.number, "pin": "12"})
    assert short.status_code == 422 and "请填写六位数字的密码" in short.text


async def test_the_owner_reports_a_card_as_lost(client: httpx.AsyncClient) -> None:
    han = await resident(phone="13822223333")
    await card_for(han)
    await sign_in_as(client, han)
    csrf = await form_token(client, "/me/card")
    assert (await client.post("/me/card/loss", data={"csrf": csrf})).status_code == 303
    assert "还没有邻里卡" in (await client.get("/me/card")).text


@pytest.mark.parametrize("mode", ["standard", "elder"])
async def test_the_levels_in_both_modes_and_in_english(client: httpx.AsyncClient, mode: str) -> None:
    await sign_in_as(client, await resident(mode=mode))
    page = await client.get("/me/assurance")
    assert page.status_code == 200 and "目前等级" in page.text and 'href="/halls"' in page.text
    english = await client.get("/me/assurance?lang=en")
    assert "Checked at a counter" in english.text


async def test_a_resident_has_the_name_checked_and_is_told_why_it_failed(client: httpx.AsyncClient) -> None:
    rate.reset()
    await sign_in_as(client, await resident())
    csrf = await form_token(client, "/me/assurance")
    form = {"csrf": csrf, "name": "李秀兰", "document": NUMBER, "consent": "true"}
    without = await client.post("/me/assurance", data={key: form[key] for key in ("csrf", "name", "document")})
    assert without.status_code == 422 and "没有您的同意" in without.text and f'value="{NUMBER}"' in without.text
    wrong = await client.post("/me/assurance", data=form | {"name": "名字不符"})
    assert wrong.status_code == 409 and "请带证件到窗口办理" in wrong.text and 'href="/halls"' in wrong.text
    away = await client.post("/me/assurance", data=form | {"name": "维护"})
    assert away.status_code == 503 and "到窗口核验" in away.text
    good = await client.post("/me/assurance", data=form)
    assert (good.status_code, good.headers["location"]) == (303, "/me/assurance?done=true")
    assert "实名认证通过了" in (await client.get("/me/assurance?done=true")).text


async def test_a_clerk_lifts_the_level_on_the_same_page_and_an_operator_cannot(browse: Browse) -> None:
    counter, phone = browse(), browse()
    li = await resident()
    await helping(counter, await clerk(), li)
    csrf = await form_token(counter, "/me/assurance")
    done = await counter.post("/me/assurance/counter", data={"csrf": csrf, "document": NUMBER})
    assert done.status_code == 303
    other = await resident(name="王敏")
    await helping(phone, await operator(), other)
    page = (await phone.get("/me/assurance")).text
    assert "/me/assurance/counter" not in page
    refused = await phone.post("/me/assurance/counter", data={"csrf": csrf_of(page), "document": NUMBER})
    assert refused.status_code == 403
