"""The clock moves years ahead: what is past its term goes, all else stays, and each deletion has its proof."""

from datetime import timedelta

import msgspec
import pytest

from backend.consents import service as consents
from backend.core import clock, db, rate, register
from backend.core.actor import Actor
from backend.core.problems import Forbidden, NotFound, Problem
from backend.privacy import jobs, rules, service
from backend.privacy.schemas import HoldRequest
from tests.appointments.factories import MONDAY
from tests.identity.factories import actor_for, city, clerk, resident, staff
from tests.identity.test_codes import ask
from tests.privacy.factories import counts, fresh, lived, past

SYSTEM = Actor.system("retention")
TERMED = "consents_consent"  # a consent that stands is kept however old it is


def ends() -> list[register.Held]:
    return [line for line in register.held() if line.keep is not None]


async def test_years_later_nothing_past_its_term_is_left_and_nothing_else_is_touched() -> None:
    li = await lived()
    await ask()
    stays = [line.table for line in register.held() if line.keep is None and line.table != "appointments_share"]
    kept = await counts(stays)
    with clock.frozen(MONDAY + timedelta(days=4 * 365)):
        before = {line.table: await past(line) for line in ends()}
        assert before["appointments_appointment"] and before["notifications_message"] and before["identity_session"]
        await service.forget_due(SYSTEM)
        left = {line.table: await past(line) for line in ends() if line.table != TERMED}
        assert not {table: n for table, n in left.items() if n}
        assert await consents.standing(li.id, "location-once")
        assert await db.fetchval("SELECT count(*) FROM consents_consent WHERE person = $1", li.id) == 1
        assert await db.fetchval("SELECT count(*) FROM appointments_share") == 0
    now = await counts(stays)
    assert now.pop("core_announcement") == kept.pop("core_announcement") + 1  # the run itself
    assert now == kept


async def test_what_is_within_its_term_stays() -> None:
    await lived()
    tables = [line.table for line in ends() if line.table != "privacy_run"]
    with clock.frozen(MONDAY + timedelta(hours=13)):
        before = await counts(tables)
        await service.forget_due(SYSTEM)
        assert await counts(tables) == before


async def test_each_table_has_a_proof_with_its_rule_cut_off_count_and_oldest() -> None:
    await lived()
    with clock.frozen(MONDAY + timedelta(days=800)):
        proofs = {each.about: each for each in await service.forget_due(SYSTEM)}
        assert set(proofs) == {line.table for line in ends()}
        messages = proofs["notifications_message"]
        assert messages.deleted == 1 and messages.oldest is None and not messages.problem
        assert messages.cutoff == clock.now() - timedelta(days=365)
        assert proofs["appointments_appointment"].oldest is not None
        auditor = actor_for(await staff("clerk"))
        seen = await service.runs(fresh_role(auditor, "auditor"), limit=100)
        assert {each.about for each in seen} == set(proofs)


async def test_only_auditors_and_the_city_see_the_proofs() -> None:
    for who in (await resident(), await clerk()):
        with pytest.raises(Forbidden):
            await service.runs(actor_for(who))
    with pytest.raises(Problem):
        await service.forget_due(actor_for(await clerk()))


async def test_a_table_that_fails_is_noted_and_does_not_stop_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    await lived()

    async def broken(*_: object) -> int:
        raise RuntimeError

    monkeypatch.setitem(register._forgets, "identity_session", broken)
    with clock.frozen(MONDAY + timedelta(days=800)):
        proofs = {each.about: each for each in await service.forget_due(SYSTEM)}
    assert proofs["identity_session"].problem == "RuntimeError"
    assert proofs["notifications_message"].deleted == 1


async def test_batches_are_bounded_and_the_next_run_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "BATCH", 1)
    monkeypatch.setattr(rules, "BATCHES", 2)
    for _ in range(3):
        await ask_anew()
    with clock.frozen(clock.now() + timedelta(days=2)):
        first = {each.about: each for each in await service.forget_due(SYSTEM)}["identity_code"]
        assert (first.deleted, first.more) == (2, True)
        second = {each.about: each for each in await service.forget_due(SYSTEM)}["identity_code"]
        assert (second.deleted, second.more, second.oldest) == (1, False, None)


async def test_a_legal_hold_wins_until_it_is_lifted() -> None:
    li = await lived()
    with clock.frozen(MONDAY + timedelta(days=300)):
        keeper = fresh(actor_for(await city()))
        until = clock.now() + timedelta(days=900)
        hold = await service.place_hold(keeper, HoldRequest(person=li.id, reason="法院调查", until=until))
    with clock.frozen(MONDAY + timedelta(days=1150)):
        await service.forget_due(SYSTEM)
        assert await db.fetchval("SELECT count(*) FROM appointments_appointment WHERE person_id = $1", li.id) == 1
        assert await db.fetchval("SELECT count(*) FROM notifications_message WHERE person = $1", li.id) == 1
        await service.lift_hold(fresh(keeper), hold.id)
        await service.forget_due(SYSTEM)
        assert await db.fetchval("SELECT count(*) FROM appointments_appointment WHERE person_id = $1", li.id) == 0


async def test_a_hold_is_placed_only_where_the_person_lives_and_not_for_ever() -> None:
    li = await resident(home="230103")
    soon = clock.now() + timedelta(days=10)
    elsewhere = fresh(actor_for(await city(region="230200")))
    with pytest.raises(NotFound):
        await service.place_hold(elsewhere, HoldRequest(person=li.id, reason="调查", until=soon))
    here = fresh(actor_for(await city(region="230103")))
    with pytest.raises(Problem):
        await service.place_hold(here, HoldRequest(person=li.id, reason="调查", until=soon + timedelta(days=2000)))
    with pytest.raises(Forbidden):
        await service.place_hold(fresh(actor_for(await clerk())), HoldRequest(person=li.id, reason="调查", until=soon))


async def test_the_nightly_job_deletes() -> None:
    await ask()
    with clock.frozen(clock.now() + timedelta(days=2)):
        await jobs.forget_due()
    assert await db.fetchval("SELECT count(*) FROM identity_code") == 0


def fresh_role(actor: Actor, role: str) -> Actor:
    return msgspec.structs.replace(actor, roles=frozenset({role}))


async def ask_anew() -> None:
    rate.reset()
    await ask()
