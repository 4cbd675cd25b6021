"""The second factor: without it nothing, each code once, five wrong ones and it is locked."""

import asyncio
from datetime import timedelta

import pytest

from backend.core import clock, db, rate
from backend.core.actor import Actor
from backend.core.problems import Forbidden, SignInRequired
from backend.identity import service
from backend.identity.schemas import PasswordAgain, SignedIn
from backend.identity.service.factors import AlreadyEnrolled, WrongCode
from backend.identity.service.passwords import LockedOut, WrongPassword
from backend.identity.service.posts import OwnPost
from tests.identity.factories import PASSWORD, code_of, enter_half, fresh, operator, security, staff, token_for


async def enrolled(login: str) -> tuple[str, list[str]]:
    """A member who has a second factor: (the key of the app, recovery codes)."""
    half = await enter_half(login)
    key = (await service.begin_enrolment(half)).key
    done = await service.confirm_enrolment(half, code_of(key), user_agent="")
    return key, done.recovery_codes


async def test_a_password_alone_is_nobody() -> None:
    await staff("operator", login="chen")
    half = await enter_half("chen")
    session = await service.resolve_session(half)
    assert session is not None
    assert session.actor.acting is None and not session.actor.roles and not session.actor.grants
    assert await service.needed(half) == "enrolment"


async def test_the_second_factor_opens_a_new_session_and_ends_the_half_one() -> None:
    await staff("operator", login="chen")
    key, _ = await enrolled("chen")
    half = await enter_half("chen")
    assert await service.needed(half) == "code"
    whole = (await service.second_factor(half, code_of(key, later=1), user_agent="")).token
    assert await service.resolve_session(half) is None
    session = await service.resolve_session(whole)
    assert session is not None and session.actor.roles == {"operator"}
    with pytest.raises(SignInRequired):
        await service.second_factor(half, code_of(key, later=2), user_agent="")


async def test_a_whole_session_or_none_cannot_enrol() -> None:
    chen = await operator()
    for token in ("", "nonsense", await token_for(chen)):
        with pytest.raises(SignInRequired):
            await service.begin_enrolment(token)


async def test_the_same_picture_is_shown_until_the_first_code() -> None:
    await staff("operator", login="chen")
    half = await enter_half("chen")
    first = await service.begin_enrolment(half)
    assert await service.begin_enrolment(half) == first
    assert first.uri.startswith("otpauth://totp/Linli:chen?secret=")
    stored = await db.fetchval("SELECT secret FROM identity_factor")
    assert first.key.encode() not in stored
    await service.confirm_enrolment(half, code_of(first.key), user_agent="")
    with pytest.raises(AlreadyEnrolled):
        await service.begin_enrolment(await enter_half("chen"))


@pytest.mark.parametrize(("later", "fits"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
async def test_the_clock_of_the_telephone_may_be_half_a_minute_off(later: int, fits: bool) -> None:
    await staff("operator", login="chen")
    key, _ = await enrolled("chen")
    with clock.frozen(clock.now() + timedelta(minutes=5)):
        half = await enter_half("chen")
        if fits:
            assert (await service.second_factor(half, code_of(key, later=later), user_agent="")).token
        else:
            with pytest.raises(WrongCode):
                await service.second_factor(half, code_of(key, later=later), user_agent="")


async def test_a_code_never_counts_twice_nor_an_older_one_after_it() -> None:
    await staff("operator", login="chen")
    key, _ = await enrolled("chen")
    with clock.frozen(clock.now() + timedelta(minutes=5)):
        await service.second_factor(await enter_half("chen"), code_of(key), user_agent="")
        half = await enter_half("chen")
        for later in (0, -1):
            with pytest.raises(WrongCode):
                await service.second_factor(half, code_of(key, later=later), user_agent="")
        assert (await service.second_factor(half, code_of(key, later=1), user_agent="")).token


async def test_the_code_of_the_enrolment_does_not_sign_in_again() -> None:
    await staff("operator", login="chen")
    with clock.frozen(clock.now()):
        key, _ = await enrolled("chen")
        with pytest.raises(WrongCode):
            await service.second_factor(await enter_half("chen"), code_of(key), user_agent="")


@pytest.mark.parametrize("code", ["１２３４５６", "-12345", "000000", "", "abcdef", "1234567", "²²²²²²"])
async def test_what_is_no_code_is_a_wrong_code(code: str) -> None:
    await staff("operator", login="chen")
    await enrolled("chen")
    with pytest.raises(WrongCode):
        await service.second_factor(await enter_half("chen"), code, user_agent="")


async def test_five_wrong_codes_lock_the_second_factor_also_for_the_right_one() -> None:
    ma = await security()
    chen = await staff("operator", login="chen")
    key, codes = await enrolled("chen")
    half = await enter_half("chen")
    for _ in range(5):
        with pytest.raises(WrongCode):
            await service.second_factor(half, "000000", user_agent="")
    for right in (code_of(key, later=1), codes[0]):
        with pytest.raises(LockedOut) as locked:
            await service.second_factor(await enter_half("chen"), right, user_agent="")
        assert locked.value.values["minutes"] == 30
    assert (await service.member(fresh(ma), chen.id)).locked
    await service.unlock(fresh(ma), chen.id)
    assert (await service.second_factor(half, code_of(key, later=1), user_agent="")).token


async def test_a_recovery_code_works_once() -> None:
    await staff("operator", login="chen")
    _, codes = await enrolled("chen")
    assert len(set(codes)) == 10
    typed = codes[3].replace("-", " ").upper()
    assert (await service.second_factor(await enter_half("chen"), typed, user_agent="")).token
    with pytest.raises(WrongCode):
        await service.second_factor(await enter_half("chen"), codes[3], user_agent="")
    assert (await service.second_factor(await enter_half("chen"), codes[4], user_agent="")).token


async def test_a_recovery_code_of_somebody_else_opens_nothing() -> None:
    await staff("operator", login="chen")
    await staff("operator", login="liu")
    _, codes = await enrolled("chen")
    await enrolled("liu")
    with pytest.raises(WrongCode):
        await service.second_factor(await enter_half("liu"), codes[0], user_agent="")


async def test_of_two_equal_codes_at_once_one_opens_a_session(own_database: str) -> None:
    await staff("operator", login="chen")
    key, codes = await enrolled("chen")
    with clock.frozen(clock.now() + timedelta(minutes=5)):
        for code in (code_of(key), codes[0]):
            halves = [await enter_half("chen") for _ in range(4)]
            outcomes = await asyncio.gather(
                *(service.second_factor(half, code, user_agent="") for half in halves), return_exceptions=True
            )
            assert sum(not isinstance(outcome, BaseException) for outcome in outcomes) == 1


async def test_security_takes_a_second_factor_away_and_every_session_with_it() -> None:
    ma, chen = await security(), await staff("operator", login="chen")
    await enrolled("chen")
    token = await token_for(chen)
    await service.reset_factor(fresh(ma), chen.id)
    assert await service.resolve_session(token) is None
    half = await enter_half("chen")
    assert await service.needed(half) == "enrolment"
    with pytest.raises(OwnPost):
        await service.reset_factor(fresh(ma), ma.id)
    for other in (await staff("administrator"), chen, await staff("auditor")):
        with pytest.raises(Forbidden):
            await service.reset_factor(fresh(other), chen.id)


async def test_showing_once_more_that_it_is_me_needs_both() -> None:
    await staff("operator", login="chen")
    key, _ = await enrolled("chen")
    with clock.frozen(clock.now() + timedelta(minutes=20)):
        half = await enter_half("chen")
        token = (await service.second_factor(half, code_of(key), user_agent="")).token
    with clock.frozen(clock.now() + timedelta(minutes=34)):
        session = await service.resolve_session(token)
        assert session is not None
        actor = session.actor
        with pytest.raises(WrongPassword):
            await again(actor, "wrong", code_of(key))
        with pytest.raises(WrongCode):
            await again(actor, PASSWORD, "000000")
        with pytest.raises(WrongCode):
            await again(actor, PASSWORD, "")
        renewed = await service.resolve_session((await again(actor, PASSWORD, code_of(key))).token)
        assert renewed is not None and renewed.actor.proved_at == clock.now()
        assert renewed.actor.roles == {"operator"} and await service.resolve_session(token) is None


async def again(actor: Actor, password: str, code: str) -> SignedIn:
    rate.reset()
    return await service.prove_by_password(actor, PasswordAgain(password=password, code=code), address="192.0.2.1")


async def test_a_half_session_rests_no_longer_than_a_whole_one() -> None:
    await staff("operator", login="chen")
    half = await enter_half("chen")
    with clock.frozen(clock.now() + timedelta(minutes=16)), pytest.raises(SignInRequired):
        await service.needed(half)
