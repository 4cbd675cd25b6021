"""Mandates of somebody who closes the account, and mandates past their term: both go with their steps."""

from datetime import timedelta

import pytest

from backend import slices
from backend.core import clock, db, holdings
from backend.core.actor import Actor
from backend.delegation import service
from backend.privacy import service as privacy
from tests.delegation.factories import proved, standing
from tests.identity.factories import actor_for, resident

SYSTEM = Actor.system("close")


@pytest.fixture(autouse=True)
def awake() -> None:
    slices.awaken()


async def test_an_account_with_mandates_on_both_sides_closes() -> None:
    li, wang, sun = await resident(), await resident(name="王芳"), await resident(name="孙大圣")
    await standing(li, wang)
    other = await standing(sun, li)
    await privacy.ask_closing(proved(actor_for(li)))
    with clock.frozen(clock.now() + timedelta(days=7, minutes=1)):
        assert await privacy.close_due(SYSTEM) == 1
    assert await db.fetchval("SELECT count(*) FROM delegation_mandate WHERE principal = $1", li.id) == 0
    assert (await service.mandate(actor_for(sun), other.id)).ended_why == "given-up"


async def test_a_mandate_past_its_term_goes_with_its_steps() -> None:
    li, wang = await resident(), await resident(name="王芳")
    made = await standing(li, wang)
    await service.revoke(actor_for(li), made.id)
    with clock.frozen(clock.now() + timedelta(days=4000)):
        for held in (li, wang):
            assert await service.forget(clock.now(), 10, [held.id]) == 0, "a legal hold of either keeps it"
        proofs = {each.about: each for each in await privacy.forget_due(SYSTEM)}
    assert proofs["delegation_mandate"].problem is None and proofs["delegation_mandate"].deleted == 1
    assert await db.fetchval("SELECT count(*) FROM delegation_step") == 0


async def test_the_export_shows_what_the_principal_allowed_and_nobody_else() -> None:
    li, wang = await resident(), await resident(name="王芳")
    await standing(li, wang)
    parts = {each.name: await each.read(li.id) for each in holdings.registered() if each.name.startswith("mandate")}
    assert [each.relation for each in parts["mandates"]] == ["女儿"]  # type: ignore[attr-defined]
    assert parts["mandate-steps"] and str(wang.id) not in str(parts) and "王芳" not in str(parts)
