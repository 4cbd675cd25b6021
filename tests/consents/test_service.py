"""The ledger: each purpose by itself, taken back as easily as given, and nothing in it is ever changed."""

from datetime import timedelta
from uuid import UUID

import asyncpg
import msgspec
import pytest

from backend.consents import purposes, service
from backend.consents.schemas import Giving
from backend.core import clock, db, policy
from backend.core.actor import Actor
from backend.core.policy import NotDelegated
from backend.core.problems import NobodyToActFor, NotFound, SignInRequired
from tests.identity.factories import actor_for, clerk, operator, resident

PURPOSE = "location-once"


def yes(purpose: str = PURPOSE, version: int = 1) -> Giving:
    return Giving(purpose=purpose, version=version)


async def rows(person: UUID) -> list[tuple[str, str]]:
    found = await db.fetch("SELECT purpose, state FROM consents_consent WHERE person = $1 ORDER BY id", person)
    return [(row["purpose"], row["state"]) for row in found]


async def test_nothing_is_agreed_to_before_somebody_agrees() -> None:
    li = await resident()
    assert {line.state for line in await service.mine(actor_for(li))} == {"never"}
    with pytest.raises(service.ConsentNeeded) as refusal:
        await service.require(actor_for(li), li.id, PURPOSE)
    assert refusal.value.next_step == service.PAGE


async def test_one_purpose_is_one_decision() -> None:
    li = await resident()
    await service.give(actor_for(li), yes())
    assert await service.standing(li.id, PURPOSE)
    await service.require(actor_for(li), li.id, PURPOSE)
    assert not await service.standing(li.id, "public-reviews")


async def test_taking_back_counts_at_once_and_leaves_both_rows() -> None:
    li = await resident()
    await service.give(actor_for(li), yes())
    line = await service.withdraw(actor_for(li), PURPOSE)
    assert line.state == "withdrawn"
    assert not await service.standing(li.id, PURPOSE)
    assert await rows(li.id) == [(PURPOSE, "given"), (PURPOSE, "withdrawn")]
    assert [each.by_me for each in await service.history(actor_for(li))] == [True, True]


async def test_twice_is_the_same_as_once() -> None:
    li = await resident()
    await service.withdraw(actor_for(li), PURPOSE)
    for _ in range(2):
        await service.give(actor_for(li), yes())
    for _ in range(2):
        await service.withdraw(actor_for(li), PURPOSE)
    assert await rows(li.id) == [(PURPOSE, "given"), (PURPOSE, "withdrawn")]


async def test_a_new_version_asks_again(monkeypatch: pytest.MonkeyPatch) -> None:
    li = await resident()
    await service.give(actor_for(li), yes())
    newer = msgspec.structs.replace(purposes.current()[PURPOSE], version=2, text="别的用途")
    monkeypatch.setattr(purposes, "current", lambda: {PURPOSE: newer})
    assert not await service.standing(li.id, PURPOSE)
    assert [line.state for line in await service.mine(actor_for(li))] == ["outdated"]
    with pytest.raises(service.WordsChanged):
        await service.give(actor_for(li), yes())
    await service.give(actor_for(li), yes(version=2))
    assert await service.standing(li.id, PURPOSE)


async def test_the_words_that_were_shown_are_kept_by_their_fingerprint() -> None:
    li = await resident()
    await service.give(actor_for(li), yes())
    kept = await db.fetchval("SELECT words FROM consents_consent WHERE person = $1", li.id)
    assert kept == purposes.fingerprint(purposes.current()[PURPOSE])


async def test_an_operator_notes_consent_with_how_the_caller_was_verified() -> None:
    li, chen = await resident(), await operator()

    async def verified(actor: Actor) -> list[str]:
        return ["registered-number", "name-and-birth"]

    service.use_verification(verified)
    await service.give(actor_for(chen, helping=li), yes())
    (line,) = await service.history(actor_for(li))
    assert (line.by_me, line.basis, line.channel) == (False, "assisted", "phone")
    assert line.verified == ["registered-number", "name-and-birth"]
    seen = await service.mine(actor_for(chen, helping=li))
    assert seen
    assert await db.fetchval("SELECT what FROM core_view WHERE person = $1", li.id) == "consents"


async def test_staff_who_help_nobody_and_strangers_consent_for_nobody() -> None:
    with pytest.raises(NobodyToActFor):
        await service.give(actor_for(await clerk()), yes())
    with pytest.raises(SignInRequired):
        await service.give(Actor(), yes())


async def test_a_helper_never_consents_and_a_guardian_does_only_when_known_as_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def holds(actor: Actor, scope: str) -> bool:
        return True

    monkeypatch.setattr(policy, "_watches", [holds])  # the actor says what it may; mandates have their own tests
    child, mother = await resident(name="王小满"), await resident(name="王敏")
    helper = Actor(
        acting=mother.id, principal=child.id, basis="delegation", roles=frozenset({"resident"}),
        scopes=frozenset({"appointments"}),
    )  # fmt: skip
    with pytest.raises(NotDelegated):
        await service.give(helper, yes())
    guardian = msgspec.structs.replace(helper, scopes=frozenset({service.GUARDIAN}))
    with pytest.raises(service.GuardianNeeded):
        await service.give(guardian, yes())

    async def is_guardian(actor: Actor) -> bool:
        return True

    service.use_guardians(is_guardian)
    await service.give(guardian, yes())
    assert await service.standing(child.id, PURPOSE)


async def test_a_child_under_fourteen_does_not_consent_alone() -> None:
    child = await resident(birth=clock.today() - timedelta(days=13 * 365))

    async def is_child(person: UUID) -> bool:
        return person == child.id

    service.use_children(is_child)
    with pytest.raises(service.GuardianNeeded):
        await service.give(actor_for(child), yes())
    await service.withdraw(actor_for(child), PURPOSE)


async def test_an_unknown_purpose_is_not_found() -> None:
    with pytest.raises(NotFound):
        await service.give(actor_for(await resident()), yes("sell-everything"))


@pytest.mark.parametrize("statement", ["UPDATE consents_consent SET state = 'given'", "DELETE FROM consents_consent"])
async def test_the_ledger_only_grows(statement: str) -> None:
    await service.give(actor_for(await resident()), yes())
    with pytest.raises(asyncpg.RaiseError):
        async with db.transaction():
            await db.execute(statement)


async def test_evidence_goes_after_its_term_but_a_consent_that_stands_never() -> None:
    li = await resident()
    await service.give(actor_for(li), yes())
    await service.give(actor_for(li), yes("public-reviews"))
    await service.withdraw(actor_for(li), "public-reviews")
    later = clock.now() + timedelta(days=1)
    assert await service.forget(later, 100, [li.id]) == 0
    assert await service.forget(later, 100, []) == 2
    assert await rows(li.id) == [(PURPOSE, "given")]
    assert await service.forget(later, 100, []) == 0


def test_every_purpose_says_in_plain_chinese_and_english_what_it_is_for() -> None:
    assert len(purposes.current()) >= 5
    for each in purposes.all_versions().values():
        assert each.title and each.text and each.plain and each.refused, each.name
        assert each.title_en and each.text_en and each.refused_en, each.name
        assert bool(each.recipient) == bool(each.recipient_en), each.name
