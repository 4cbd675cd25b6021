"""Sessions: what they give, when they end."""

from datetime import timedelta

import httpx
import pytest

from backend import slices
from backend.core import clock, db, rate
from backend.core.actor import ANONYMOUS, Actor
from backend.core.problems import NotFound
from backend.core.viewer import Viewer
from backend.identity import service
from backend.identity.schemas import PersonSummary, SignedIn, SignIn
from backend.notifications import service as notifications
from backend.privacy import service as privacy
from tests.identity.factories import (
    COOKIE,
    actor_for,
    form_token,
    operator,
    resident,
    token_for,
    told_apart,
)
from tests.identity.test_codes import ask, the_code


async def test_a_session_speaks_for_its_resident() -> None:
    li = await resident(mode="elder")
    session = await service.resolve_session(await token_for(li))
    assert session is not None
    assert told_apart(session.actor) == actor_for(li)
    assert (session.mode, session.lang, session.place) == ("elder", "zh_CN", "230103")
    assert len(session.secret) == 32


async def test_an_unknown_token_is_nobody() -> None:
    assert await service.resolve_session("x" * 43) is None


async def test_a_bearer_token_is_the_app() -> None:
    session = await service.resolve_session(await token_for(await resident()), False)
    assert session is not None and session.actor.channel == "app" and not session.by_cookie


@pytest.mark.parametrize(("mode", "minutes"), [("standard", 30), ("elder", 240)])
async def test_a_resting_session_ends(mode: str, minutes: int) -> None:
    token = await token_for(await resident(mode=mode))
    with clock.frozen(clock.now() + timedelta(minutes=minutes - 1)):
        assert await service.resolve_session(token) is not None
    with clock.frozen(clock.now() + timedelta(minutes=2 * minutes)):
        assert await service.resolve_session(token) is None


async def test_use_keeps_a_session_alive_but_not_beyond_twelve_hours() -> None:
    token = await token_for(await resident())
    begun = clock.now()
    for minutes in range(25, 12 * 60, 25):
        with clock.frozen(begun + timedelta(minutes=minutes)):
            assert await service.resolve_session(token) is not None
    with clock.frozen(begun + timedelta(hours=12, minutes=1)):
        assert await service.resolve_session(token) is None


async def test_staff_sessions_rest_a_quarter_of_an_hour() -> None:
    token = await token_for(await operator())
    with clock.frozen(clock.now() + timedelta(minutes=15)):
        assert await service.resolve_session(token) is None


async def test_rights_end_with_the_post() -> None:
    chen = await operator()
    token = await token_for(chen)
    assert await service.resolve_session(token) is not None
    await service.end_post(chen.region, chen.id)
    assert await service.resolve_session(token) is None


async def test_signing_out_kills_the_token_on_the_server() -> None:
    li = await resident()
    token = await token_for(li)
    await service.sign_out(actor_for(li), token)
    assert await service.resolve_session(token) is None


async def test_a_person_sees_and_ends_their_other_sessions() -> None:
    li = await resident()
    here, there = await token_for(li), await token_for(li)
    lines = await service.my_sessions(actor_for(li), here)
    assert [line.current for line in lines].count(True) == 1
    other = next(line for line in lines if not line.current)
    await service.end_session(actor_for(li), other.id)
    assert await service.resolve_session(there) is None
    assert await service.resolve_session(here) is not None


async def test_nobody_ends_another_persons_session() -> None:
    li, wang = await resident(), await resident(name="王敏")
    token = await token_for(li)
    session = (await service.my_sessions(actor_for(li), token))[0]
    with pytest.raises(NotFound):
        await service.end_session(actor_for(wang), session.id)
    assert await service.resolve_session(token) is not None


async def live(person: PersonSummary) -> tuple[Actor, str]:
    token = await token_for(person)
    session = await service.resolve_session(token)
    assert session is not None
    return session.actor, token


async def test_all_other_devices_are_signed_out_and_this_one_stays() -> None:
    li, wang = await resident(), await resident(name="王敏")
    others = [await token_for(li), await token_for(li)]
    stranger = await token_for(wang)
    actor, here = await live(li)
    assert await service.end_other_sessions(actor) == 2
    assert [await service.resolve_session(each) for each in others] == [None, None]
    assert await service.resolve_session(here) is not None and await service.resolve_session(stranger) is not None
    ended = await db.fetchval("SELECT count(*) FROM core_announcement WHERE name = 'SignedOut'")
    assert ended == 2


async def test_a_session_says_how_and_when_its_owner_was_proved() -> None:
    actor, token = await live(await resident())
    (line,) = await service.my_sessions(actor, token)
    assert line.proof == "code" and line.proved_at == line.created and line.current


async def enter(phone: str, device: str = "", agent: str = "Mozilla/5.0 (iPhone) Safari/605") -> SignedIn:
    rate.reset()
    sent = await ask(phone)
    wanted = SignIn(code=await the_code(), request=sent.request, device=device)
    viewer = Viewer("standard", "zh_CN", "230103")
    return await service.sign_in(wanted, address="192.0.2.1", user_agent=agent, viewer=viewer)


async def told() -> list[str]:
    rows = await db.fetch("SELECT template FROM notifications_message WHERE person IS NOT NULL ORDER BY id")
    return [row["template"] for row in rows]


async def test_a_sign_in_on_a_new_device_is_told_and_on_a_known_one_it_is_not() -> None:
    phone = "13955552222"
    first = await enter(phone)
    assert await told() == [], "the first device of an account is no news"
    again = await enter(phone, first.device)
    assert again.device == first.device and await told() == []
    other = await enter(phone)
    assert other.device != first.device and await told() == ["new-device"]
    assert "iPhone" in (await notifications.latest(1))[0].body
    await enter(phone, first.device)
    await enter(phone, other.device)
    assert len(await told()) == 1


async def test_a_device_key_that_can_be_guessed_is_not_kept() -> None:
    first = await enter("13955553333", "x")
    assert len(first.device) == 43
    await enter("13955553333", "x")
    assert await told() == ["new-device"]


async def test_two_people_share_a_browser_and_both_are_known() -> None:
    one = await enter("13955554444")
    assert (await enter("13955555555", one.device)).device == one.device
    await enter("13955554444", one.device)
    await enter("13955555555", one.device)
    assert await told() == []


async def test_a_token_set_before_the_sign_in_is_not_accepted_after_it(client: httpx.AsyncClient) -> None:
    planted = "p" * 43
    client.cookies.set(COOKIE, planted, domain="linli.test")
    await client.post("/sign-in", data={"phone": "13955556666"})
    await client.post("/sign-in/code", data={"code": await the_code()})
    assert client.cookies[COOKIE] != planted
    assert await service.resolve_session(planted) is None
    assert (await client.get("/me")).status_code == 200


async def test_a_cookie_played_back_after_signing_out_opens_nothing(client: httpx.AsyncClient) -> None:
    li = await resident()
    _, token = await live(li)
    client.cookies.set(COOKIE, token, domain="linli.test")
    csrf = await form_token(client, "/me")
    assert (await client.post("/sign-out", data={"csrf": csrf})).status_code == 303
    client.cookies.set(COOKIE, token, domain="linli.test")
    assert (await client.get("/me")).status_code == 303


async def test_what_is_no_longer_needed_is_forgotten() -> None:
    slices.awaken()
    await service.begin_passkey_sign_in(ANONYMOUS, address="192.0.2.1")
    actor, token = await live(await resident())
    await service.issue_tokens(actor, token, by_cookie=False)
    await enter("13955557777")
    with clock.frozen(clock.now() + timedelta(days=32)):
        await privacy.forget_due(Actor.system("retention"))
        counts = [
            await db.fetchval(f"SELECT count(*) FROM identity_{name}")
            for name in ("challenge", "refresh", "session", "known_device")
        ]
        assert counts == [0, 0, 0, 1]
    with clock.frozen(clock.now() + timedelta(days=401)):
        await privacy.forget_due(Actor.system("retention"))
        assert await db.fetchval("SELECT count(*) FROM identity_known_device") == 0
