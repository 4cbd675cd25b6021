"""The page and the API of consents: one button each, in every mode, with words to read aloud."""

import httpx

from backend.consents import service
from tests.identity.factories import csrf_of, helping, operator, resident, sign_in_as, token_for


async def test_one_button_gives_and_one_takes_back(client: httpx.AsyncClient) -> None:
    li = await resident(mode="elder")
    await sign_in_as(client, li)
    shown = await client.get("/consents")
    assert 'data-mode="elder"' in shown.text
    form = {"csrf": csrf_of(shown.text), "purpose": "location-once", "version": "1"}
    answer = await client.post("/consents/location-once/give", data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, "/consents#location-once")
    assert await service.standing(li.id, "location-once")
    again = await client.get("/consents")
    answer = await client.post("/consents/location-once/withdraw", data={"csrf": csrf_of(again.text)})
    assert answer.status_code == 303
    assert not await service.standing(li.id, "location-once")
    assert "您自己" in (await client.get("/consents")).text


async def test_the_page_reads_in_english(client: httpx.AsyncClient) -> None:
    await sign_in_as(client, await resident(lang="en"))
    shown = await client.get("/consents?lang=en")
    assert "Read where I am once" in shown.text


async def test_an_operator_reads_it_aloud(client: httpx.AsyncClient) -> None:
    li, chen = await resident(), await operator()
    await helping(client, chen, li)
    shown = await client.get("/consents")
    assert shown.status_code == 200
    assert "blockquote" in shown.text


async def test_the_api_gives_lists_and_takes_back(client: httpx.AsyncClient) -> None:
    bearer = {"Authorization": f"Bearer {await token_for(await resident())}"}
    wanted = {"purpose": "public-reviews", "version": 1}
    given = await client.post("/api/v1/me/consents", json=wanted, headers=bearer)
    assert (given.status_code, given.json()["state"]) == (200, "given")
    listed = await client.get("/api/v1/me/consents", headers=bearer)
    assert {each["purpose"]["name"]: each["state"] for each in listed.json()}["public-reviews"] == "given"
    back = await client.delete("/api/v1/me/consents/public-reviews", headers=bearer)
    assert back.json()["state"] == "withdrawn"
    history = await client.get("/api/v1/me/consents/history", headers=bearer)
    assert [each["state"] for each in history.json()] == ["withdrawn", "given"]


async def test_old_words_are_refused_and_strangers_see_nothing(client: httpx.AsyncClient) -> None:
    assert (await client.get("/consents")).status_code == 303
    bearer = {"Authorization": f"Bearer {await token_for(await resident())}"}
    wanted = {"purpose": "public-reviews", "version": 7}
    assert (await client.post("/api/v1/me/consents", json=wanted, headers=bearer)).status_code == 409
    assert (await client.delete("/api/v1/me/consents/nothing-here", headers=bearer)).status_code == 404
