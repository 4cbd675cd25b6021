"""Posts: rights come from them, and end with them."""

import asyncio
from datetime import date, timedelta
from uuid import UUID

import asyncpg
import pytest

from backend.core import clock, db, ids
from backend.core.actor import Actor
from backend.core.policy import FreshSignInNeeded
from backend.core.problems import Forbidden, Invalid, NotFound
from backend.identity import service
from backend.identity.schemas import (
    AssistanceRequest,
    LeaveRequest,
    MoveRequest,
    OrganisationRequest,
    PostRequest,
    StaffPost,
)
from backend.identity.service.leaves import OnLeave
from backend.identity.service.posts import AlreadyDecided, OwnPost, ThreePeople
from tests.identity.factories import (
    actor_for,
    administrator,
    clerk,
    fresh,
    manager,
    operator,
    organisation,
    resident,
    security,
    staff,
    token_for,
)


async def seen_as(who: StaffPost) -> Actor:
    """The actor that a session of the member gives at this moment."""
    session = await service.resolve_session(await token_for(who))
    assert session is not None
    return session.actor


async def a_post(who: StaffPost, role: str, by: StaffPost, division: str = "230103") -> UUID:
    wanted = PostRequest(staff=who.id, organisation=await organisation(division), role=role, division=division)  # type: ignore[arg-type]
    return await service.give_post(fresh(by), wanted)


async def post_id(who: StaffPost) -> UUID:
    found: UUID = await db.fetchval("SELECT id FROM identity_post WHERE staff = $1 AND state = 'active'", who.id)
    return found


async def test_a_post_gives_its_role_in_its_division_at_once() -> None:
    he, zhao = await administrator(), await clerk()
    await a_post(zhao, "operator", he)
    actor = await seen_as(zhao)
    assert actor.grants == {("clerk", "230103"), ("operator", "230103")} and actor.roles == {"clerk", "operator"}
    assert actor.region == "230103"


@pytest.mark.parametrize("role", ["manager", "city", "security", "auditor", "administrator"])
async def test_a_far_reaching_post_counts_only_after_a_second_person_approved_it(role: str) -> None:
    he, ma, zhao = await administrator(), await security(), await clerk()
    post = await a_post(zhao, role, he)
    assert (await seen_as(zhao)).roles == {"clerk"}
    await service.approve_post(fresh(ma), post)
    assert (await seen_as(zhao)).roles == {"clerk", role}


async def test_a_post_for_a_whole_city_must_be_approved_whatever_its_role() -> None:
    he, ma, zhao = await administrator(region="230100"), await security(region="230100"), await clerk()
    post = await a_post(zhao, "operator", he, "230100")
    assert (await seen_as(zhao)).roles == {"clerk"}
    await service.approve_post(fresh(ma), post)
    assert (await seen_as(zhao)).covers("230109", "operator")


async def test_a_refused_post_never_counts() -> None:
    he, ma, zhao = await administrator(), await security(), await clerk()
    post = await a_post(zhao, "manager", he)
    await service.refuse_post(fresh(ma), post, why="not needed")
    with pytest.raises(AlreadyDecided):
        await service.approve_post(fresh(ma), post)
    assert (await seen_as(zhao)).roles == {"clerk"}


async def test_nobody_gives_approves_or_ends_a_post_of_their_own() -> None:
    he, ma = await administrator(), await security()
    with pytest.raises(OwnPost):
        await a_post(he, "clerk", he)
    mine = await a_post(ma, "manager", he)
    with pytest.raises(OwnPost):
        await service.approve_post(fresh(ma), mine)
    with pytest.raises(OwnPost):
        await service.withdraw_post(fresh(he), await post_id(he))
    with pytest.raises(OwnPost):
        await service.end_membership(fresh(he), he.id)


async def test_the_database_refuses_an_approval_by_the_member_or_by_whoever_gave_the_post() -> None:
    he, ma, zhao = await administrator(), await security(), await clerk()
    post = await a_post(zhao, "manager", he)
    for alone in (zhao.id, he.id):
        with pytest.raises(asyncpg.CheckViolationError):
            async with db.transaction():
                await db.execute(
                    "UPDATE identity_post SET state = 'active', approved_by = $2, approved = now() WHERE id = $1",
                    post,
                    alone,
                )
    with pytest.raises(asyncpg.CheckViolationError):
        async with db.transaction():
            await db.execute("UPDATE identity_post SET state = 'active' WHERE id = $1", post)
    assert ma.id


async def test_the_three_administrations_are_three_people() -> None:
    he, ma, auditor = await administrator(), await security(), await staff("auditor")
    other = await administrator(name="另一位")
    for who, role in ((ma, "administrator"), (ma, "auditor"), (auditor, "security"), (other, "auditor")):
        with pytest.raises(ThreePeople):
            await a_post(who, role, he)
    with pytest.raises(ThreePeople):
        await staff("security", "auditor", login="two.of.three")


async def test_the_database_refuses_two_of_the_three_whatever_the_code_does() -> None:
    ma, place = await security(), await organisation("230103")
    with pytest.raises(asyncpg.ExclusionViolationError):
        async with db.transaction():
            await db.execute(
                """INSERT INTO identity_post (region, id, staff, organisation, organisation_region, role, division,
                    begins, state, made) VALUES ($1, $2, $3, $4, $1, 'auditor', $1, now(), 'active', now())""",
                ma.region,
                ids.new(),
                ma.id,
                place,
            )


async def test_an_administrator_reaches_as_far_as_the_own_division() -> None:
    here, zhao = await administrator(region="230103"), await clerk(region="230104")
    theirs = await post_id(zhao)
    with pytest.raises(NotFound):
        await a_post(zhao, "operator", here)
    own = await clerk(region="230103")
    with pytest.raises(Forbidden):
        await a_post(own, "operator", here, "230104")
    with pytest.raises(NotFound):
        await service.withdraw_post(fresh(here), theirs)
    with pytest.raises(NotFound):
        await service.end_membership(fresh(here), zhao.id)
    with pytest.raises(NotFound):
        await service.approve_post(fresh(await security(region="230104")), await a_post(own, "manager", here))
    city = await administrator(region="230100")
    await service.withdraw_post(fresh(city), theirs)


async def test_clerks_and_auditors_change_nothing() -> None:
    he, zhao = await administrator(), await clerk()
    wanted = PostRequest(staff=zhao.id, organisation=await organisation("230103"), role="clerk", division="230103")
    for who in (zhao, await staff("auditor"), await manager(), await security()):
        with pytest.raises(Forbidden):
            await service.give_post(fresh(who), wanted)
    with pytest.raises(Forbidden):
        await service.approve_post(fresh(he), await post_id(zhao))
    with pytest.raises(FreshSignInNeeded):
        await service.give_post(actor_for(he), wanted)


async def test_an_ended_post_ends_its_rights_and_the_help_that_ran() -> None:
    he, zhao, li = await administrator(), await clerk(), await resident()
    token = await token_for(zhao)
    wanted = AssistanceRequest(person=li.id, verified=["id-card"], channel="counter")
    await service.begin_assistance(actor_for(zhao), token, wanted)
    await service.withdraw_post(fresh(he), await post_id(zhao))
    session = await service.resolve_session(token)
    assert session is not None and session.actor.roles == frozenset() and session.actor.principal is None
    ended = await db.fetchrow("SELECT ended, ended_why FROM identity_assistance WHERE staff = $1", zhao.id)
    assert ended is not None and ended["ended"] is not None and ended["ended_why"] == "post-ended"


async def test_moving_to_another_county_moves_the_rights_in_one_step() -> None:
    he, zhao = await administrator(region="230100"), await clerk(region="230103")
    wanted = MoveRequest(organisation=await organisation("230104"), role="clerk", division="230104")
    await service.move_post(fresh(he), await post_id(zhao), wanted)
    actor = await seen_as(zhao)
    assert actor.region == "230104" and actor.covers("230104", "clerk") and not actor.covers("230103", "clerk")


async def test_a_post_counts_from_its_first_to_its_last_day() -> None:
    he, zhao = await administrator(), await clerk()
    today = clock.today()
    wanted = PostRequest(
        staff=zhao.id, organisation=await organisation("230103"), role="grid", division="230103001",
        begins=today + timedelta(days=1), until=today + timedelta(days=2),
    )  # fmt: skip
    await service.give_post(fresh(he), wanted)
    counts = []
    for days in range(4):
        with clock.frozen(clock.now() + timedelta(days=days)):
            counts.append("grid" in (await seen_as(zhao)).roles)
    assert counts == [False, True, True, False]
    with clock.frozen(clock.now() + timedelta(days=4)):
        await service.close_past_posts()
    assert await db.fetchval("SELECT ended_why FROM identity_post WHERE role = 'grid'") == "past"


async def test_a_post_cannot_end_before_it_begins() -> None:
    he, zhao = await administrator(), await clerk()
    wanted = PostRequest(
        staff=zhao.id, organisation=await organisation("230103"), role="clerk", division="230103",
        until=clock.today() - timedelta(days=1),
    )  # fmt: skip
    with pytest.raises(Invalid):
        await service.give_post(fresh(he), wanted)


async def leave(post: UUID, stand_in: str, by: StaffPost, days: int = 3) -> UUID:
    wanted = LeaveRequest(
        post=post, stand_in=stand_in, begins=clock.today(), until=clock.today() + timedelta(days=days)
    )
    return await service.grant_leave(fresh(by), wanted)


async def test_days_at_the_ends_of_the_calendar_are_refused_or_meant_as_typed() -> None:
    he, chen, _ = await administrator(), await operator(), await staff("clerk", login="zhao")
    wanted = LeaveRequest(post=await post_id(chen), stand_in="zhao", begins=date.min, until=date.max)
    with pytest.raises(Invalid) as wrong:
        await service.grant_leave(fresh(he), wanted)
    assert set(wrong.value.fields) == {"until"}


async def test_a_stand_in_has_the_rights_while_the_absent_colleague_rests() -> None:
    he, chen, zhao = await administrator(), await operator(), await staff("clerk", login="zhao")
    running = await leave(await post_id(chen), "zhao", he)
    assert (await seen_as(chen)).roles == frozenset()
    stands_in = await seen_as(zhao)
    assert stands_in.roles == {"clerk", "operator"}
    assert (await service.post_of(stands_in)).instead_of == chen.name
    with clock.frozen(clock.now() + timedelta(days=5)):
        assert (await seen_as(chen)).roles == {"operator"} and (await seen_as(zhao)).roles == {"clerk"}
    await service.end_leave(fresh(he), running)
    assert (await seen_as(chen)).roles == {"operator"} and (await seen_as(zhao)).roles == {"clerk"}


async def test_standing_in_for_a_manager_must_be_approved_too() -> None:
    he, ma, sun, zhao = await administrator(), await security(), await manager(), await staff("clerk", login="zhao")
    await leave(await post_id(sun), "zhao", he)
    assert (await seen_as(zhao)).roles == {"clerk"}
    waiting = [post for _, post in await service.waiting_posts(fresh(ma))]
    assert [post.instead_of for post in waiting] == [sun.name]
    await service.approve_post(fresh(ma), waiting[0].id)
    assert (await seen_as(zhao)).roles == {"clerk", "manager"}


async def test_nobody_stands_in_across_the_three_administrations_or_twice_or_for_themselves() -> None:
    he, ma, auditor = await administrator(), await security(), await staff("auditor", login="zheng")
    with pytest.raises(ThreePeople):
        await leave(await post_id(ma), "zheng", he)
    assert await db.fetchval("SELECT count(*) FROM identity_leave") == 0
    chen = await staff("operator", login="chen")
    with pytest.raises(Invalid):
        await leave(await post_id(chen), "chen", he)
    await leave(await post_id(chen), "zheng", he)
    with pytest.raises(OnLeave):
        await leave(await post_id(chen), "zheng", he)
    borrowed = await db.fetchval("SELECT id FROM identity_post WHERE instead_of IS NOT NULL")
    await staff("clerk", login="third")
    with pytest.raises(NotFound):
        await leave(borrowed, "third", he)
    assert auditor.id


async def test_ending_a_membership_ends_every_right_that_came_from_it() -> None:
    """PyPI, April 2025: rights that had come through a membership outlived it."""
    he, chen, zhao = await administrator(region="230100"), await operator(), await staff("clerk", login="zhao")
    li = await resident()
    await a_post(chen, "clerk", he, "230104")
    chens = await db.fetch("SELECT id, role FROM identity_post WHERE staff = $1 AND state = 'active'", chen.id)
    for post in chens:
        if post["role"] == "operator":
            await leave(post["id"], "zhao", he)
    token = await token_for(chen)
    assert (await seen_as(zhao)).roles == {"clerk", "operator"}
    await service.end_membership(fresh(he), chen.id)
    assert (await seen_as(zhao)).roles == {"clerk"}, "the stand-in lost what came from the colleague"
    assert await service.resolve_session(token) is None
    for table, alive in (
        ("identity_post", "state IN ('waiting', 'active')"), ("identity_session", "ended_at IS NULL"),
        ("identity_assistance", "ended IS NULL"), ("identity_leave", "ended IS NULL"),
    ):  # fmt: skip
        who = "subject" if table == "identity_session" else "staff"
        assert await db.fetchval(f"SELECT count(*) FROM {table} WHERE {who} = $1 AND {alive}", chen.id) == 0, table
    names = {row["name"] for row in await db.fetch("SELECT name FROM core_announcement")}
    assert {"MemberLeft", "PostEnded", "LeaveEnded"} <= names, "it stays in the trail"
    assert li.id


async def test_a_stand_in_who_leaves_gives_the_rights_back() -> None:
    he, chen, zhao = await administrator(), await operator(), await staff("clerk", login="zhao")
    await leave(await post_id(chen), "zhao", he)
    await service.end_membership(fresh(he), zhao.id)
    assert (await seen_as(chen)).roles == {"operator"}


async def test_even_rows_that_were_forgotten_give_a_stand_in_nothing() -> None:
    he, chen, zhao = await administrator(), await operator(), await staff("clerk", login="zhao")
    await leave(await post_id(chen), "zhao", he)
    await db.execute("UPDATE identity_staff SET state = 'ended', ended = now() WHERE id = $1", chen.id)
    assert (await seen_as(zhao)).roles == {"clerk"}


async def test_a_closed_organisation_ends_the_posts_in_it() -> None:
    he, zhao = await administrator(), await clerk()
    place = await service.add_organisation(
        fresh(he), OrganisationRequest(kind="community", name="花园社区", division="230103001")
    )
    wanted = PostRequest(staff=zhao.id, organisation=place.id, role="grid", division="230103001")
    await service.give_post(fresh(he), wanted)
    assert [each.posts for each in await service.organisations(fresh(he), search="花园")] == [1]
    await service.close_organisation(fresh(he), place.id)
    assert (await seen_as(zhao)).roles == {"clerk"}
    with pytest.raises(Invalid):
        await service.give_post(fresh(he), wanted)


async def test_of_two_approvals_at_once_one_counts(own_database: str) -> None:
    he, ma, other, zhao = await administrator(), await security(), await security(name="另一位"), await clerk()
    post = await a_post(zhao, "manager", he)
    outcomes = await asyncio.gather(
        *(service.approve_post(fresh(who), post) for who in (ma, other) * 3), return_exceptions=True
    )
    assert sum(outcome is None for outcome in outcomes) == 1
    assert all(outcome is None or isinstance(outcome, AlreadyDecided) for outcome in outcomes)
    assert await db.fetchval("SELECT count(*) FROM core_announcement WHERE name = 'PostApproved'") == 1


async def test_of_two_of_the_three_given_at_once_one_is_refused(own_database: str) -> None:
    he, zhao = await administrator(), await clerk()
    outcomes = await asyncio.gather(
        *(a_post(zhao, role, he) for role in ("security", "auditor", "security", "auditor")), return_exceptions=True
    )
    roles = {row["role"] for row in await db.fetch("SELECT role FROM identity_post WHERE staff = $1", zhao.id)}
    assert len(roles & {"security", "auditor"}) == 1
    assert all(isinstance(outcome, UUID | ThreePeople) for outcome in outcomes), outcomes
