"""The demonstration's mandate, made through the verbs, once."""

from backend.core import db
from backend.delegation import demo, service
from backend.identity import service as identity
from tests.delegation.factories import PAPERS


async def test_wang_min_may_act_for_her_mother_however_often_the_world_is_made() -> None:
    assert PAPERS
    await identity.make_personas()
    await demo.world()
    await demo.world()
    people = {each.slug: each for each in identity.PERSONAS}
    (mandate,) = (await service.household(people["wang-min"].actor)).for_others
    assert (mandate.called, mandate.standing, mandate.scopes) == ("妈妈", "active", ["appointments"])
    await service.revoke(people["li-xiulan"].actor, mandate.id)
    await demo.world()
    assert await db.fetchval("SELECT count(*) FROM delegation_mandate") == 1
