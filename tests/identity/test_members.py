"""Members of staff: invitations, passwords, leaving, lists."""

import asyncio
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.core import clock, db, rate
from backend.core.problems import Forbidden, Invalid, NotFound
from backend.identity import rules, service
from backend.identity.schemas import Joining, OrganisationRequest, StaffInvitation
from backend.identity.schemas.roles import POSTS
from backend.identity.service.inviting import InvitationOver
from backend.identity.service.membership import LoginTaken
from backend.identity.service.organising import NameTaken
from tests.identity.factories import (
    PASSWORD,
    administrator,
    clerk,
    fresh,
    organisation,
    resident,
    security,
    staff,
)

NOW = clock.now()


async def invited(role: str = "clerk", by: object = None, division: str = "230103") -> str:
    he = by or await administrator()
    wanted = StaffInvitation(
        name="刘洋",
        organisation=await organisation(division),
        role=role,  # type: ignore[arg-type]
        division=division,
    )
    return (await service.invite(fresh(he), wanted)).code  # type: ignore[arg-type]


async def join(code: str, *, login: str = "liu.yang", password: str = PASSWORD) -> str:
    rate.reset()
    wanted = Joining(code=code, name="刘洋", login=login, password=password)
    return (await service.join(wanted, address="192.0.2.1", user_agent="")).token


async def test_the_invited_person_joins_and_sets_up_the_second_factor_first() -> None:
    code = await invited()
    assert (await service.invitation_of(code, address="192.0.2.1")).name == "刘洋"
    half = await join(code)
    session = await service.resolve_session(half)
    assert session is not None and session.actor.acting is None
    assert await service.needed(half) == "enrolment"


async def test_an_invitation_works_once_and_its_code_is_not_kept() -> None:
    code = await invited()
    assert code.encode() not in bytes(await db.fetchval("SELECT code_hash FROM identity_invitation"))
    await join(code)
    with pytest.raises(InvitationOver):
        await join(code, login="somebody.else")


async def test_of_two_who_use_an_invitation_at_once_one_joins(own_database: str) -> None:
    code = await invited()
    outcomes = await asyncio.gather(*(join(code, login=f"liu{n}") for n in range(4)), return_exceptions=True)
    assert sum(isinstance(outcome, str) for outcome in outcomes) == 1
    assert all(isinstance(outcome, str | InvitationOver) for outcome in outcomes), outcomes
    assert await db.fetchval("SELECT count(*) FROM identity_staff WHERE login LIKE 'liu%'") == 1


async def test_an_invitation_lasts_seven_days() -> None:
    code = await invited()
    with clock.frozen(clock.now() + timedelta(days=7, minutes=1)), pytest.raises(InvitationOver):
        await join(code)


async def test_an_invitation_that_was_taken_back_or_whose_maker_left_is_worth_nothing() -> None:
    he, city = await administrator(), await administrator(region="230100")
    first, second = await invited(by=he), await invited(by=he)
    waiting = await service.invitations(fresh(he))
    await service.withdraw_invitation(fresh(he), waiting[0].id)
    assert len(await service.invitations(fresh(he))) == 1
    await service.end_membership(fresh(city), he.id)
    for code in (first, second, "nonsense"):
        with pytest.raises(InvitationOver) as over:
            await join(code)
        assert over.value.detail == "Ask whoever invited you for a new one."


async def test_an_invited_manager_still_waits_for_the_second_person() -> None:
    he, ma = await administrator(), await security()
    await join(await invited("manager", by=he))
    waiting = await service.waiting_posts(fresh(ma))
    assert [(name, post.role, post.made_by) for name, post in waiting] == [("刘洋", "manager", he.name)]


@pytest.mark.parametrize(
    "password",
    ["short", "password1234", "Password1234", "qwertyuiop123", "111111111111", "123456789012", "abcdefghijkl",
     "woaini1314520", "liu.yang2026", "LiuYang123456", "1qaz2wsx3edc", "ababababababab", "p@ssw0rd1234"],
)  # fmt: skip
async def test_a_password_that_everybody_tries_first_is_refused(password: str) -> None:
    code = await invited()
    with pytest.raises(Invalid) as refused:
        await join(code, password=password)
    assert list(refused.value.fields) == ["password"]
    await join(code)  # the invitation is still good


@pytest.mark.parametrize("password", ["小猫在窗台上晒太阳呢", "correct horse battery", "vT9-lantern-plum"])
def test_long_ones_need_no_composition(password: str) -> None:
    assert not rules.too_easy(password, "liu.yang")


def test_the_list_holds_only_what_is_long_enough_to_need_refusing() -> None:
    from backend.identity.rules.passwords import COMMON

    assert len(COMMON) > 80
    assert [word for word in COMMON if word != word.casefold()] == []


async def test_a_login_name_that_is_taken_says_so_and_keeps_the_invitation() -> None:
    await staff("clerk", login="liu.yang")
    code = await invited()
    with pytest.raises(LoginTaken):
        await join(code)
    assert await join(code, login="liu.yang2")


async def test_members_of_my_division_are_found_by_login_and_no_others() -> None:
    he = await administrator(region="230103")
    await staff("clerk", login="zhao.here", region="230103")
    await staff("clerk", login="zhao.there", region="230104")
    assert [each.login for each in (await service.members(fresh(he), search="zhao")).items] == ["zhao.here"]
    assert (await service.members(fresh(he), search="zhao.there")).items == []
    with pytest.raises(NotFound):
        await service.member(fresh(he), (await service.find_post("zhao.there"))[1])
    city = await administrator(region="230100")
    assert len((await service.members(fresh(city), search="zhao")).items) == 2


async def test_a_long_list_comes_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    he = await staff("administrator", login="aa")
    for login in ("bb", "cc", "dd"):
        await staff("clerk", login=login)
    monkeypatch.setattr("backend.identity.service.membership.PAGE", 2)
    first = await service.members(fresh(he))
    rest = await service.members(fresh(he), after=first.next or "")
    assert [[each.login for each in page.items] for page in (first, rest)] == [["aa", "bb"], ["cc", "dd"]]
    assert rest.next is None


async def test_nobody_ends_a_membership_that_reaches_into_another_city() -> None:
    here, zhao = await administrator(region="230103"), await clerk(region="230103")
    city = await administrator(region="230100")
    from tests.identity.test_posts import a_post

    await a_post(zhao, "clerk", city, "230104")
    with pytest.raises(Forbidden):
        await service.end_membership(fresh(here), zhao.id)
    await service.end_membership(fresh(city), zhao.id)
    with pytest.raises(NotFound):
        await service.end_membership(fresh(city), zhao.id)


async def test_an_organisation_has_one_name_a_sound_code_and_lies_in_my_division() -> None:
    he = await administrator()
    wanted = OrganisationRequest(kind="property", name="暖家物业", division="230103001", code="91230103MA1234567X")
    assert (await service.add_organisation(fresh(he), wanted)).region == "230103"
    with pytest.raises(NameTaken):
        await service.add_organisation(fresh(he), wanted)
    with pytest.raises(Invalid):
        bad = OrganisationRequest(kind="property", name="另一家", division="230103", code="91230103MA123456IX")
        await service.add_organisation(fresh(he), bad)
    with pytest.raises(Forbidden):
        far = OrganisationRequest(kind="property", name="另一家", division="230104")
        await service.add_organisation(fresh(he), far)


@given(
    held=st.sets(st.sampled_from(POSTS)), wanted=st.sampled_from(POSTS),
)  # fmt: skip
def test_whoever_follows_the_rule_never_has_two_of_the_three(held: set[str], wanted: str) -> None:
    grown: set[str] = set()
    for role in [*sorted(held), wanted]:
        if rules.apart(grown, role):
            grown.add(role)
    assert len(grown & rules.ADMINISTRATIONS) <= 1


@given(
    begins=st.integers(-5, 5), length=st.none() | st.integers(1, 5), resting=st.booleans(),
    state=st.sampled_from(["waiting", "active", "ended"]),
)  # fmt: skip
def test_what_is_shown_as_active_stands(begins: int, length: int | None, state: str, resting: bool) -> None:
    first = NOW + timedelta(days=begins)
    until = None if length is None else first + timedelta(days=length)
    told = rules.told(state=state, begins=first, until=until, resting=resting, now=NOW)
    stands = rules.stands(state=state, begins=first, until=until, now=NOW)
    assert (told == "active") == (stands and not resting)


@pytest.mark.parametrize(
    ("role", "division", "needed"),
    [("clerk", "230103", False), ("clerk", "230103001002", False), ("clerk", "230100", True), ("clerk", "000000", True),
     ("manager", "230103", True), ("security", "230103", True), ("grid", "230103001", False)],
)  # fmt: skip
async def test_the_rule_of_approval_and_the_check_of_the_table_agree(role: str, division: str, needed: bool) -> None:
    from backend.identity.migrations.identity_2026_11_26t13_00_00_000000 import HIGH

    assert rules.needs_approval(role, division) is needed
    sql = f"SELECT {HIGH} FROM (VALUES ($1::text, $2::text)) AS v (role, division)"
    assert await db.fetchval(sql, role, division) is needed


async def test_a_resident_sees_no_staff() -> None:
    from tests.identity.factories import actor_for

    with pytest.raises(Forbidden):
        await service.members(actor_for(await resident()))
