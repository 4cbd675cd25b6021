"""The demonstration world of delegation: Wang Min may act for her mother, asked and agreed to through the verbs."""

from datetime import timedelta

import msgspec

from backend.core import clock
from backend.core.actor import Actor
from backend.delegation import service
from backend.delegation.schemas import AcceptanceRequest, MandateRequest
from backend.identity import service as identity

ORDER = 40
MONTHS = timedelta(days=218)


async def world() -> None:
    """One mandate, unless it was there already or has been ended since; safe to repeat."""
    people = {each.slug: each for each in identity.PERSONAS}
    mother, daughter = people["li-xiulan"], people["wang-min"]
    me = _proved(mother.actor)
    known = await service.household(me)
    if known.for_me or (await service.household(daughter.actor)).for_others:
        return
    wanted = MandateRequest(
        scopes=["appointments"], until=clock.today() + MONTHS, phone=daughter.phone, relation="女儿"
    )
    asked = await service.invite(me, wanted, key="demonstration-of-a-mandate")
    if asked.standing == "invited":
        await service.accept(daughter.actor, asked.id, AcceptanceRequest(called="妈妈"))


def _proved(actor: Actor) -> Actor:
    return msgspec.structs.replace(actor, proved_at=clock.now())
