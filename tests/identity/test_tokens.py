"""Tokens of programs: short, bound to the session, of one kind; a refresh token used twice ends everything."""

import asyncio
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from backend.core import clock, crypto, db
from backend.identity import bearer, service
from backend.identity.schemas import PersonSummary, TokenRotation, Tokens
from backend.identity.service.tokens import RefreshEnded, SessionTokenNeeded
from backend.settings import RootKey
from tests.identity.factories import helping, operator, resident, sign_in_as, token_for

ADDRESS = "192.0.2.1"


async def pair(person: PersonSummary | None = None) -> Tokens:
    token = await token_for(person or await resident())
    session = await service.resolve_session(token, False)
    assert session is not None
    return await service.issue_tokens(session.actor, token, by_cookie=False)


async def rotate(refresh: str) -> Tokens:
    return await service.rotate_tokens(TokenRotation(refresh_token=refresh), address=ADDRESS)


def ours() -> Ed25519PrivateKey:
    return crypto.signing_keys(bearer.PURPOSE)[0]


def kid() -> str:
    return bearer.key_id(ours())


async def works(access: str) -> bool:
    return await service.resolve_session(access, False) is not None


async def test_an_access_token_speaks_for_its_session_and_holds_no_right_and_no_person() -> None:
    li = await resident()
    tokens = await pair(li)
    session = await service.resolve_session(tokens.access_token, False)
    assert session is not None and session.actor.acting == li.id and session.actor.channel == "app"
    claims = json.loads(urlsafe_b64decode(tokens.access_token.split(".")[1] + "=="))
    assert set(claims) == set(bearer.CLAIMS)
    assert str(li.id) not in json.dumps(claims) and claims["exp"] - claims["iat"] == 600
    assert len(tokens.access_token) < 600


async def test_an_access_token_lasts_ten_minutes() -> None:
    tokens = await pair()
    with clock.frozen(clock.now() + timedelta(minutes=9)):
        assert await works(tokens.access_token)
    with clock.frozen(clock.now() + timedelta(minutes=10, seconds=1)):
        assert not await works(tokens.access_token)


async def test_the_end_of_the_session_is_the_end_of_its_tokens() -> None:
    li = await resident()
    tokens = await pair(li)
    session = await service.resolve_session(tokens.access_token, False)
    assert session is not None
    await service.sign_out(session.actor, tokens.access_token)
    assert not await works(tokens.access_token)
    with pytest.raises(RefreshEnded):
        await rotate(tokens.refresh_token)


async def test_a_new_proof_ends_earlier_access_tokens() -> None:
    begun = clock.now()
    with clock.frozen(begun):
        tokens = await pair()
    with clock.frozen(begun + timedelta(minutes=2)):
        session = await service.resolve_session(tokens.access_token, False)
        assert session is not None
        await service.renew_proof(session.actor, proof="code")
        assert not await works(tokens.access_token)
        assert await works((await rotate(tokens.refresh_token)).access_token)


async def test_a_token_outlives_a_change_of_the_root_key_but_not_its_retirement() -> None:
    old, new = RootKey(1, b"\x01" * 32, "aes"), RootKey(2, b"\x02" * 32, "aes")
    session, now = uuid4(), clock.now()
    with crypto.using(old):
        token, _ = bearer.make(session, now)
    with crypto.using(new, old):
        assert bearer.read(token) == bearer.Bearer(session, int(now.timestamp()))
        assert bearer.make(session, now)[0].split(".")[0] != token.split(".")[0]
    with crypto.using(new):
        assert bearer.read(token) is None


async def test_a_browsers_cookie_takes_no_signed_token_and_gets_none() -> None:
    li = await resident()
    tokens, token = await pair(li), await token_for(li)
    assert await service.resolve_session(tokens.access_token, True) is None
    session = await service.resolve_session(token)
    assert session is not None
    with pytest.raises(SessionTokenNeeded):
        await service.issue_tokens(session.actor, token, by_cookie=True)


async def test_a_signed_token_makes_no_new_pair() -> None:
    tokens = await pair()
    session = await service.resolve_session(tokens.access_token, False)
    assert session is not None
    with pytest.raises(SessionTokenNeeded):
        await service.issue_tokens(session.actor, tokens.access_token, by_cookie=False)


async def test_a_refresh_token_gets_the_next_pair_once() -> None:
    first = await pair()
    second = await rotate(first.refresh_token)
    assert second.refresh_token != first.refresh_token and await works(second.access_token)
    third = await rotate(second.refresh_token)
    assert await works(third.access_token)


async def test_an_old_refresh_token_ends_the_session_and_the_person_is_told() -> None:
    first = await pair()
    second = await rotate(first.refresh_token)
    with pytest.raises(RefreshEnded):
        await rotate(first.refresh_token)
    assert not await works(second.access_token)
    with pytest.raises(RefreshEnded):
        await rotate(second.refresh_token)
    assert await db.fetchval("SELECT count(*) FROM core_announcement WHERE name = 'RefreshReused'") == 1
    assert await db.fetchval("SELECT count(*) FROM notifications_message WHERE template = 'refresh-reused'") == 1


async def test_two_uses_at_once_end_the_session(own_database: str) -> None:
    first = await pair()
    results = await asyncio.gather(*(rotate(first.refresh_token) for _ in range(2)), return_exceptions=True)
    assert sum(isinstance(result, Tokens) for result in results) == 1
    assert sum(isinstance(result, RefreshEnded) for result in results) == 1
    (won,) = [result for result in results if isinstance(result, Tokens)]
    assert not await works(won.access_token)


async def test_asking_again_ends_the_refresh_tokens_of_before() -> None:
    token = await token_for(await resident())
    session = await service.resolve_session(token, False)
    assert session is not None
    first = await service.issue_tokens(session.actor, token, by_cookie=False)
    await service.issue_tokens(session.actor, token, by_cookie=False)
    with pytest.raises(RefreshEnded):
        await rotate(first.refresh_token)


async def test_a_session_that_rests_is_not_refreshed() -> None:
    tokens = await pair()
    with clock.frozen(clock.now() + timedelta(minutes=31)), pytest.raises(RefreshEnded):
        await rotate(tokens.refresh_token)


async def test_an_unknown_refresh_token_ends_nothing() -> None:
    tokens = await pair()
    with pytest.raises(RefreshEnded):
        await rotate(crypto.token())
    assert await works(tokens.access_token)


def signed(claims: dict[str, Any], *, key: Any = None, alg: str = "EdDSA", head: dict[str, Any] | None = None) -> str:
    header = {"kid": kid(), "typ": "at+jwt"} | (head or {})
    return jwt.encode(claims, key if key is not None else ours(), alg, header)


def raw(head: dict[str, Any], claims: dict[str, Any], signature: bytes = b"") -> str:
    def part(value: bytes) -> str:
        return urlsafe_b64encode(value).decode().rstrip("=")

    return ".".join((part(json.dumps(head).encode()), part(json.dumps(claims).encode()), part(signature)))


HEAD = {"alg": "EdDSA", "kid": "", "typ": "at+jwt"}
Claims = dict[str, Any]
BAD: dict[str, Callable[[Claims, str], str]] = {
    "no algorithm": lambda c, _: raw({**HEAD, "alg": "none", "kid": kid()}, c),
    "no algorithm, in capitals": lambda c, _: raw({**HEAD, "alg": "NONE", "kid": kid()}, c),
    "no signature": lambda c, _: raw({**HEAD, "kid": kid()}, c),
    "public key as an HMAC secret": lambda c, _: signed(c, key=ours().public_key().public_bytes_raw(), alg="HS256"),
    "another HMAC secret": lambda c, _: signed(c, key="x" * 32, alg="HS256"),
    "another key": lambda c, _: signed(c, key=Ed25519PrivateKey.generate()),
    "the portal's key of another purpose": lambda c, _: signed(c, key=crypto.signing_keys("trail")[0]),
    "another key id": lambda c, _: signed(c, head={"kid": "0" * 16}),
    "a path as key id": lambda c, _: signed(c, head={"kid": "../../dev/null"}),
    "a key inside": lambda c, _: signed(c, head={"jwk": {"kty": "OKP", "crv": "Ed25519", "x": "AA"}}),
    "the address of a key": lambda c, _: signed(c, head={"jku": "https://evil.example/keys"}),
    "an extension that must be known": lambda c, _: signed(c, head={"crit": ["x"], "x": 1}),
    "another kind": lambda c, _: signed(c, head={"typ": "JWT"}),
    "an identity token": lambda c, _: signed(c, head={"typ": "logout+jwt"}),
    "another audience": lambda c, _: signed({**c, "aud": "https://linli.test"}),
    "several audiences": lambda c, _: signed({**c, "aud": ["https://evil.example"]}),
    "another issuer": lambda c, _: signed({**c, "iss": "https://evil.example"}),
    "run out": lambda c, _: signed({**c, "iat": c["iat"] - 700, "exp": c["exp"] - 700}),
    "from the future": lambda c, _: signed({**c, "iat": c["iat"] + 300, "exp": c["exp"] + 300}),
    "a year long": lambda c, _: signed({**c, "exp": c["exp"] + 31_536_000}),
    "no end": lambda c, _: signed({k: v for k, v in c.items() if k != "exp"}),
    "an end in words": lambda c, _: signed({**c, "exp": "tomorrow"}),
    "no session": lambda c, _: signed({k: v for k, v in c.items() if k != "sid"}),
    "another session": lambda c, _: signed({**c, "sid": str(uuid4())}),
    "a session that is none": lambda c, _: signed({**c, "sid": "1 OR 1=1"}),
    "an earlier proof": lambda c, _: signed({**c, "auth_time": c["auth_time"] - 1}),
    "changed after signing": lambda c, t: t.replace(t.split(".")[1], raw({}, {**c, "sid": str(uuid4())}).split(".")[1]),
    "a cut signature": lambda _, t: t[:-4],
    "two parts": lambda _, t: t.rpartition(".")[0],
    "four parts": lambda _, t: t + ".x",
    "no parts": lambda *_: "..",
    "no base64": lambda *_: "ä.ö.ü",
    "a list": lambda *_: raw(HEAD, {}).replace(".", ".W10", 1),
}  # fmt: skip


@pytest.mark.parametrize("kind", BAD)
async def test_a_bad_token_opens_nothing(kind: str) -> None:
    good = (await pair()).access_token
    claims = jwt.decode(good, options={"verify_signature": False})
    assert await works(good) and await works(signed(claims)), "the token it is made from is good"
    assert not await works(BAD[kind](claims, good))


def of(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def test_a_program_gets_uses_and_rotates_its_tokens(client: httpx.AsyncClient) -> None:
    token = await token_for(await resident(name="王敏"))
    first = await client.post("/api/v1/tokens", headers=of(token))
    assert first.status_code == 201, first.text
    me = await client.get("/api/v1/me", headers=of(first.json()["access_token"]))
    assert me.status_code == 200 and me.json()["name"] == "王敏"
    lines = (await client.get("/api/v1/me/sessions", headers=of(first.json()["access_token"]))).json()
    assert [line["current"] for line in lines] == [True]
    old = {"refresh_token": first.json()["refresh_token"]}
    second = await client.post("/api/v1/tokens/rotation", json=old)
    assert second.status_code == 201
    reused = await client.post("/api/v1/tokens/rotation", json=old)
    assert reused.status_code == 410 and reused.json()["code"] == "refresh-ended"
    dead = await client.get("/api/v1/me", headers=of(second.json()["access_token"]))
    assert dead.status_code == 401


async def test_a_program_signs_out_with_its_signed_token(client: httpx.AsyncClient) -> None:
    tokens = await pair()
    assert (await client.delete("/api/v1/sessions/current", headers=of(tokens.access_token))).status_code == 204
    assert (await client.get("/api/v1/me", headers=of(tokens.access_token))).status_code == 401


async def test_a_cookie_gets_no_tokens(client: httpx.AsyncClient) -> None:
    await sign_in_as(client, await resident())
    refused = await client.post("/api/v1/tokens")
    assert refused.status_code == 403 and refused.json()["code"] == "session-token-needed"


async def test_the_token_of_a_staff_member_who_helps_speaks_for_the_person(client: httpx.AsyncClient) -> None:
    chen, li = await operator(), await resident()
    await helping(client, chen, li)
    token = client.cookies["__Host-linli"]
    client.cookies.clear()
    first = (await client.post("/api/v1/tokens", headers=of(token))).json()
    me = await client.get("/api/v1/me", headers=of(first["access_token"]))
    assert me.json()["id"] == str(li.id)
    ended = await client.delete("/api/v1/assistance/current", headers=of(first["access_token"]))
    assert ended.status_code == 204
