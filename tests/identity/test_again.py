"""核实是您本人: in the same account only, under a new token, then on to where one was going."""

import re
from collections.abc import Callable
from datetime import timedelta

import httpx
import msgspec
import pytest

from backend.core import clock, rate
from backend.core.actor import Actor
from backend.core.problems import Conflict, Invalid
from backend.identity import service
from backend.identity.schemas import (
    CodeAgain,
    CodeRequest,
    PasskeyAnswer,
    PasskeyNew,
    PasswordAgain,
    PersonSummary,
    SignIn,
    StaffPost,
)
from backend.identity.service.challenges import PasskeyRefused
from backend.identity.service.codes import CodeEnded
from backend.identity.service.passwords import LockedOut, WrongPassword
from backend.notifications import service as notifications
from tests.delegation.factories import acting, standing
from tests.identity.authenticator import Device
from tests.identity.factories import (
    COOKIE,
    PASSWORD,
    csrf_of,
    form_token,
    operator,
    resident,
    sign_in_as,
    token_for,
)
from tests.identity.test_codes import HOME, other_than, the_code

ADDRESS = "192.0.2.1"
Freeze = Callable[..., None]
LATER = timedelta(minutes=11)


async def signed_in(who: PersonSummary | StaffPost) -> tuple[Actor, str]:
    token = await token_for(who)
    session = await service.resolve_session(token)
    assert session is not None
    return session.actor, token


async def code_for(actor: Actor) -> tuple[str, str]:
    sent = await service.send_proof_code(actor, address=ADDRESS, lang="zh_CN")
    return sent.request, await the_code()


async def test_the_code_to_the_number_on_record_proves_its_owner_and_the_token_changes() -> None:
    li = await resident()
    actor, old = await signed_in(li)
    with clock.frozen(clock.now() + LATER):
        request, code = await code_for(actor)
        opened = await service.prove_by_code(actor, CodeAgain(code=code, request=request), address=ADDRESS)
        assert await service.resolve_session(old) is None
        session = await service.resolve_session(opened.token)
        assert session is not None
        assert (session.actor.acting, session.actor.session) == (li.id, actor.session)
        assert session.actor.proved_at == clock.now()


async def test_somebody_elses_code_proves_nothing() -> None:
    li, wang = await resident(), await resident(name="王敏")
    actor, _ = await signed_in(li)
    other, _ = await signed_in(wang)
    request, code = await code_for(other)
    with pytest.raises(CodeEnded):
        await service.prove_by_code(actor, CodeAgain(code=code, request=request), address=ADDRESS)


async def test_a_code_to_sign_in_proves_nothing_and_a_proof_opens_no_session() -> None:
    li = await resident(phone="13955551111")
    actor, _ = await signed_in(li)
    sent = await service.request_code(actor, CodeRequest(phone="13955551111"), address=ADDRESS, lang="zh_CN")
    with pytest.raises(CodeEnded):
        await service.prove_by_code(actor, CodeAgain(code=await the_code(), request=sent.request), address=ADDRESS)
    rate.reset()
    request, code = await code_for(actor)
    with pytest.raises(CodeEnded):
        await service.sign_in(SignIn(code=code, request=request), address=ADDRESS, user_agent="", viewer=HOME)


async def test_a_proof_code_is_sent_on_only_for_its_owner() -> None:
    li, wang = await resident(), await resident(name="王敏")
    actor, _ = await signed_in(li)
    other, _ = await signed_in(wang)
    request, _ = await code_for(actor)
    rate.reset()
    with pytest.raises(CodeEnded):
        await service.resend_code(other, request, address=ADDRESS, lang="zh_CN")
    again = await service.resend_code(actor, request, address=ADDRESS, lang="zh_CN", by="call")
    digits = re.search(r"(\d \d \d \d \d \d)", (await notifications.latest(1))[0].body)
    assert digits is not None
    wanted = CodeAgain(code=digits.group(1), request=again.request)
    assert (await service.prove_by_code(actor, wanted, address=ADDRESS)).token


async def test_wrong_codes_are_counted_here_too() -> None:
    actor, _ = await signed_in(await resident())
    request, code = await code_for(actor)
    for _ in range(5):
        with pytest.raises(Invalid):
            await service.prove_by_code(actor, CodeAgain(code=other_than(code), request=request), address=ADDRESS)
    with pytest.raises(CodeEnded):
        await service.prove_by_code(actor, CodeAgain(code=code, request=request), address=ADDRESS)


async def test_without_a_number_on_record_another_way_is_named() -> None:
    actor, _ = await signed_in(await resident(phone=""))
    with pytest.raises(Conflict):
        await service.send_proof_code(actor, address=ADDRESS, lang="zh_CN")


async def test_ones_own_passkey_proves_and_another_persons_does_not() -> None:
    actor, _ = await signed_in(await resident())
    other, _ = await signed_in(await resident(name="王敏"))
    mine, theirs = Device(), Device()
    for who, device in ((actor, mine), (other, theirs)):
        asked = await service.begin_passkey(who)
        new = PasskeyNew(credential=device.make(asked.options), request=asked.request, name="手机")
        await service.register_passkey(who, new)
    asked = await service.begin_passkey_again(actor, address=ADDRESS)
    wrong = PasskeyAnswer(credential=theirs.use(asked.options), request=asked.request)
    with pytest.raises(PasskeyRefused):
        await service.prove_by_passkey(actor, wrong, address=ADDRESS)
    asked = await service.begin_passkey_again(actor, address=ADDRESS)
    right = PasskeyAnswer(credential=mine.use(asked.options), request=asked.request)
    opened = await service.prove_by_passkey(actor, right, address=ADDRESS)
    lines = await service.my_sessions(actor, opened.token)
    assert [line.proof for line in lines] == ["passkey"]


async def test_staff_prove_themselves_by_password_and_the_lock_counts() -> None:
    actor, old = await signed_in(await operator())
    opened = await service.prove_by_password(actor, PasswordAgain(password=PASSWORD), address=ADDRESS)
    assert await service.resolve_session(old) is None and await service.resolve_session(opened.token) is not None
    for _ in range(5):
        with pytest.raises(WrongPassword):
            await service.prove_by_password(actor, PasswordAgain(password="wrong"), address=ADDRESS)
    with pytest.raises(LockedOut):
        await service.prove_by_password(actor, PasswordAgain(password=PASSWORD), address=ADDRESS)


async def test_a_second_factor_is_asked_where_one_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    async def check(actor: Actor, code: str) -> None:
        if code != "246810":
            raise Invalid({"code": "wrong"})

    monkeypatch.setattr("backend.identity.service.again._second", [])
    service.also_ask(check)
    actor, _ = await signed_in(await operator())
    assert (await service.proof_ways(actor)).second_factor
    with pytest.raises(Invalid):
        await service.prove_by_password(actor, PasswordAgain(password=PASSWORD), address=ADDRESS)
    wanted = PasswordAgain(password=PASSWORD, code="246810")
    assert (await service.prove_by_password(actor, wanted, address=ADDRESS)).token


async def test_a_daughter_who_acts_for_her_mother_proves_herself() -> None:
    daughter, mother = await resident(name="王敏"), await resident()
    actor = await acting(daughter, await standing(mother, daughter))
    assert (await service.proof_ways(actor)).phone_masked == daughter.phone_masked
    request, code = await code_for(actor)
    opened = await service.prove_by_code(actor, CodeAgain(code=code, request=request), address=ADDRESS)
    session = await service.resolve_session(opened.token)
    assert session is not None and session.actor.acting == daughter.id


async def test_a_stranger_is_asked_to_sign_in(client: httpx.AsyncClient) -> None:
    led = await client.get("/sign-in/again?next=/me")
    assert led.status_code == 303 and led.headers["location"].startswith("/sign-in?next=")
    for path in ("codes", "passkey-challenges"):
        assert (await client.post(f"/api/v1/sessions/current/{path}")).status_code == 401
    for name, body in (
        ("password", {"password": "x"}),
        ("code", {"code": "123456"}),
        ("passkey", {"credential": "{}"}),
    ):
        answer = await client.post(f"/api/v1/sessions/current/proofs/{name}", json=body)
        assert answer.status_code == 401


async def test_while_helping_the_staff_member_proves_themselves() -> None:
    actor, _ = await signed_in(await operator())
    li = await resident()
    helping = msgspec.structs.replace(actor, principal=li.id, basis="assisted")
    ways = await service.proof_ways(helping)
    assert ways.password and not ways.phone_masked


@pytest.mark.parametrize("view", ["", "&mode=elder", "&lang=en"])
async def test_a_page_that_needs_it_leads_there_and_back(client: httpx.AsyncClient, frozen: Freeze, view: str) -> None:
    await sign_in_as(client, await resident())
    frozen(clock.now() + LATER)
    led = await client.get("/me/sign-in/passkeys/new")
    assert (led.status_code, led.headers["location"]) == (303, "/sign-in/again?next=/me/sign-in/passkeys/new")
    page = await client.get(led.headers["location"] + view)
    form = {"csrf": csrf_of(page.text), "next": "/me/sign-in/passkeys/new"}
    sent = await client.post("/sign-in/again", data=form)
    assert sent.headers["location"] == "/sign-in/again/code?next=/me/sign-in/passkeys/new"
    asking = await client.get(sent.headers["location"])
    assert 'action="/sign-in/again/code"' in asking.text
    old = client.cookies[COOKIE]
    form = {"csrf": csrf_of(asking.text), "next": "/me/sign-in/passkeys/new", "code": await the_code()}
    back = await client.post("/sign-in/again/code", data=form)
    assert (back.status_code, back.headers["location"]) == (303, "/me/sign-in/passkeys/new")
    assert client.cookies[COOKIE] != old
    assert (await client.get("/me/sign-in/passkeys/new")).status_code == 200


async def test_a_form_that_needs_it_says_so_and_leads_back_to_its_page(
    client: httpx.AsyncClient, frozen: Freeze
) -> None:
    await sign_in_as(client, await resident())
    csrf = await form_token(client, "/me/sign-in")
    frozen(clock.now() + LATER)
    where = {"Referer": "https://linli.test/me/sign-in?x=1"}
    refused = await client.post("/me/sign-in/passkeys/options", data={"csrf": csrf}, headers=where)
    assert refused.status_code == 403
    assert 'href="/sign-in/again?next=/me/sign-in%3Fx%3D1"' in refused.text
    where = {"Referer": "https://evil.example/me"}
    refused = await client.post("/me/sign-in/passkeys/options", data={"csrf": csrf}, headers=where)
    assert 'href="/sign-in/again?next=/me"' in refused.text


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:x"])
async def test_the_way_back_stays_on_this_site(client: httpx.AsyncClient, target: str) -> None:
    await sign_in_as(client, await resident())
    csrf = await form_token(client, "/sign-in/again")
    sent = await client.post("/sign-in/again", data={"csrf": csrf, "next": target})
    assert sent.headers["location"] == "/sign-in/again/code?next=/me/sign-in"


async def test_staff_are_asked_for_their_password(client: httpx.AsyncClient) -> None:
    await sign_in_as(client, await operator())
    page = await client.get("/sign-in/again?next=/desk")
    form = {"csrf": csrf_of(page.text), "next": "/desk", "password": "wrong"}
    wrong = await client.post("/sign-in/again/password", data=form)
    assert wrong.status_code == 422 and "密码不对" in wrong.text
    right = await client.post("/sign-in/again/password", data=form | {"password": PASSWORD})
    assert (right.status_code, right.headers["location"]) == (303, "/desk")


async def test_a_program_proves_its_owner_again(client: httpx.AsyncClient) -> None:
    token = await token_for(await resident())
    head = {"Authorization": f"Bearer {token}"}
    sent = (await client.post("/api/v1/sessions/current/codes", headers=head)).json()
    body = {"code": await the_code(), "request": sent["request"]}
    proved = await client.post("/api/v1/sessions/current/proofs/code", headers=head, json=body)
    assert proved.status_code == 201
    assert (await client.get("/api/v1/me", headers=head)).status_code == 401
    head = {"Authorization": f"Bearer {proved.json()['token']}"}
    assert (await client.get("/api/v1/me", headers=head)).status_code == 200
