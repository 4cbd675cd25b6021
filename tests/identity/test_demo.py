"""The demonstration world: repeatable, reproducible, nobody who exists."""

from uuid import UUID

import msgspec
import pytest

from backend.core import db
from backend.core.problems import NotFound
from backend.identity import demo, service
from backend.settings import settings

pytestmark = pytest.mark.usefixtures("as_owner")


def quiet(done: int, total: int) -> None:
    assert done <= total


async def test_the_world_can_be_made_twice() -> None:
    await demo.world()
    await demo.world()
    assert await db.fetchval("SELECT count(*) FROM identity_person") == 3 + demo.NEIGHBOURS
    assert await db.fetchval("SELECT count(*) FROM identity_staff") == 8


async def test_stepping_in_gives_the_persona_and_their_way_of_seeing() -> None:
    await demo.world()
    token, start = await service.step_in("li-xiulan", user_agent="")
    session = await service.resolve_session(token)
    assert session is not None and session.actor.name == "李秀兰（模拟）" and session.mode == "elder" and start == "/"
    token, start = await service.step_in("chen-xiao", user_agent="")
    session = await service.resolve_session(token)
    assert session is not None and session.actor.roles == {"operator"} and start == "/desk/phone"
    with pytest.raises(NotFound):
        await service.step_in("nobody", user_agent="")


async def test_nobody_steps_in_when_the_demonstration_is_off(monkeypatch: pytest.MonkeyPatch) -> None:
    await demo.world()
    off = msgspec.structs.replace(settings(), demo=False)
    monkeypatch.setattr("backend.identity.service.personas.settings", lambda: off)
    with pytest.raises(NotFound):
        await service.step_in("chen-xiao", user_agent="")


async def test_a_thousand_residents_look_like_the_province() -> None:
    await demo.populate(1000, 7, quiet)
    found = list((await service.people(await _ids())).values())
    assert len(found) == 1000
    old = sum(1 for each in found if each.age is not None and each.age >= 60)
    assert 180 <= old <= 290  # census: 23 %
    assert 560 <= sum(1 for each in found if each.home[6] == "0") <= 800  # census: 66 % live in towns
    assert all(each.phone_masked == "" or each.phone_masked.startswith("100") for each in found)
    assert 40 <= sum(1 for each in found if each.mode == "elder") <= 160


async def test_the_same_seed_makes_the_same_people() -> None:
    await demo.populate(50, 1, quiet)
    first = await service.people(await _ids())
    await db.execute("DELETE FROM identity_person")
    await demo.populate(50, 1, quiet)
    assert await service.people(await _ids()) == first
    await demo.populate(50, 1, quiet)
    assert len(await _ids()) == 50
    await db.execute("DELETE FROM identity_person")
    await demo.populate(50, 2, quiet)
    assert set(await _ids()).isdisjoint(first)


async def test_filled_in_people_can_be_found_like_any_other() -> None:
    from backend.identity.schemas import PersonSearch
    from tests.identity.factories import actor_for, operator

    await demo.populate(20, 1, quiet)
    chen = actor_for(await operator())
    everybody = await service.people(await _ids())
    found = [
        person
        for number in range(20)
        for person in await service.find_people(chen, PersonSearch(phone=f"100{demo.FIRST_NUMBER + number:08d}"))
    ]
    assert found and all(everybody[each.id] == each for each in found)


async def _ids() -> list[UUID]:
    return [person for person, _ in await service.demo_people(10_000)]
