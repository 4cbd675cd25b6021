"""The JSON doors of identity."""

import re
from collections.abc import Callable

import httpx
import pytest

from backend.core import rate
from backend.notifications import service as notifications
from tests.identity.factories import (
    COOKIE,
    PASSWORD,
    actor_for,
    clerk,
    code_of,
    manager,
    operator,
    resident,
    staff,
    token_for,
)

Browse = Callable[[], httpx.AsyncClient]


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def the_code() -> str:
    found = re.search(r"\b\d{6}\b", (await notifications.latest(1))[0].body)
    assert found is not None
    return found.group()


async def test_a_program_signs_in_reads_itself_and_signs_out(client: httpx.AsyncClient) -> None:
    sent = await client.post("/api/v1/sign-in/codes", json={"phone": "13612345678"})
    assert sent.status_code == 201, sent.text
    wanted = {"request": sent.json()["request"], "code": await the_code()}
    opened = await client.post("/api/v1/sessions", json=wanted)
    assert opened.status_code == 201 and opened.json()["new_person"] is True
    token = bearer(opened.json()["token"])
    me = await client.get("/api/v1/me", headers=token)
    assert me.json()["phone_masked"] == "136****5678" and me.json()["name"] == ""
    named = await client.patch("/api/v1/me", headers=token, json={"name": "王敏", "mode": "elder"})
    assert (named.json()["name"], named.json()["mode"]) == ("王敏", "elder")
    assert (await client.delete("/api/v1/sessions/current", headers=token)).status_code == 204
    replayed = await client.get("/api/v1/me", headers=token)
    assert replayed.status_code == 401 and replayed.json()["code"] == "sign-in-required"


async def test_known_and_unknown_numbers_look_alike_from_outside(client: httpx.AsyncClient) -> None:
    await resident(phone="13655550001")
    answers = [
        await client.post("/api/v1/sign-in/codes", json={"phone": phone}) for phone in ("13655550001", "13655550002")
    ]
    bodies = [{**answer.json(), "request": "", "phone_masked": ""} for answer in answers]
    assert bodies[0] == bodies[1]
    names = [sorted(set(answer.headers) - {"x-request-id"}) for answer in answers]
    assert names[0] == names[1] and {answer.status_code for answer in answers} == {201}


async def test_a_second_code_within_a_minute_is_refused_with_an_honest_wait(client: httpx.AsyncClient) -> None:
    await client.post("/api/v1/sign-in/codes", json={"phone": "13612345678"})
    refused = await client.post("/api/v1/sign-in/codes", json={"phone": "13612345678"})
    assert refused.status_code == 429 and 50 <= int(refused.headers["retry-after"]) <= 61


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/v1/sign-in/codes", {"phone": "13612345678", "role": "operator"}),
        ("/api/v1/sessions", {"code": "123456", "request": "x", "principal": "y"}),
        ("/api/v1/staff/sessions", {"login": "chen", "password": "x", "roles": ["city"]}),
    ],
)
async def test_unknown_fields_are_refused(client: httpx.AsyncClient, path: str, body: dict[str, object]) -> None:
    assert (await client.post(path, json=body)).status_code == 422


@pytest.mark.parametrize("field", ["assurance", "roles", "region", "phone", "state", "id"])
async def test_nobody_raises_themselves(client: httpx.AsyncClient, field: str) -> None:
    li = await resident()
    token = bearer(await token_for(li))
    assert (await client.patch("/api/v1/me", headers=token, json={field: "real-name"})).status_code == 422
    assert (await client.get("/api/v1/me", headers=token)).json()["assurance"] == "phone"


async def test_wrong_codes_say_how_many_tries_are_left(client: httpx.AsyncClient) -> None:
    sent = (await client.post("/api/v1/sign-in/codes", json={"phone": "13612345678"})).json()
    wrong = f"{(int(await the_code()) + 1) % 10**6:06d}"
    for _ in range(5):
        answer = await client.post("/api/v1/sessions", json={"request": sent["request"], "code": wrong})
        assert answer.status_code == 422 and answer.json()["code"] == "wrong-code"
    ended = await client.post("/api/v1/sessions", json={"request": sent["request"], "code": await the_code()})
    assert ended.status_code == 410 and ended.json()["code"] == "code-ended"


async def test_an_operator_finds_verifies_and_acts_for_a_caller(client: httpx.AsyncClient) -> None:
    li = await resident(phone="13655557777")
    token = bearer(await token_for(await operator()))
    found = (await client.post("/api/v1/people/searches", headers=token, json={"phone": "13655557777"})).json()
    assert [each["id"] for each in found] == [str(li.id)]
    wanted = {"person": str(li.id), "channel": "phone", "verified": ["registered-number", "home-address"]}
    assert (await client.post("/api/v1/assistance", headers=token, json=wanted)).status_code == 201
    assert (await client.get("/api/v1/me", headers=token)).json()["id"] == str(li.id)
    assert (await client.get("/api/v1/assistance/current", headers=token)).json()["person"]["name"] == "李秀兰"
    assert (await client.delete("/api/v1/assistance/current", headers=token)).status_code == 204
    assert (await client.get("/api/v1/me", headers=token)).status_code == 403
    assert (await client.get("/api/v1/assistance/current", headers=token)).status_code == 404


async def test_a_clerk_registers_a_visitor(client: httpx.AsyncClient) -> None:
    token = bearer(await token_for(await clerk()))
    body = {"name": "韩梅", "document": "11010519491231002X"}
    made = await client.post("/api/v1/people", headers=token, json=body)
    assert made.status_code == 201 and made.json()["assurance"] == "counter"
    again = await client.post("/api/v1/people", headers=token, json=body)
    assert again.status_code == 409 and again.json()["code"] == "person-known"


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/api/v1/people/searches"), ("POST", "/api/v1/people"), ("POST", "/api/v1/assistance")],
)
async def test_the_register_is_closed_to_everybody_else(browse: Browse, method: str, path: str) -> None:
    assert (await browse().request(method, path, json={})).status_code == 401
    for who in (await resident(), await manager(), await staff("city")):
        token = bearer(await token_for(who))
        assert (await browse().request(method, path, headers=token, json={})).status_code == 403


async def test_staff_sign_in_with_both_factors_and_lose_rights_with_the_post(client: httpx.AsyncClient) -> None:
    from backend.identity import service

    chen = await staff("operator", login="chen.api")
    wrong = await client.post("/api/v1/staff/sessions", json={"login": "chen.api", "password": "wrong"})
    assert wrong.status_code == 422 and wrong.json()["code"] == "wrong-password"
    opened = await client.post("/api/v1/staff/sessions", json={"login": "chen.api", "password": PASSWORD})
    assert opened.json()["needs"] == "enrolment"
    half = bearer(opened.json()["token"])
    key = (await client.post("/api/v1/staff/second-factor", headers=half)).json()["key"]
    done = await client.post("/api/v1/staff/second-factor/confirmation", headers=half, json={"code": code_of(key)})
    assert done.status_code == 201 and len(done.json()["recovery_codes"]) == 10
    token = bearer(done.json()["token"])
    assert (
        await client.post("/api/v1/people/searches", headers=token, json={"phone": "13600000000"})
    ).status_code == 200
    await service.end_post(chen.region, chen.id)
    client.cookies.clear()
    app_sessions = client._transport.app.sessions  # type: ignore[attr-defined]
    app_sessions.clear()  # at most nine tenths of a second later
    assert (
        await client.post("/api/v1/people/searches", headers=token, json={"phone": "13600000000"})
    ).status_code == 401


async def test_a_locked_login_is_told_how_long(client: httpx.AsyncClient) -> None:
    for _ in range(5):
        rate.reset()
        await client.post("/api/v1/staff/sessions", json={"login": "nobody", "password": "wrong"})
    locked = await client.post("/api/v1/staff/sessions", json={"login": "nobody", "password": "wrong"})
    assert locked.status_code == 429 and locked.json()["code"] == "locked-out"
    assert "30" in locked.json()["detail"]


async def test_my_other_session_can_be_ended_from_here(client: httpx.AsyncClient) -> None:
    li = await resident()
    here, there = bearer(await token_for(li)), bearer(await token_for(li))
    lines = (await client.get("/api/v1/me/sessions", headers=here)).json()
    other = next(line["id"] for line in lines if not line["current"])
    assert (await client.delete(f"/api/v1/me/sessions/{other}", headers=here)).status_code == 204
    assert (await client.get("/api/v1/me", headers=there)).status_code == 401
    assert (await client.get("/api/v1/me", headers=here)).status_code == 200


async def test_a_cookie_write_from_another_site_is_refused(client: httpx.AsyncClient) -> None:
    li = await resident()
    client.cookies.set(COOKIE, await token_for(li), domain="linli.test")
    refused = await client.patch("/api/v1/me", json={"name": "x"}, headers={"Origin": "https://evil.example"})
    assert refused.status_code == 403
    assert (await client.get("/api/v1/me")).json()["name"] == li.name
    assert actor_for(li).name == li.name
