"""Passkeys: made with a fresh proof, used without a name, answered once, never the last way taken away."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest

from backend.core import clock, db
from backend.core.actor import ANONYMOUS, Actor
from backend.core.policy import FreshSignInNeeded, NotDelegated
from backend.core.problems import Conflict, Forbidden, NotFound, SignInRequired
from backend.identity import service
from backend.identity.schemas import (
    PasskeyLine,
    PasskeyName,
    PasskeyNew,
    PasskeySignIn,
    PersonSummary,
    SignedIn,
    StaffPost,
)
from backend.identity.service.challenges import PasskeyEnded, PasskeyRefused
from backend.identity.service.ways import LastWay
from tests.identity.authenticator import Device
from tests.identity.factories import actor_for, operator, resident
from tests.identity.test_cards import card_for

ADDRESS = "192.0.2.1"


def fresh(who: PersonSummary | StaffPost) -> Actor:
    return msgspec.structs.replace(actor_for(who), proved_at=clock.now())


async def add(actor: Actor, device: Device, name: str = "我的手机") -> PasskeyLine:
    asked = await service.begin_passkey(actor)
    return await service.register_passkey(
        actor, PasskeyNew(credential=device.make(asked.options), request=asked.request, name=name)
    )


async def enter(device: Device, **how: Any) -> SignedIn:
    asked = await service.begin_passkey_sign_in(ANONYMOUS, address=ADDRESS)
    wanted = PasskeySignIn(credential=device.use(asked.options, **how), request=asked.request)
    return await service.passkey_sign_in(wanted, address=ADDRESS, user_agent="")


async def whose(opened: SignedIn) -> UUID | None:
    session = await service.resolve_session(opened.token)
    return session.actor.acting if session else None


async def announced(name: str) -> int:
    found: int = await db.fetchval("SELECT count(*) FROM core_announcement WHERE name = $1", name)
    return found


async def told() -> list[str]:
    rows = await db.fetch("SELECT template FROM notifications_message WHERE person IS NOT NULL ORDER BY id")
    return [row["template"] for row in rows]


async def test_a_resident_adds_a_passkey_and_signs_in_without_a_name() -> None:
    li, device = await resident(), Device()
    key = await add(fresh(li), device)
    opened = await enter(device)
    assert await whose(opened) == li.id
    row = await db.fetchrow("SELECT proof, kind FROM identity_session ORDER BY created DESC, id DESC LIMIT 1")
    assert row is not None and (row["proof"], row["kind"]) == ("passkey", "resident")
    (line,) = await service.my_passkeys(actor_for(li))
    assert (line.id, line.name) == (key.id, "我的手机") and line.last_used is not None
    assert await told() == ["passkey-added"] and await announced("PasskeyAdded") == 1


async def test_a_staff_member_signs_in_with_a_passkey() -> None:
    chen, device = await operator(), Device()
    await add(fresh(chen), device)
    opened = await enter(device)
    session = await service.resolve_session(opened.token)
    assert session is not None and session.actor.acting == chen.id and session.actor.is_("operator")


async def test_a_passkey_dies_with_the_post() -> None:
    chen, device = await operator(), Device()
    await add(fresh(chen), device)
    await service.end_post(chen.region, chen.id)
    with pytest.raises(PasskeyRefused):
        await enter(device)


async def test_adding_and_removing_need_a_fresh_proof() -> None:
    li = await resident()
    key = await add(fresh(li), Device())
    stale = msgspec.structs.replace(actor_for(li), proved_at=clock.now() - timedelta(minutes=11))
    with pytest.raises(FreshSignInNeeded):
        await service.begin_passkey(stale)
    with pytest.raises(FreshSignInNeeded):
        await service.remove_passkey(stale, key.id)
    with pytest.raises(SignInRequired):
        await service.begin_passkey(ANONYMOUS)


async def test_a_delegate_and_a_kiosk_add_no_passkey() -> None:
    li = fresh(await resident())
    delegate = msgspec.structs.replace(li, basis="delegation", scopes=frozenset({"appointments"}))
    with pytest.raises(NotDelegated):
        await service.begin_passkey(delegate)
    with pytest.raises(Forbidden):
        await service.begin_passkey(msgspec.structs.replace(li, channel="kiosk"))


Misbehave = Callable[[Device], dict[str, Any]]
TRICKS: dict[str, Misbehave] = {
    "another site": lambda _: {"origin": "https://linli.test.evil.example"},
    "without TLS": lambda _: {"origin": "http://linli.test"},
    "another relying party": lambda _: {"host": "evil.example"},
    "the owner not verified": lambda _: {"verified": False},
    "inside a frame of another site": lambda _: {"framed": True},
    "a registration instead": lambda _: {"kind": "webauthn.create"},
    "another challenge": lambda _: {"challenge": "AAAA"},
    "another person's handle": lambda _: {"handle": b"x" * 16},
    "another key's signature": lambda _: {"signer": Device()},
}


@pytest.mark.parametrize("trick", TRICKS)
async def test_a_bad_answer_is_refused_without_saying_why(trick: str) -> None:
    device = Device()
    await add(fresh(await resident()), device)
    with pytest.raises(PasskeyRefused) as refused:
        await enter(device, **TRICKS[trick](device))
    with pytest.raises(PasskeyRefused) as unknown:
        await enter(Device())
    assert refused.value.fields == unknown.value.fields
    assert await db.fetchval("SELECT count(*) FROM identity_session") == 0


@pytest.mark.parametrize("credential", ["{}", "[]", "null", "7", '{"rawId": 7}', "x" * 200, "[" * 9000])
async def test_what_is_no_answer_is_refused(credential: str) -> None:
    asked = await service.begin_passkey_sign_in(ANONYMOUS, address=ADDRESS)
    wanted = PasskeySignIn(credential=credential, request=asked.request)
    with pytest.raises(PasskeyRefused):
        await service.passkey_sign_in(wanted, address=ADDRESS, user_agent="")


async def test_a_challenge_is_answered_once_in_the_browser_that_asked_and_within_five_minutes() -> None:
    device = Device()
    await add(fresh(await resident()), device)
    asked = await service.begin_passkey_sign_in(ANONYMOUS, address=ADDRESS)
    wanted = PasskeySignIn(credential=device.use(asked.options), request=asked.request)
    elsewhere = msgspec.structs.replace(wanted, request="another browser")
    with pytest.raises(PasskeyEnded):
        await service.passkey_sign_in(elsewhere, address=ADDRESS, user_agent="")
    with clock.frozen(clock.now() + timedelta(minutes=5)), pytest.raises(PasskeyEnded):
        await service.passkey_sign_in(wanted, address=ADDRESS, user_agent="")
    await service.passkey_sign_in(wanted, address=ADDRESS, user_agent="")
    with pytest.raises(PasskeyEnded):
        await service.passkey_sign_in(wanted, address=ADDRESS, user_agent="")


async def test_a_challenge_serves_its_purpose_only() -> None:
    li, device = await resident(), Device()
    await add(fresh(li), device)
    again = await service.begin_passkey_again(fresh(li), address=ADDRESS)
    wanted = PasskeySignIn(credential=device.use(again.options), request=again.request)
    with pytest.raises(PasskeyEnded):
        await service.passkey_sign_in(wanted, address=ADDRESS, user_agent="")


async def test_a_challenge_of_one_person_makes_no_key_for_another() -> None:
    li, wang, device = await resident(), await resident(name="王敏"), Device()
    asked = await service.begin_passkey(fresh(li))
    new = PasskeyNew(credential=device.make(asked.options), request=asked.request, name="手机")
    with pytest.raises(PasskeyEnded):
        await service.register_passkey(fresh(wang), new)


@pytest.mark.parametrize("how", [{"origin": "https://evil.example"}, {"host": "evil.example"}, {"verified": False}])
async def test_a_bad_new_key_is_not_kept(how: dict[str, Any]) -> None:
    li = fresh(await resident())
    asked = await service.begin_passkey(li)
    new = PasskeyNew(credential=Device().make(asked.options, **how), request=asked.request, name="手机")
    with pytest.raises(PasskeyRefused):
        await service.register_passkey(li, new)
    assert await service.my_passkeys(li) == []


async def test_a_counter_that_falls_is_refused_recorded_and_told() -> None:
    li, device = await resident(), Device(counter=10)
    await add(fresh(li), device)
    await enter(device)
    device.counter = 5
    with pytest.raises(PasskeyRefused):
        await enter(device)
    assert await announced("PasskeyCounterFell") == 1
    assert (await told())[-1] == "passkey-copied"


async def test_a_device_that_does_not_count_signs_in_again_and_again() -> None:
    device = Device(counter=0)
    await add(fresh(await resident()), device)
    for _ in range(3):
        assert (await enter(device)).token


async def test_two_answers_with_one_counter_open_one_session(own_database: str) -> None:
    device = Device(counter=7)
    await add(fresh(await resident()), device)
    asked = [await service.begin_passkey_sign_in(ANONYMOUS, address=ADDRESS) for _ in range(2)]
    answers = []
    for each in asked:
        device.counter = 9
        answers.append(PasskeySignIn(credential=device.use(each.options), request=each.request))
    results = await asyncio.gather(
        *(service.passkey_sign_in(each, address=ADDRESS, user_agent="") for each in answers), return_exceptions=True
    )
    assert sum(isinstance(result, SignedIn) for result in results) == 1


async def test_the_last_way_to_sign_in_stays() -> None:
    li = await resident(phone="")
    one, other = await add(fresh(li), Device()), await add(fresh(li), Device())
    await service.remove_passkey(fresh(li), one.id)
    with pytest.raises(LastWay):
        await service.remove_passkey(fresh(li), other.id)
    assert [line.id for line in await service.my_passkeys(fresh(li))] == [other.id]


async def test_of_the_last_two_keys_removed_at_once_one_stays(own_database: str) -> None:
    li = await resident(phone="")
    keys = [await add(fresh(li), Device()) for _ in range(2)]
    results = await asyncio.gather(*(service.remove_passkey(fresh(li), key.id) for key in keys), return_exceptions=True)
    assert sum(isinstance(result, LastWay) for result in results) == 1
    assert len(await service.my_passkeys(fresh(li))) == 1


async def test_with_a_card_the_last_passkey_may_go() -> None:
    li = await resident(phone="")
    key = await add(fresh(li), Device())
    await card_for(li)
    await service.remove_passkey(fresh(li), key.id)
    assert await service.my_passkeys(fresh(li)) == []


async def test_with_a_phone_the_last_passkey_may_go() -> None:
    li = await resident()
    key = await add(fresh(li), Device())
    await service.remove_passkey(fresh(li), key.id)
    assert await service.my_passkeys(fresh(li)) == []
    assert await told() == ["passkey-added", "passkey-removed"]


async def test_a_removed_key_opens_nothing() -> None:
    li, device = await resident(), Device()
    key = await add(fresh(li), device)
    await service.remove_passkey(fresh(li), key.id)
    with pytest.raises(PasskeyRefused):
        await enter(device)


async def test_nobody_names_or_removes_another_persons_key() -> None:
    li, wang = await resident(), await resident(name="王敏")
    key = await add(fresh(li), Device())
    with pytest.raises(NotFound):
        await service.remove_passkey(fresh(wang), key.id)
    with pytest.raises(NotFound):
        await service.rename_passkey(fresh(wang), key.id, PasskeyName(name="x"))
    await service.rename_passkey(fresh(li), key.id, PasskeyName(name="女儿的平板"))
    assert (await service.my_passkeys(fresh(li)))[0].name == "女儿的平板"


async def test_a_device_has_one_key_of_an_account_and_an_account_ten_keys() -> None:
    li, device = fresh(await resident()), Device()
    await add(li, device)
    with pytest.raises(Conflict):
        await add(li, device)
    for _ in range(9):
        await add(li, Device())
    with pytest.raises(Conflict):
        await service.begin_passkey(li)


async def test_a_dump_shows_no_name_of_a_key() -> None:
    li = fresh(await resident())
    await add(li, Device(), name="女儿的平板")
    row = await db.fetchrow("SELECT * FROM identity_passkey")
    assert row is not None and "女儿的平板".encode() not in b"".join(v for v in row.values() if isinstance(v, bytes))
