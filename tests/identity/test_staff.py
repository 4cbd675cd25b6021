"""Staff: passwords, the lock after five wrong ones, posts."""

from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from backend.core import clock, rate
from backend.core.problems import Invalid, TooMany
from backend.identity import service
from backend.identity.schemas import SignedIn, StaffSignIn
from backend.identity.service.membership import LoginTaken
from backend.identity.service.passwords import LockedOut, WrongPassword
from tests.identity.factories import PASSWORD, actor_for, enter_with_both, staff, told_apart


async def enter(login: str, password: str = PASSWORD) -> SignedIn:
    rate.reset()
    return await service.staff_sign_in(StaffSignIn(login=login, password=password), address="192.0.2.1", user_agent="")


async def test_both_factors_open_the_post() -> None:
    chen = await staff("operator", login="chen", region="230103")
    session = await service.resolve_session(await enter_with_both("chen"))
    assert session is not None and told_apart(session.actor) == actor_for(chen)


async def test_which_of_the_two_was_wrong_is_not_said() -> None:
    await staff("operator", login="chen")
    with pytest.raises(WrongPassword) as known:
        await enter("chen", "wrong")
    with pytest.raises(WrongPassword) as unknown:
        await enter("nobody", "wrong")
    assert known.value.fields == unknown.value.fields


@pytest.mark.parametrize("login", ["chen", "nobody"])
async def test_five_wrong_passwords_lock_for_half_an_hour_known_or_not(login: str) -> None:
    await staff("operator", login="chen")
    for _ in range(5):
        with pytest.raises(WrongPassword):
            await enter(login, "wrong")
    with pytest.raises(LockedOut) as locked:
        await enter(login)
    assert 1790 <= int(locked.value.headers["Retry-After"]) <= 1800
    assert locked.value.values["minutes"] == 30


async def test_the_lock_ends_by_itself() -> None:
    await staff("operator", login="chen")
    for _ in range(5):
        with pytest.raises(WrongPassword):
            await enter("chen", "wrong")
    with clock.frozen(clock.now() + timedelta(minutes=31)):
        assert (await enter("chen")).token


async def test_a_right_password_forgets_the_wrong_ones() -> None:
    await staff("operator", login="chen")
    for _ in range(3):
        for _ in range(4):
            with pytest.raises(WrongPassword):
                await enter("chen", "wrong")
        await enter("chen")


async def test_an_ended_post_lets_nobody_in_and_frees_the_name() -> None:
    chen = await staff("operator", login="chen")
    await service.end_post(chen.region, chen.id)
    with pytest.raises(WrongPassword):
        await enter("chen")
    await staff("clerk", login="chen")


async def test_a_login_name_is_taken_in_every_county() -> None:
    await staff("operator", login="chen", region="230103")
    with pytest.raises(LoginTaken):
        await staff("operator", login="chen", region="230104")


@pytest.mark.parametrize(
    ("login", "password", "roles"),
    [("Chen Xiao", PASSWORD, {"clerk"}), ("chen", "short", {"clerk"}), ("chen", PASSWORD, {"emperor"})],
)
async def test_a_post_needs_a_plain_name_a_long_password_and_known_roles(
    login: str, password: str, roles: set[str]
) -> None:
    with pytest.raises(Invalid):
        await service.appoint(login=login, name="陈晓", password=password, roles=roles, region="230103")


async def test_an_unknown_name_costs_as_much_as_a_known_one(monkeypatch: pytest.MonkeyPatch) -> None:
    verified: list[str] = []

    def counting(hasher: PasswordHasher, hashed: str, password: str) -> bool:
        verified.append("$".join(hashed.split("$")[:4]))  # algorithm and cost
        raise VerifyMismatchError

    monkeypatch.setattr("argon2.PasswordHasher.verify", counting)
    await staff("operator", login="chen")
    for login in ("chen", "nobody"):
        with pytest.raises(WrongPassword):
            await enter(login, "wrong")
    assert len(verified) == 2 and verified[0] == verified[1]


async def test_one_address_cannot_try_many_names() -> None:
    rate.reset()
    with pytest.raises(TooMany) as held:
        for number in range(30):
            wanted = StaffSignIn(login=f"nobody{number}", password="wrong")
            with pytest.raises(WrongPassword):
                await service.staff_sign_in(wanted, address="192.0.2.9", user_agent="")
    assert not isinstance(held.value, LockedOut)
