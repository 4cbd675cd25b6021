"""Everything held of a person, for that person: complete, readable, and nothing of anybody else."""

import json

import httpx
import msgspec
import pytest

from backend.core import db, holdings, register
from backend.core.policy import FreshSignInNeeded, NotDelegated
from backend.core.problems import Forbidden, NobodyToActFor, TooMany
from backend.identity import service as identity
from backend.privacy import service
from tests.identity.factories import actor_for, clerk, helping, operator, resident, sign_in_as, token_for
from tests.privacy.factories import fresh, lived


async def test_the_export_holds_every_table_about_the_person() -> None:
    li = await lived()
    found = await service.export(fresh(actor_for(li)), lang="zh_CN")
    covered = frozenset().union(*(each.tables for each in holdings.registered()))
    names = {part.name for part in found.holdings}
    for line in register.held():
        assert not line.about_people or line.table in covered | names, line.table
    parts = {part.name: part.rows for part in found.holdings}
    assert parts["about-me"][0]["name"] == "李秀兰" and parts["about-me"][0]["phone"].startswith("138")
    assert [row["state"] for row in parts["appointments"]] == ["booked"]
    assert len(parts["consents"]) == 3 and parts["messages"] and parts["sessions"]
    assert {row["purpose"] for row in parts["views"]} >= {"Going through your consents with you"}
    assert "AppointmentBooked" in {row["what"] for row in parts["acts"]}


async def test_nothing_of_anybody_else_is_in_it() -> None:
    li, other = await lived(), await lived("王芳")
    chen = await operator(name="欧阳接线")
    await service.my_data(actor_for(chen, helping=li))
    text = msgspec.json.encode(await service.export(fresh(actor_for(li)), lang="zh_CN")).decode()
    for secret in ("王芳", str(other.id), "欧阳接线", str(chen.id)):
        assert secret not in text


async def test_a_table_that_no_slice_shows_is_shown_plainly_without_sealed_fields(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    li = await lived()
    monkeypatch.delitem(holdings._holdings, "messages")
    found = await service.export(fresh(actor_for(li)), lang="zh_CN")
    (plain,) = [part for part in found.holdings if part.name == "notifications_message"]
    assert plain.rows[0]["values"]["template"] == "appointment-booked"
    assert "body" not in plain.rows[0]["values"] and "phone" not in plain.rows[0]["values"]


async def test_a_closing_that_was_taken_back_says_so_in_words(client: httpx.AsyncClient) -> None:
    li = await resident()
    await service.ask_closing(fresh(actor_for(li)))
    await service.take_back_closing(actor_for(li))
    await sign_in_as(client, li)
    page = (await client.get("/privacy/mine")).text
    assert "已撤回" in page and "taken-back" not in page


async def test_the_export_asks_for_a_fresh_sign_in_is_limited_and_stays_on_record() -> None:
    li = await resident()
    with pytest.raises(FreshSignInNeeded):
        await service.export(actor_for(li), lang="en")
    await service.export(fresh(actor_for(li)), lang="en")
    with pytest.raises(TooMany):
        await service.export(fresh(actor_for(li)), lang="en")
    assert await db.fetchval("SELECT count(*) FROM core_announcement WHERE name = 'DataExported'") == 1


async def test_no_helper_and_no_member_of_staff_takes_it_along() -> None:
    li, mother = await resident(), await resident(name="王敏")
    helper = msgspec.structs.replace(
        fresh(actor_for(mother)), principal=li.id, basis="delegation", scopes=frozenset({"appointments", "guardian"})
    )
    for verb in (service.my_data, service.closing, service.ask_closing, service.take_back_closing):
        with pytest.raises(NotDelegated):
            await verb(helper)
    with pytest.raises(NotDelegated):
        await service.export(helper, lang="en")
    with pytest.raises(Forbidden):
        await service.export(fresh(actor_for(await operator(), helping=li)), lang="en")
    with pytest.raises(NobodyToActFor):
        await service.my_data(actor_for(await clerk()))


async def test_the_page_shows_it_in_words_masked_and_in_every_mode(client: httpx.AsyncClient) -> None:
    li = await lived()
    await sign_in_as(client, li)
    page = (await client.get("/privacy/mine")).text
    for words in ("李秀兰", "1948年3月5日", "约好了一次办事", "和您一起核对授权同意"):
        assert words in page
    about = page.split('id="about-me"')[1].split("</section>")[0]
    assert "****" in about and (await identity.held_of(li.id)).phone not in about
    assert 'data-mode="elder"' in (await client.get("/privacy/mine?mode=elder")).text
    assert "My data" in (await client.get("/privacy/mine?lang=en")).text


async def test_the_download_is_a_file(client: httpx.AsyncClient) -> None:
    await sign_in_as(client, await lived())
    answer = await client.get("/privacy/export.json")
    assert answer.status_code == 200
    assert answer.headers["content-disposition"].startswith('attachment; filename="linli-')
    assert answer.headers["cache-control"] == "no-store"
    assert {part["name"] for part in json.loads(answer.content)["holdings"]} >= {"about-me", "views", "acts"}
    assert (await client.get("/privacy/export.json")).status_code == 429


async def test_the_api_exports_too(client: httpx.AsyncClient) -> None:
    bearer = {"Authorization": f"Bearer {await token_for(await resident(name='孙大圣'))}"}
    answer = await client.get("/api/v1/me/export", headers=bearer)
    assert answer.status_code == 200 and "孙大圣" in answer.text
    assert (await client.get("/api/v1/me/export")).status_code == 401


async def test_staff_who_help_see_it_and_the_person_sees_that_they_did(client: httpx.AsyncClient) -> None:
    li, chen = await resident(), await operator()
    await helping(client, chen, li)
    assert (await client.get("/privacy/mine")).status_code == 200
    assert (await client.get("/privacy/export.json")).status_code == 403
    whats = await db.fetch("SELECT what FROM core_view WHERE person = $1", li.id)
    assert "everything" in {row["what"] for row in whats}


async def test_the_menu_of_my_page_leads_there(client: httpx.AsyncClient) -> None:
    await sign_in_as(client, await resident())
    me = (await client.get("/me")).text
    assert 'href="/privacy/mine"' in me and 'href="/consents"' in me
