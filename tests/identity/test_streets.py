"""Staff of a street or township do their work over the second wall, whose rows lie in the county."""

from datetime import date

import msgspec
import pytest

from backend.core import clock, db
from backend.core.actor import Actor
from backend.core.problems import Forbidden
from backend.core.walls import sight_of
from backend.identity import service
from backend.identity.schemas import ApprovalRequest, OrganisationRequest, StaffInvitation
from tests.identity.factories import actor_for, administrator, clerk, resident

STREET = "230103001"


def of_the_street(who: Actor, role: str) -> Actor:
    return msgspec.structs.replace(who, proved_at=clock.now(), grants=frozenset({(role, STREET)}))


async def test_its_administrator_adds_an_organisation_and_invites_into_it() -> None:
    he = of_the_street(actor_for(await administrator()), "administrator")
    async with db.scoped(sight_of(he)):
        made = await service.add_organisation(
            he, OrganisationRequest(kind="community", name="红军街社区", division=f"{STREET}001")
        )
        invited = await service.invite(
            he, StaffInvitation(name="高原", organisation=made.id, role="grid", division=f"{STREET}001")
        )
        assert [each.id for each in await service.invitations(he)] == [invited.id]
        await service.close_organisation(he, made.id)
        with pytest.raises(Forbidden):
            await service.add_organisation(
                he, OrganisationRequest(kind="community", name="中山路社区", division="230103002001")
            )


async def test_its_clerk_asks_for_an_approval_and_sees_it() -> None:
    zhao, child = of_the_street(actor_for(await clerk()), "clerk"), await resident(birth=date(2012, 5, 1))
    async with db.scoped(sight_of(zhao)):
        asked = await service.ask_approval(zhao, ApprovalRequest(person=child.id, reason="minor-here"))
        assert asked in {each.id for each in await service.my_approvals(zhao)}
