"""What the walk of `matrix.py` finds of a person's own data: a correction, a closing, and a hold on a neighbour."""

from datetime import timedelta
from uuid import UUID

import msgspec

from backend.core import clock
from backend.core.actor import Actor
from backend.identity.schemas import PersonSummary
from backend.privacy import service
from backend.privacy.schemas import CorrectionRequest, HoldRequest
from tests.identity import factories


async def own_data(person: PersonSummary, keeper: Actor, region: str) -> tuple[UUID, UUID]:
    """The ids of the correction that the person asked for and of the hold; the closing has no id of its own."""
    me = msgspec.structs.replace(factories.actor_for(person), proved_at=clock.now())
    wanted = CorrectionRequest(field="birth", wanted="1948-03-06", reason="登记时写早了一天")
    correction = await service.ask_correction(me, wanted)
    await service.ask_closing(me)
    held = await factories.resident(home=region)
    hold = HoldRequest(person=held.id, reason="行政复议", until=clock.now() + timedelta(days=9))
    placed = await service.place_hold(msgspec.structs.replace(keeper, proved_at=clock.now()), hold)
    return correction.id, placed.id
