"""One place decides: role, mandate, assurance, freshness. A refusal says which of them, and what to do."""

from datetime import timedelta
from uuid import uuid4

import msgspec
import pytest

from backend.core import clock
from backend.core.actor import ANONYMOUS, Actor, stem
from backend.core.policy import (
    ANY_SCOPE,
    PUBLIC,
    SIGNED_IN,
    AssuranceNeeded,
    FreshSignInNeeded,
    NotDelegated,
    Verb,
    below,
    covered,
    permit,
    verb,
    within,
)
from backend.core.problems import Forbidden, SignInRequired

ME = uuid4()
RESIDENT = Actor(acting=ME, principal=ME, roles=frozenset({"resident"}))
DAUGHTER = Actor(
    acting=uuid4(), principal=ME, basis="delegation", roles=frozenset({"resident"}), scopes=frozenset({"appointments"})
)


def rule(*roles: str, scope: str = "", assurance: str = "", fresh: timedelta | None = None) -> Verb:
    return Verb(name="x.y", title="", roles=frozenset(roles), scope=scope, assurance=assurance, fresh=fresh)


def test_everybody_may_do_what_is_public() -> None:
    permit(ANONYMOUS, rule(PUBLIC))


def test_a_stranger_is_asked_to_sign_in() -> None:
    with pytest.raises(SignInRequired):
        permit(ANONYMOUS, rule("resident"))
    with pytest.raises(SignInRequired):
        permit(ANONYMOUS, rule(SIGNED_IN))


def test_another_role_is_refused() -> None:
    permit(RESIDENT, rule("clerk", "resident"))
    permit(RESIDENT, rule(SIGNED_IN))
    with pytest.raises(Forbidden):
        permit(RESIDENT, rule("clerk"))


def test_a_mandate_opens_what_it_names_and_nothing_else() -> None:
    permit(DAUGHTER, rule("resident", scope="appointments"))
    with pytest.raises(NotDelegated):
        permit(DAUGHTER, rule("resident", scope="cases"))
    with pytest.raises(NotDelegated):
        permit(DAUGHTER, rule("resident"))


def test_a_mandate_for_some_service_items_covers_no_other() -> None:
    some = msgspec.structs.replace(DAUGHTER, items=frozenset({"hlj-1"}))
    within(some, "hlj-1")
    within(DAUGHTER, "hlj-2")
    within(RESIDENT, "hlj-2")
    with pytest.raises(NotDelegated):
        within(some, "hlj-2")


def test_the_level_of_assurance_is_that_of_the_person_the_act_is_for() -> None:
    with pytest.raises(AssuranceNeeded) as refusal:
        permit(RESIDENT, rule("resident", assurance="counter"))
    assert refusal.value.next_step is not None and refusal.value.next_step[0] == "/me/assurance"
    permit(msgspec.structs.replace(RESIDENT, assurance="real-name"), rule("resident", assurance="counter"))
    assert below("phone", "counter") and below("unheard-of", "phone") and not below("real-name", "counter")


def test_what_cannot_be_taken_back_asks_for_a_fresh_proof() -> None:
    fresh = rule("resident", fresh=timedelta(minutes=10))
    with pytest.raises(FreshSignInNeeded):
        permit(RESIDENT, fresh)
    with pytest.raises(FreshSignInNeeded):
        permit(msgspec.structs.replace(RESIDENT, proved_at=clock.now() - timedelta(minutes=11)), fresh)
    permit(msgspec.structs.replace(RESIDENT, proved_at=clock.now()), fresh)


async def test_a_verb_checks_before_it_does_anything() -> None:
    done = []

    @verb("tests.touch", "Touch", "clerk")
    async def touch(actor: Actor, what: str) -> str:
        done.append(what)
        return what

    with pytest.raises(Forbidden):
        await touch(RESIDENT, "x")
    assert not done
    assert await touch(Actor(acting=ME, roles=frozenset({"clerk"})), "y") == "y"
    with pytest.raises(ValueError, match="two verbs"):
        verb("tests.touch", "Touch", "clerk")


@pytest.mark.parametrize(
    ("division", "digits"),
    [("000000", ""), ("230000", "23"), ("230100", "2301"), ("230103", "230103"), ("230103001000", "230103001")],
)
def test_a_division_covers_all_codes_that_begin_like_it(division: str, digits: str) -> None:
    assert stem(division) == digits
    post = Actor(acting=ME, grants=frozenset({("clerk", division)}))
    assert post.covers(f"{digits}0000000000000"[:12], "clerk")
    assert not post.covers("999999", "clerk") or not digits
    assert not post.covers(f"{digits}0000000000000"[:12], "manager")


def test_seeing_whom_one_acts_for_comes_with_every_mandate() -> None:
    permit(DAUGHTER, rule("resident", scope=ANY_SCOPE))
    assert covered(DAUGHTER, "appointments") and covered(RESIDENT, "cases")
    assert not covered(DAUGHTER, "cases")


def test_whoever_helps_proves_themselves_before_what_is_their_own_or_their_decision() -> None:
    helping = Actor(acting=uuid4(), principal=ME, basis="assisted", roles=frozenset({"clerk", "administrator"}))
    permit(helping, rule("resident", "clerk", fresh=timedelta(minutes=10)))
    for own in (rule(SIGNED_IN, fresh=timedelta(minutes=10)), rule("administrator", fresh=timedelta(minutes=10))):
        with pytest.raises(FreshSignInNeeded):
            permit(helping, own)
        permit(msgspec.structs.replace(helping, proved_at=clock.now()), own)
