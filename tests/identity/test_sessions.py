"""Sessions: what they give, when they end."""

from datetime import timedelta

import pytest

from backend.core import clock
from backend.core.problems import NotFound
from backend.identity import service
from tests.identity.factories import actor_for, operator, resident, token_for, told_apart


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
