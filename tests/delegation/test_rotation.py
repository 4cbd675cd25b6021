"""An invitation stays good while keys are replaced: its code is sealed beside its mark."""

from backend.core import crypto
from backend.delegation import service
from backend.delegation.schemas import AcceptanceRequest
from tests.delegation.factories import invited
from tests.identity.factories import actor_for, resident
from tests.identity.test_rotation import ONE, TWO


async def test_a_code_and_a_number_asked_under_an_old_key_are_answered_under_the_new() -> None:
    with crypto.using(ONE):
        li, wang = await resident(), await resident(name="王敏", phone="13900000055")
        by_code, by_number = await invited(li), await invited(li, phone="13900000055")
    with crypto.using(TWO, ONE):
        assert [each.id for each in (await service.household(actor_for(wang))).asked] == [by_number.id]
        assert (await service.invitation(actor_for(wang), None, by_code.code)).id == by_code.id
        await service.accept(actor_for(wang), by_number.id, AcceptanceRequest())
        await service.accept(actor_for(wang), None, AcceptanceRequest(code=by_code.code))
