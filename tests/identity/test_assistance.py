"""Staff acting for somebody: verified, visible, one at a time, over by itself."""

from datetime import timedelta

import pytest

from backend.core import clock, db
from backend.core.problems import Forbidden, Invalid, NotFound
from backend.identity import service
from backend.identity.schemas import AssistanceRequest, DeskChannel, PersonSummary, StaffPost
from backend.identity.service.assistance import AlreadyHelping
from tests.identity.factories import actor_for, clerk, manager, no_one, operator, resident, token_for, told_apart

BOTH = ["registered-number", "name-and-birth"]


async def begin(
    who: StaffPost, token: str, person: PersonSummary, channel: DeskChannel = "phone", verified: list[str] = BOTH
) -> None:
    wanted = AssistanceRequest(person=person.id, verified=verified, channel=channel)
    await service.begin_assistance(actor_for(who), token, wanted)


async def test_an_operator_acts_for_a_caller_until_the_end() -> None:
    chen, li = await operator(), await resident()
    token = await token_for(chen)
    await begin(chen, token, li)
    session = await service.resolve_session(token)
    assert session is not None
    assert told_apart(session.actor) == actor_for(chen, helping=li)
    assert (session.actor.basis, session.actor.channel, session.actor.helping) == ("assisted", "phone", True)
    await service.end_assistance(session.actor, token)
    after = await service.resolve_session(token)
    assert after is not None and told_apart(after.actor) == actor_for(chen)


async def test_a_clerk_acts_for_a_visitor_who_showed_a_card() -> None:
    zhao, li = await clerk(), await resident(phone="")
    token = await token_for(zhao)
    await begin(zhao, token, li, "counter", ["id-card"])
    session = await service.resolve_session(token)
    assert session is not None and session.actor.channel == "counter" and session.actor.principal == li.id


async def test_only_this_session_acts_for_the_person() -> None:
    chen, li = await operator(), await resident()
    here, there = await token_for(chen), await token_for(chen)
    await begin(chen, here, li)
    other = await service.resolve_session(there)
    assert other is not None and other.actor.principal is None


async def test_one_person_at_a_time() -> None:
    chen, li, wang = await operator(), await resident(), await resident(name="王敏")
    token = await token_for(chen)
    await begin(chen, token, li)
    with pytest.raises(AlreadyHelping):
        await begin(chen, token, wang)


@pytest.mark.parametrize("verified", [[], ["registered-number"], ["registered-number", "trust-me"]])
async def test_too_little_verification_is_refused(verified: list[str]) -> None:
    chen, li = await operator(), await resident()
    with pytest.raises(Invalid):
        await begin(chen, await token_for(chen), li, verified=verified)


async def test_the_wrong_desk_is_refused() -> None:
    li, zhao, sun = await resident(), await clerk(), await manager()
    for who in (zhao, sun):
        with pytest.raises(Forbidden):
            await begin(who, await token_for(who), li, "phone")
    with pytest.raises(NotFound):
        await service.begin_assistance(
            actor_for(zhao),
            await token_for(zhao),
            AssistanceRequest(person=no_one(), verified=["id-card"], channel="counter"),
        )


async def test_it_ends_after_twenty_quiet_minutes_and_says_why() -> None:
    chen, li = await operator(), await resident()
    token = await token_for(chen)
    await begin(chen, token, li)
    begun = clock.now()
    with clock.frozen(begun + timedelta(minutes=10)):
        busy = await service.resolve_session(token)
        assert busy is not None and busy.actor.helping
    await db.execute("UPDATE identity_assistance SET last_active = $1", begun - timedelta(minutes=20))
    quiet = await service.resolve_session(token)
    assert quiet is not None and not quiet.actor.helping
    assert await db.fetchval("SELECT ended_why FROM identity_assistance") == "idle"
    await begin(chen, token, li)


async def test_signing_out_ends_it_too() -> None:
    chen, li = await operator(), await resident()
    token = await token_for(chen)
    await begin(chen, token, li)
    await service.sign_out(actor_for(chen, helping=li), token)
    assert await db.fetchval("SELECT ended_why FROM identity_assistance") == "signed-out"


async def test_stepping_into_another_session_ends_it_too() -> None:
    chen, li = await operator(), await resident()
    token = await token_for(chen)
    await begin(chen, token, li)
    await service.open_session(actor_for(li), kind="resident", user_agent="", replacing=token)
    assert await db.fetchval("SELECT ended_why FROM identity_assistance") == "signed-out"


async def test_the_person_can_see_that_and_how() -> None:
    chen, li = await operator(), await resident()
    token = await token_for(chen)
    await begin(chen, token, li)
    sql = "SELECT acting, principal, basis, channel FROM core_view WHERE person = $1 ORDER BY id"
    compared, helped = [tuple(row) for row in await db.fetch(sql, li.id)]
    assert compared == (chen.id, None, "official", "phone"), "what the answers were compared with"
    assert helped == (chen.id, li.id, "assisted", "phone")
    line = await service.current_assistance(actor_for(chen, helping=li))
    assert line is not None and line.verified == sorted(BOTH) and line.person == li
    names = [row["name"] for row in await db.fetch("SELECT name FROM core_announcement WHERE principal = $1", li.id)]
    assert names == ["AssistanceBegun"]
