"""Minors: a manager agrees before staff read a record; a guardian agrees before a child is in the register."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.core import clock, db, events
from backend.core.problems import Forbidden, Invalid, NotFound
from backend.identity import rules, service
from backend.identity.schemas import (
    ApprovalRequest,
    AssistanceRequest,
    GuardianConsent,
    PersonSearch,
    PersonSummary,
    Registration,
    StaffPost,
)
from backend.identity.service import approvals, minors
from backend.identity.service.approvals import AlreadyAsked, NotAMinor
from backend.identity.service.minors import AlreadyConsented, ApprovalNeeded, GuardianConsentNeeded
from backend.notifications import service as notifications
from tests.identity.factories import actor_for, clerk, manager, operator, resident, token_for

Freeze = Callable[[datetime], None]
NOON = datetime(2026, 11, 25, 12, tzinfo=clock.SHANGHAI)
TEN, SIXTEEN = date(2016, 11, 1), date(2010, 5, 1)


@pytest.fixture(autouse=True)
def noon(frozen: Freeze) -> None:
    frozen(NOON)


async def teenager(**more: object) -> PersonSummary:
    return await resident(**{"name": "小明明", "birth": SIXTEEN, "phone": "13800006666"} | more)  # type: ignore[arg-type]


async def asked(who: StaffPost, person: PersonSummary) -> UUID:
    return await service.ask_approval(actor_for(who), ApprovalRequest(person=person.id, reason="minor-here"))


async def approved(who: StaffPost, person: PersonSummary, by: StaffPost | None = None) -> None:
    await service.decide_approval(actor_for(by or await manager()), await asked(who, person), "given")


async def named(event: str) -> list[UUID]:
    return [row["subject"] for row in await db.fetch("SELECT subject FROM core_announcement WHERE name = $1", event)]


@given(st.dates(date(1990, 1, 1), date(2026, 11, 25)))
def test_a_minor_is_under_18_a_child_under_14_and_the_band_says_the_same(birth: date) -> None:
    today = date(2026, 11, 25)
    years = rules.age(birth, today)
    assert rules.minor(birth, today) == (years < 18)
    assert rules.child(birth, today) == (years < 14)
    assert bool(rules.band(birth, today)) == (years < 18)


@pytest.mark.parametrize(
    ("birth", "today", "minor"),
    [
        (date(2008, 11, 25), date(2026, 11, 24), True),
        (date(2008, 11, 25), date(2026, 11, 25), False),
        (date(2008, 2, 29), date(2026, 2, 28), True),
        (date(2008, 2, 29), date(2026, 3, 1), False),
        (None, date(2026, 11, 25), False),
    ],
)
def test_one_grows_up_on_the_birthday(birth: date | None, today: date, minor: bool) -> None:
    assert rules.minor(birth, today) is minor


async def test_one_grows_up_at_midnight_in_shanghai(frozen: Freeze) -> None:
    ming = await teenager(birth=date(2008, 11, 26))
    zhao = actor_for(await clerk())
    frozen(datetime(2026, 11, 25, 23, 59, tzinfo=clock.SHANGHAI))
    with pytest.raises(ApprovalNeeded):
        await service.person(zhao, ming.id)
    frozen(datetime(2026, 11, 26, 0, 1, tzinfo=clock.SHANGHAI))
    assert (await service.person(zhao, ming.id)).name == "小明明"


async def test_a_desk_that_finds_a_minor_sees_only_that_there_is_somebody() -> None:
    ming = await teenager()
    for who in (await operator(), await clerk()):
        (found,) = await service.find_people(actor_for(who), PersonSearch(phone="13800006666"))
        assert (found.id, found.name, found.closed) == (ming.id, "小**", True)
        assert (found.phone_masked, found.age, found.home) == ("", None, "")


async def test_without_approval_the_record_stays_closed_and_the_attempt_is_on_record() -> None:
    ming, zhao = await teenager(), await clerk()
    token = await token_for(zhao)
    begin = AssistanceRequest(person=ming.id, verified=["id-card"], channel="counter")
    for attempt in (
        service.person(actor_for(zhao), ming.id),
        service.facts_of(actor_for(zhao), [ming.id]),
        service.begin_assistance(actor_for(zhao), token, begin),
        service.person(actor_for(await manager()), ming.id),
    ):
        with pytest.raises(ApprovalNeeded):
            await attempt
    assert await named("MinorRecordRefused") == [ming.id] * 4
    assert await db.fetchval("SELECT count(*) FROM core_view") == 0, "nothing was read"


async def test_a_manager_agrees_for_one_record_one_asker_and_half_an_hour(frozen: Freeze) -> None:
    ming, other = await teenager(), await teenager(name="小红", phone="13800006667")
    zhao, colleague = await clerk(), await clerk(name="钱进")
    await approved(zhao, ming)
    assert (await service.person(actor_for(zhao), ming.id)).name == "小明明"
    assert ming.id in await service.facts_of(actor_for(zhao), [ming.id])
    for who, person in ((colleague, ming), (zhao, other)):
        with pytest.raises(ApprovalNeeded):
            await service.person(actor_for(who), person.id)
    frozen(NOON + rules.APPROVAL_LIFE - timedelta(seconds=1))
    assert (await service.person(actor_for(zhao), ming.id)).name == "小明明"
    frozen(NOON + rules.APPROVAL_LIFE)
    with pytest.raises(ApprovalNeeded):
        await service.person(actor_for(zhao), ming.id)


async def test_helping_a_minor_ends_with_the_approval(frozen: Freeze) -> None:
    ming, zhao = await teenager(), await clerk()
    await approved(zhao, ming)
    token = await token_for(zhao)
    frozen(NOON + timedelta(minutes=14))
    await service.begin_assistance(
        actor_for(zhao), token, AssistanceRequest(person=ming.id, verified=["id-card"], channel="counter")
    )
    frozen(NOON + timedelta(minutes=29))
    await db.execute("UPDATE identity_assistance SET last_active = $1", clock.now())
    await db.execute("UPDATE identity_session SET last_seen = $1", clock.now())
    helping = await service.resolve_session(token)
    assert helping is not None and helping.actor.principal == ming.id
    assert (await service.person(helping.actor, ming.id)).name == "小明明"
    frozen(NOON + timedelta(minutes=30))
    after = await service.resolve_session(token)
    assert after is not None and after.actor.principal is None
    assert await db.fetchval("SELECT ended_why FROM identity_assistance") == "approval-over"


async def test_nobody_agrees_for_themselves_nor_outside_their_division_nor_twice() -> None:
    ming, zhao, boss = await teenager(), await clerk(), await manager()
    own = await asked(boss, ming)
    with pytest.raises(NotFound):
        await service.decide_approval(actor_for(boss), own, "given")
    request = await asked(zhao, ming)
    with pytest.raises(NotFound):
        await service.decide_approval(actor_for(await manager(region="230102")), request, "given")
    for who in (zhao, await operator(), ming):
        with pytest.raises(Forbidden):
            await service.decide_approval(actor_for(who), request, "given")
    await service.decide_approval(actor_for(boss), request, "refused")
    with pytest.raises(NotFound):
        await service.decide_approval(actor_for(boss), request, "given")
    with pytest.raises(ApprovalNeeded):
        await service.person(actor_for(zhao), ming.id)
    await service.decide_approval(actor_for(await manager(name="另一位")), own, "given")
    assert (await service.person(actor_for(boss), ming.id)).name == "小明明"


async def test_a_manager_sees_who_waits_and_nothing_of_the_child(frozen: Freeze) -> None:
    ming, zhao, boss = await teenager(), await clerk(), await manager()
    await service.ask_approval(
        actor_for(zhao), ApprovalRequest(person=ming.id, reason="running-matter", note="小明明的学籍")
    )
    (line,) = await service.waiting_approvals(actor_for(boss))
    assert (line.person_masked, line.staff_name, line.reason, line.note) == (
        "小**", "赵明", "running-matter", "小明明的学籍",
    )  # fmt: skip
    assert await service.count_waiting(actor_for(boss)) == 1
    assert await service.waiting_approvals(actor_for(await manager(region="230102"))) == []
    for division, waiting in (("230103001", 0), ("230103", 1), ("230100", 1)):
        post = msgspec.structs.replace(actor_for(boss), grants=frozenset({("manager", division)}))
        assert await service.count_waiting(post) == waiting, "a subdistrict does not decide for its county"
    with pytest.raises(AlreadyAsked):
        await asked(zhao, ming)
    frozen(NOON + rules.REQUEST_LIFE)
    assert await service.count_waiting(actor_for(boss)) == 0, "what nobody decided on lapses"
    assert b"\xe5\xb0\x8f" not in await db.fetchval("SELECT note FROM identity_approval"), "the note is sealed"


async def test_a_record_that_is_open_needs_no_approval() -> None:
    with pytest.raises(NotAMinor):
        await asked(await clerk(), await resident())


async def test_a_minor_reads_their_own_record() -> None:
    ming = await teenager()
    assert (await service.person(actor_for(ming), ming.id)).name == "小明明"


async def test_guardians_are_told_once_that_the_record_was_opened(frozen: Freeze) -> None:
    ming, mother, zhao = await teenager(), await resident(name="妈妈"), await clerk()

    async def guardians(person: UUID) -> list[UUID]:
        return [mother.id] if person == ming.id else []

    service.use_guardians(guardians)
    try:
        await approved(zhao, ming)
        assert await named("MinorRecordOpened") == []
        for _ in range(2):
            await service.person(actor_for(zhao), ming.id)
        frozen(datetime(2100, 1, 1, tzinfo=clock.SHANGHAI))  # the database's clock is not held still
        while await events.relay():
            pass
    finally:
        approvals._guardians.clear()
    assert await named("MinorRecordOpened") == [ming.id]
    told = [each for each in await notifications.latest() if each.template == "minor-record-opened"]
    assert len(told) == 1 and "小明" not in told[0].body


async def test_a_child_is_written_down_only_with_a_guardian_at_the_counter() -> None:
    zhao, chen = actor_for(await clerk()), actor_for(await operator())
    child = Registration(name="豆豆", birth=TEN)
    agreed = Registration(name="豆豆", birth=TEN, guardian="王敏", evidence="household-book")
    for who, wanted, channel in ((zhao, child, "counter"), (chen, agreed, "phone")):
        with pytest.raises(GuardianConsentNeeded):
            await service.register_person(who, wanted, channel=channel)
    assert await db.fetchval("SELECT count(*) FROM identity_person WHERE document IS NULL AND phone IS NULL") == 0
    new = await service.register_person(zhao, agreed, channel="counter")
    assert new.closed and new.name == "豆**"
    assert await service.guardian_consented(new.id)
    row = await db.fetchrow("SELECT evidence, staff, guardian_name FROM identity_guardian_consent")
    assert row is not None and (row["evidence"], row["staff"]) == ("household-book", zhao.acting)
    assert "王敏".encode() not in row["guardian_name"]


async def test_somebody_of_14_is_written_down_without_a_guardian() -> None:
    zhao = actor_for(await clerk())
    new = await service.register_person(zhao, Registration(name="小明明", birth=date(2012, 11, 25)), channel="counter")
    assert new.closed


async def test_a_child_signs_in_after_a_guardian_agreed_and_no_more_after_it_was_taken_back() -> None:
    doudou, zhao = await resident(name="豆豆", birth=TEN), actor_for(await clerk())
    with pytest.raises(GuardianConsentNeeded):
        await token_for(doudou)
    consent = GuardianConsent(guardian="王敏", evidence="household-book")
    await service.record_guardian_consent(zhao, doudou.id, consent)
    with pytest.raises(AlreadyConsented):
        await service.record_guardian_consent(zhao, doudou.id, consent)
    token = await token_for(doudou)
    assert await service.resolve_session(token) is not None
    await service.withdraw_guardian_consent(zhao, doudou.id)
    assert await service.resolve_session(token) is None, "signed out at once"
    with pytest.raises(GuardianConsentNeeded):
        await token_for(doudou)


async def test_consent_is_recorded_for_children_only_and_by_clerks_only() -> None:
    consent = GuardianConsent(guardian="王敏", evidence="household-book")
    with pytest.raises(NotFound):
        await service.record_guardian_consent(actor_for(await clerk()), (await teenager()).id, consent)
    with pytest.raises(Forbidden):
        await service.record_guardian_consent(actor_for(await operator()), (await teenager(phone="")).id, consent)


async def test_a_consent_given_by_delegation_counts() -> None:
    doudou = await resident(name="豆豆", birth=TEN)

    async def given_there(person: UUID) -> bool:
        return person == doudou.id

    service.use_guardian_consents(given_there)
    try:
        assert await token_for(doudou)
    finally:
        minors._consents.clear()


async def test_too_little_is_still_said_first() -> None:
    with pytest.raises(Invalid):
        await service.register_person(actor_for(await clerk()), Registration(name="豆豆"), channel="counter")
