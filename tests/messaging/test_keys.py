"""Systems and keys: shown once, revocable at once, and only for the administrator of the place."""

from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import UTC, datetime

import httpx
import pytest

from backend.core import clock, db, events, ids
from backend.core.actor import Actor
from backend.core.log import logger
from backend.core.policy import FreshSignInNeeded
from backend.core.problems import Forbidden, Invalid
from backend.identity import service as identity
from backend.identity.schemas import OrganisationRequest
from backend.identity.service.organising import insert_organisation
from backend.messaging import service
from backend.messaging.schemas import GuestsRequest, ServiceRequest
from backend.messaging.service.systems import NoSuchService
from tests.identity.factories import actor_for, administrator, operator
from tests.messaging.factories import a_service, a_template, admin, ask, key, signed
from tests.notifications.factories import counting

LIST = "/v2/notifications"


def why(answer: httpx.Response) -> tuple[int, str, str]:
    body = answer.json()
    assert body["status_code"] == answer.status_code
    return answer.status_code, body["errors"][0]["error"], body["errors"][0]["message"]


async def test_a_secret_is_shown_once_and_kept_sealed() -> None:
    actor = await admin()
    one = await a_service(actor)
    whole = await key(actor, one)
    assert whole[-73:-37] == str(one) and whole.startswith("linli_normal-")
    assert whole[-36:].encode() not in await db.fetchval("SELECT secret FROM messaging_key")
    (shown,) = (await service.service_of(actor, one)).keys
    assert whole[-36:] not in repr(shown)


async def test_a_revoked_key_and_an_ended_service_open_nothing(client: httpx.AsyncClient) -> None:
    actor = await admin()
    one = await a_service(actor)
    first, second = await key(actor, one), await key(actor, one, "team")
    assert (await ask(client, first, "GET", LIST)).status_code == 200
    (line, _) = (await service.service_of(actor, one)).keys
    await service.revoke_key(actor, one, line.id)
    await service.revoke_key(actor, one, line.id)
    assert why(await ask(client, first, "GET", LIST))[1:] == ("AuthError", "Invalid token: API key not found")
    assert (await ask(client, second, "GET", LIST)).status_code == 200
    await service.end_service(actor, one)
    assert (await ask(client, second, "GET", LIST)).status_code == 403


@pytest.mark.parametrize(("late", "status"), [(0, 200), (30, 200), (-30, 200), (31, 403), (-31, 403)])
async def test_a_token_is_good_for_half_a_minute(
    client: httpx.AsyncClient, frozen: Callable[[datetime], None], late: int, status: int
) -> None:
    frozen(datetime(2026, 11, 26, 4, tzinfo=UTC))  # a slow machine must not make it older
    actor = await admin()
    whole = await key(actor, await a_service(actor))
    answer = await client.get(LIST, headers={"Authorization": f"Bearer {signed(whole, late=late)}"})
    assert answer.status_code == status


async def test_what_is_no_good_token_is_refused_in_the_words_of_the_interface(client: httpx.AsyncClient) -> None:
    import jwt

    actor = await admin()
    whole = await key(actor, await a_service(actor))
    assert why(await client.get(LIST))[:2] == (401, "AuthError")
    assert why(await client.post(f"{LIST}/sms", json={}))[:2] == (401, "AuthError")
    other = whole[:-36] + str(ids.new())
    for token in (
        "x", "a.b.c", signed(other), signed(whole, iss=str(ids.new())), signed(whole, iss="x"),
        signed(whole, iss=None), signed(whole, iat="soon"), signed(whole, iat=float("inf")),
        jwt.encode({"iss": whole[-73:-37]}, "", algorithm="none"),
        jwt.encode({"iss": whole[-73:-37], "iat": 0}, whole[-36:] * 2, "HS512"),
    ):  # fmt: skip
        answer = await client.get(LIST, headers={"Authorization": f"Bearer {token}"})
        assert why(answer)[:2] == (403, "AuthError"), token


@pytest.mark.parametrize(
    "body",
    [b"[" * 20_000, b"\xff", b'{"template_id": "\\ud800"}', b'{"template_id": "\\u0000"}', b"[]", b"1e999", b"{"],
)
async def test_what_cannot_be_read_is_refused_and_never_an_error_of_ours(
    client: httpx.AsyncClient, body: bytes
) -> None:
    actor = await admin()
    bearer = {"Authorization": f"Bearer {signed(await key(actor, await a_service(actor)))}"}
    answer = await client.post(f"{LIST}/sms", content=body, headers={**bearer, "content-type": "application/json"})
    assert why(answer)[0] == 400


async def test_what_we_did_not_expect_is_noted(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    actor = await admin()
    whole = await key(actor, await a_service(actor))

    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(service, "notices", broken)
    assert (await ask(client, whole, "GET", LIST)).status_code == 500
    logger.flush()
    assert '"unhandled"' in capsys.readouterr().err


async def test_the_templates_of_a_system_are_read_together(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    actor = await admin()
    one = await a_service(actor)
    whole = await key(actor, one)
    made = [str((await a_template(actor, one, f"停水{n}")).id) for n in range(3)]
    said = counting(monkeypatch)
    found = (await ask(client, whole, "GET", "/v2/templates")).json()["templates"]
    assert {each["id"] for each in found} == set(made) and {each["version"] for each in found} == {1}
    assert sum("messaging_text" in each or "messaging_template" in each for each in said) == 3


async def test_only_a_fresh_administrator_of_the_place_lets_a_system_send() -> None:
    actor = await admin()
    one = await a_service(actor)
    elsewhere = await admin("230200")
    with pytest.raises(NoSuchService):
        await service.service_of(elsewhere, one)
    with pytest.raises(Invalid):
        await service.add_service(actor, ServiceRequest(name="无主", organisation=ids.new()))
    with pytest.raises(FreshSignInNeeded):
        await service.end_service(actor_for(await administrator(region="230100")), one)
    with pytest.raises(Forbidden):
        await service.services(actor_for(await operator(region="230100")))


async def test_guests_may_be_typed_as_people_write_numbers_and_addresses() -> None:
    actor = await admin()
    one = await a_service(actor)
    await service.set_guests(actor, one, GuestsRequest(guests="+86 138 0000 0001\nLi@Example.org"))
    caller = await service.recognise(f"Bearer {signed(await key(actor, one, 'team'))}")
    assert caller.guests == {"13800000001", "Li@example.org"}


async def test_guests_are_kept_sealed() -> None:
    actor = await admin()
    one = await a_service(actor)
    await service.set_guests(actor, one, GuestsRequest(guests="13800000001\nli@example.org"))
    assert (await service.service_of(actor, one)).guests == "13800000001\nli@example.org"
    assert b"13800000001" not in await db.fetchval("SELECT guests FROM messaging_service")


@pytest.mark.parametrize("sign", ["\x00", "\u202e", "\ufffe", "\x1b"])
async def test_signs_that_cannot_be_shown_are_refused_in_the_words_of_the_interface(
    client: httpx.AsyncClient, sign: str
) -> None:
    actor = await admin()
    one = await a_service(actor)
    whole, made = await key(actor, one), await a_template(actor, one)
    sent = {"phone_number": "13800000001", "template_id": str(made.id), "personalisation": {"name": "李"}}
    for field, value in (
        ("reference", f"a{sign}b"), ("personalisation", {"name": f"李{sign}"}), ("phone_number", f"1380000000{sign}1"),
    ):  # fmt: skip
        answer = await ask(client, whole, "POST", f"{LIST}/sms", json=sent | {field: value})
        assert why(answer)[:2] == (400, "ValidationError"), field
    assert (await ask(client, whole, "POST", f"{LIST}/sms", json=sent)).status_code == 201


async def test_a_token_of_brackets_only_is_refused_like_any_other(client: httpx.AsyncClient) -> None:
    header, body = (urlsafe_b64encode(part).decode().rstrip("=") for part in (b'{"alg":"HS256"}', b"[" * 20_000))
    answer = await client.get(LIST, headers={"Authorization": f"Bearer {header}.{body}.AAAA"})
    assert why(answer)[:2] == (403, "AuthError")


async def test_the_systems_of_a_closed_organisation_open_nothing(client: httpx.AsyncClient) -> None:
    actor = await admin()
    place = await insert_organisation(
        Actor.system("tests"), OrganisationRequest(kind="department", name="水务局", division=actor.region)
    )
    one = (await service.add_service(actor, ServiceRequest(name="水务短信", organisation=place.id))).id
    other = await a_service(actor, "供暖短信")
    theirs, others = await key(actor, one), await key(actor, other)
    assert (await ask(client, theirs, "GET", LIST)).status_code == 200
    await identity.close_organisation(actor, place.id)
    with clock.frozen(datetime(2099, 1, 1, tzinfo=UTC)):
        while await events.relay():
            pass
    assert (await ask(client, theirs, "GET", LIST)).status_code == 403
    assert (await ask(client, others, "GET", LIST)).status_code == 200


async def test_a_key_that_nobody_can_read_shuts_out_no_other(client: httpx.AsyncClient) -> None:
    actor = await admin()
    one = await a_service(actor)
    first, second = await key(actor, one), await key(actor, one)
    sql = "UPDATE messaging_key SET secret = $1 WHERE id = (SELECT id FROM messaging_key ORDER BY id LIMIT 1)"
    await db.execute(sql, b"\x00" * 40)
    assert (await ask(client, second, "GET", LIST)).status_code == 200
    assert (await ask(client, first, "GET", LIST)).status_code == 403
