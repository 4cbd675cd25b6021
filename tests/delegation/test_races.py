"""A revocation wins: once it was acknowledged, no act that begins later succeeds. Real commits, several connections."""

import asyncio
from uuid import UUID

import pytest

from backend.core import db, ids, rate
from backend.core.actor import Actor
from backend.core.events import announce
from backend.core.policy import NotDelegated, verb
from backend.core.words import N_
from backend.delegation import service
from tests.delegation.factories import PLAIN, acting, standing
from tests.delegation.test_machine import PlainDone, plain_act
from tests.identity.factories import actor_for, resident

ROUNDS = 50


@verb("tests.slow_act", N_("See one appointment"), "resident", scope=PLAIN)
async def slow_act(actor: Actor, begun: asyncio.Event, go_on: asyncio.Event) -> None:
    begun.set()
    await go_on.wait()
    await announce(actor, PlainDone(region="000000", subject=ids.new()))


async def keep_acting(actor: Actor, acknowledged: asyncio.Event, late: list[bool]) -> None:
    """Act until refused; note of each success whether it began after the acknowledgement."""
    for _ in range(6):
        after = acknowledged.is_set()
        try:
            await plain_act(actor, ids.new())
            late.append(after)
        except NotDelegated:
            return


async def take_away(principal: Actor, mandate: UUID, acknowledged: asyncio.Event) -> None:
    await service.revoke(principal, mandate)
    acknowledged.set()


async def test_no_act_begins_after_the_revocation_was_acknowledged(own_database: str) -> None:
    li, wang = await resident(), await resident(name="王敏")
    for _ in range(ROUNDS):
        rate.reset()
        mandate = await standing(li, wang, PLAIN)
        actor = await acting(wang, mandate)
        acknowledged = asyncio.Event()
        late: list[bool] = []

        acts = [keep_acting(actor, acknowledged, late) for _ in range(3)]
        await asyncio.gather(*acts, take_away(actor_for(li), mandate.id, acknowledged))
        assert not any(late)
        with pytest.raises(NotDelegated):
            await plain_act(actor, ids.new())


async def test_a_revocation_waits_for_the_act_that_began_before_it(own_database: str) -> None:
    li, wang = await resident(), await resident(name="王敏")
    mandate = await standing(li, wang, PLAIN)
    actor = await acting(wang, mandate)
    begun, go_on = asyncio.Event(), asyncio.Event()
    doing = asyncio.ensure_future(slow_act(actor, begun, go_on))
    await begun.wait()
    revoking = asyncio.ensure_future(service.revoke(actor_for(li), mandate.id))
    await asyncio.wait({revoking}, timeout=0.2)
    assert not revoking.done()
    go_on.set()
    await asyncio.gather(doing, revoking)
    assert await db.fetchval("SELECT count(*) FROM core_announcement WHERE name = 'PlainDone'") == 1
