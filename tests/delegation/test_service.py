"""Mandates: asked for, agreed to, used, ended – by app, telephone and counter."""

from datetime import date, timedelta

import msgspec
import pytest

from backend.core import clock, db
from backend.core.actor import Actor
from backend.core.policy import FreshSignInNeeded, NotDelegated
from backend.core.problems import Conflict, Forbidden, Invalid, KeyReused, NotFound
from backend.delegation import service
from backend.delegation.schemas import AcceptanceRequest, Extension, GuardianRequest
from backend.identity import service as identity
from backend.identity.schemas import PersonChange
from tests.delegation.factories import (
    PAPERS,
    acting,
    assisting,
    invited,
    now_of,
    proved,
    read_paper,
    standing,
    steps,
    told,
    wish,
)
from tests.identity.factories import actor_for, clerk, no_one, operator, resident, token_for

ME = AcceptanceRequest()


async def test_a_mother_asks_by_code_and_her_daughter_agrees() -> None:
    li, wang = await resident(), await resident(name="王敏")
    asked = await invited(li)
    assert len(asked.code) == 8 and asked.standing == "invited" and asked.mine
    seen = await service.invitation(actor_for(wang), None, asked.code.lower())
    assert (seen.principal_name, seen.code, seen.relation) == ("李秀兰", "", "")
    made = await service.accept(actor_for(wang), None, AcceptanceRequest(code=asked.code, called="妈妈"))
    assert (made.standing, made.called, made.mine) == ("active", "妈妈", False)
    assert await steps(made) == ["invitation", "acceptance"]
    with pytest.raises(NotFound):
        await service.accept(actor_for(await resident()), None, AcceptanceRequest(code=asked.code))


async def test_asking_twice_with_one_key_asks_once() -> None:
    li = await resident()
    me = proved(actor_for(li))
    one = await service.invite(me, wish(), key="the-same-key")
    assert (await service.invite(me, wish(), key="the-same-key")).id == one.id
    with pytest.raises(KeyReused):
        await service.invite(me, wish("appointments", "home-visits"), key="the-same-key")


async def test_consent_needs_a_fresh_proof_of_the_principal() -> None:
    with pytest.raises(FreshSignInNeeded):
        await service.invite(actor_for(await resident()), wish(), key="12345678")


async def test_the_answer_is_the_same_whether_or_not_the_number_has_an_account() -> None:
    li, wang = await resident(), await resident(name="王敏", phone="13900000001")
    known = await invited(li, phone="139 0000 0001")
    unknown = await invited(li, phone="13900000002")
    assert (known.to_phone, unknown.to_phone) == ("139****0001", "139****0002")
    different = {"id", "to_phone", "starts", "invited_until"}
    for field in set(known.__struct_fields__) - different:
        assert getattr(known, field) == getattr(unknown, field), field
    bodies = await db.fetch("SELECT template, channel FROM notifications_message WHERE template = 'mandate-asked'")
    assert len(bodies) == 2
    household = await service.household(actor_for(wang))
    assert [each.id for each in household.asked] == [known.id]


async def test_only_the_owner_of_the_number_can_answer() -> None:
    li, wang = await resident(), await resident(name="王敏", phone="13900000001")
    asked = await invited(li, phone="13900000001")
    with pytest.raises(NotFound):
        await service.accept(actor_for(await resident()), asked.id, ME)
    assert (await service.accept(actor_for(wang), asked.id, ME)).standing == "active"


async def test_without_a_number_the_id_alone_opens_nothing() -> None:
    asked = await invited(await resident())
    with pytest.raises(NotFound):
        await service.accept(actor_for(await resident()), asked.id, ME)


async def test_nobody_acts_for_themselves_and_children_for_nobody() -> None:
    li = await resident(phone="13900000001")
    asked = await invited(li)
    with pytest.raises(NotFound):
        await service.accept(actor_for(li), None, AcceptanceRequest(code=asked.code))
    with pytest.raises(Invalid):
        await invited(li, phone="13900000001")
    child = await resident(name="小明", birth=clock.today() - timedelta(days=3000))
    with pytest.raises(Conflict) as no:
        await service.accept(actor_for(child), None, AcceptanceRequest(code=asked.code))
    assert no.value.code == "not-a-delegate"


async def test_a_mandate_lasts_a_year_at_most_and_an_errand_three_days() -> None:
    li = await resident()
    assert (await invited(li, days=365)).days_left <= 365
    for more in ({"days": 366}, {"days": -1}, {"days": 4, "one_time": True}):
        with pytest.raises(Invalid):
            await invited(li, **more)  # type: ignore[arg-type]
    assert (await invited(li, days=2, one_time=True)).basis == "one-time"


async def test_what_has_no_scope_cannot_be_named() -> None:
    for name in ("money", "guardian"):
        with pytest.raises(Invalid):
            await invited(await resident(), name)


async def test_one_delegate_acts_for_five_people_unless_registered() -> None:
    wang = await resident(name="王敏")
    for _ in range(5):
        await standing(await resident(), wang)
    sixth = await invited(await resident())
    with pytest.raises(Conflict) as no:
        await service.accept(actor_for(wang), None, AcceptanceRequest(code=sixth.code))
    assert no.value.code == "too-many-principals"
    helper = Actor(acting=wang.id, principal=wang.id, roles=frozenset({"resident", "volunteer"}))
    assert (await service.accept(helper, None, AcceptanceRequest(code=sixth.code))).standing == "active"


async def test_five_invitations_may_wait_for_an_answer() -> None:
    li = await resident()
    for _ in range(5):
        await invited(li)
    with pytest.raises(Conflict):
        await invited(li)


async def test_the_session_acts_for_the_principal_until_it_is_laid_down() -> None:
    li, wang = await resident(), await resident(name="王敏")
    mandate = await standing(li, wang)
    token = await token_for(wang)
    await service.take_up(await now_of(token), mandate.id)
    actor = await now_of(token)
    assert (actor.acting, actor.principal, actor.basis, actor.mandate) == (wang.id, li.id, "delegation", mandate.id)
    assert (actor.principal_name, actor.channel) == ("李秀兰", "web")
    assert actor.scopes == frozenset({"appointments"})
    assert (await service.current(actor)) is not None
    other = await now_of(await token_for(wang))
    assert other.basis == "self"
    await service.lay_down(actor)
    assert (await now_of(token)).basis == "self"


async def test_a_mandate_opens_no_other_mandate_and_nothing_of_the_account() -> None:
    li, wang = await resident(), await resident(name="王敏")
    actor = proved(await acting(wang, await standing(li, wang)))
    with pytest.raises(NotDelegated):
        await service.invite(actor, wish(), key="12345678")
    with pytest.raises(NotDelegated):
        await service.household(actor)
    with pytest.raises(NotDelegated):
        await identity.change_person(actor, PersonChange(notice_by="letter"))


async def test_a_revoked_mandate_leaves_a_session_that_can_do_nothing_until_it_is_ended() -> None:
    li, wang = await resident(), await resident(name="王敏")
    mandate = await standing(li, wang, PAPERS, "appointments")
    token = await token_for(wang)
    await service.take_up(await now_of(token), mandate.id)
    before = await now_of(token)
    await service.revoke(actor_for(li), mandate.id)
    after = await now_of(token)
    assert (after.basis, after.principal, after.scopes) == ("delegation", li.id, frozenset())
    for actor in (before, after):
        now = await service.current(actor)
        assert now is not None and (now.principal_name, now.scopes) == ("", [])
    assert after.principal_name == ""
    for actor in (before, after):
        with pytest.raises(NotDelegated):
            await identity_read(actor)
    await service.lay_down(after)
    assert (await now_of(token)).basis == "self"


async def identity_read(actor: Actor) -> None:
    from backend.appointments import service as appointments

    await appointments.mine(actor)


async def test_sensitive_scopes_wait_a_day_and_the_principal_objects_with_one_tap() -> None:
    li, wang = await resident(), await resident(name="王敏")
    mandate = await standing(li, wang, PAPERS)
    assert mandate.standing == "cooling"
    with pytest.raises(Conflict):
        await acting(wang, mandate)
    await service.veto(actor_for(li), mandate.id)
    await service.veto(actor_for(li), mandate.id)
    assert await steps(mandate) == ["invitation", "acceptance", "veto"]
    with clock.frozen(clock.now() + timedelta(days=2)), pytest.raises(Conflict):
        await acting(wang, mandate)


async def test_after_the_day_it_counts_and_can_only_be_revoked() -> None:
    li, wang = await resident(), await resident(name="王敏")
    mandate = await standing(li, wang, PAPERS)
    with clock.frozen(clock.now() + timedelta(hours=24, seconds=1)):
        await read_paper(await acting(wang, mandate), no_one())
        with pytest.raises(Conflict):
            await service.veto(actor_for(li), mandate.id)
        await service.revoke(actor_for(li), mandate.id)


async def test_what_needs_no_waiting_counts_at_once_beside_what_does() -> None:
    li, wang = await resident(), await resident(name="王敏")
    actor = await acting(wang, await standing(li, wang, PAPERS, "appointments"))
    assert actor.scopes == {"appointments"}
    with pytest.raises(NotDelegated):
        await read_paper(actor, no_one())


async def test_asking_again_with_a_clock_set_back_does_not_shorten_the_day() -> None:
    li, wang = await resident(), await resident(name="王敏")
    first = await standing(li, wang, PAPERS)
    assert first.counts_from is not None
    await service.veto(actor_for(li), first.id)
    with clock.frozen(clock.now() - timedelta(hours=20)):
        second = await standing(li, wang, PAPERS)
    assert second.counts_from == first.counts_from


@pytest.mark.parametrize(("post", "basis"), [(operator, "phone-consent"), (clerk, "counter-consent")])
async def test_consent_by_telephone_or_at_a_counter_keeps_how_the_person_was_verified(post: object, basis: str) -> None:
    li, wang = await resident(), await resident(name="王敏")
    helping = await assisting(await post(), li)  # type: ignore[operator]
    asked = await invited(li, actor=helping)
    assert asked.basis == basis
    running = await identity.current_assistance(helping)
    assert running is not None
    row = await db.fetchrow("SELECT assistance, channel FROM delegation_step WHERE mandate = $1", asked.id)
    assert row is not None and row["assistance"] == running.id
    mandate = await service.accept(actor_for(wang), None, AcceptanceRequest(code=asked.code))
    await service.revoke(helping, mandate.id)
    assert [each.template for each in await told(li)] == ["mandate-ended", "mandate-accepted", "mandate-invited"]


async def test_staff_who_verified_nobody_consents_for_nobody() -> None:
    li, chen = await resident(), await operator()
    with pytest.raises(Forbidden):
        await invited(li, actor=actor_for(chen, helping=li))


async def test_the_delegate_gives_up_and_the_principal_withdraws() -> None:
    li, wang = await resident(), await resident(name="王敏")
    mandate = await standing(li, wang)
    with pytest.raises(NotFound):
        await service.revoke(actor_for(wang), mandate.id)
    with pytest.raises(NotFound):
        await service.give_up(actor_for(li), mandate.id)
    await service.give_up(actor_for(wang), mandate.id)
    asked = await invited(li)
    await service.withdraw(actor_for(li), asked.id)
    with pytest.raises(NotFound):
        await service.accept(actor_for(wang), None, AcceptanceRequest(code=asked.code))
    declined = await invited(li)
    await service.decline(actor_for(wang), None, declined.code)
    assert await steps(declined) == ["invitation", "refusal"]


async def test_a_longer_time_is_a_new_consent_of_the_principal() -> None:
    li, wang = await resident(), await resident(name="王敏")
    mandate = await standing(li, wang, days=10)
    until = Extension(until=clock.today() + timedelta(days=300))
    with pytest.raises(NotFound):
        await service.extend(proved(actor_for(wang)), mandate.id, until)
    assert (await service.extend(proved(actor_for(li)), mandate.id, until)).days_left > 290
    assert (await steps(mandate))[-1] == "extension"


async def test_what_has_run_out_counts_no_more_and_is_ended_by_the_clock() -> None:
    li, wang = await resident(), await resident(name="王敏")
    mandate = await standing(li, wang, days=10)
    unanswered = await invited(li)
    actor = await acting(wang, mandate)
    with clock.frozen(clock.now() + timedelta(days=12)):
        with pytest.raises(NotDelegated):
            await identity_read(actor)
        assert await service.expire_due() == 2
        assert await service.expire_due() == 0
    assert await steps(mandate) == ["invitation", "acceptance", "expiry"]
    assert await steps(unanswered) == ["invitation", "expiry"]


async def test_a_guardian_is_written_down_at_the_counter_until_the_eighteenth_birthday() -> None:
    birth = date(clock.today().year - 9, 1, 31)
    child, wang, zhao = await resident(name="小明", birth=birth, phone=""), await resident(name="王敏"), await clerk()
    helping = await assisting(zhao, wang)
    wanted = GuardianRequest(
        ward=child.id, kind="guardian", scopes=["appointments"], until=date(birth.year + 18, 1, 30), evidence="户口簿"
    )
    with pytest.raises(FreshSignInNeeded):
        await service.register_guardian(msgspec.structs.replace(helping, proved_at=None), wanted)
    made = await service.register_guardian(helping, wanted)
    assert made.basis == "guardian" and made.days_left > 365
    assert await service.guarded(child.id) and not await service.guarded(wang.id)
    actor = await acting(wang, made)
    assert await service.guardian_acts(actor) and "guardian" in actor.scopes
    late = GuardianRequest(
        ward=child.id, kind="guardian", scopes=["appointments"], until=date(birth.year + 18, 2, 2), evidence="户口簿"
    )
    with pytest.raises(Invalid):
        await service.register_guardian(helping, late)
    adult = GuardianRequest(
        ward=(await resident()).id, kind="guardian", scopes=["appointments"], until=clock.today(), evidence="户口簿"
    )
    with pytest.raises(Invalid):
        await service.register_guardian(helping, adult)


async def test_a_child_gives_no_mandate_in_the_app() -> None:
    child = await resident(name="小明", birth=date(clock.today().year - 15, 1, 31))
    asked = await invited(child)
    assert asked.basis == "guardian"
    with pytest.raises(Conflict):
        await service.accept(actor_for(await resident()), None, AcceptanceRequest(code=asked.code))


async def test_codes_cannot_be_guessed_at_leisure() -> None:
    wang = actor_for(await resident())
    for _ in range(60):
        with pytest.raises(NotFound):
            await service.invitation(wang, None, "AAAAAAAA")
    with pytest.raises(Exception, match="too-many"):
        await service.invitation(wang, None, "AAAAAAAA")
