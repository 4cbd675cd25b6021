"""抄送亲友: a daughter hears too, within her mandate; nothing of the mother's own messages changes."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from backend.core import clock, db, events, ids
from backend.core.policy import NotDelegated
from backend.delegation import service as delegation
from backend.identity import service as identity
from backend.identity.schemas import PersonSummary
from backend.notifications import service
from backend.notifications.schemas import CopyChange, Kin
from backend.notifications.service import copying
from tests.delegation.factories import acting, standing
from tests.identity.factories import actor_for, resident
from tests.notifications.conftest import Set
from tests.notifications.factories import EVENING, GUARD, NOON, PLAIN, SYSTEM, URGENT, Gateway, deliveries, row, told


@pytest.fixture(autouse=True)
def noon(frozen: Callable[[datetime], None]) -> None:
    frozen(NOON)


async def bodies(person: PersonSummary) -> list[str]:
    found = await service.messages(actor_for(person))
    return [each.body for each in found.items if "女儿" not in each.body and "身份证" in each.body]


async def wanted(principal: PersonSummary, delegate: PersonSummary) -> None:
    await service.change_copy(actor_for(principal), CopyChange(delegate=delegate.id, on=True))


async def test_a_daughter_hears_what_her_mandate_covers_and_only_when_the_mother_wants_it() -> None:
    li, wang = await resident(name="李秀兰"), await resident(name="王敏")
    mandate = await standing(li, wang, items=["LAW005"])
    await told(li, item="LAW005")
    assert await bodies(wang) == []
    await wanted(li, wang)
    (line,) = await service.copies(actor_for(li))
    assert (line.name, line.on, line.always) == ("女儿王敏", True, False)
    for template, item in ((PLAIN, "LAW005"), (PLAIN, "LAW006"), (URGENT, "LAW005"), (GUARD, "")):
        await told(li, template, item=item)
    (copy,) = await bodies(wang)
    assert "李秀兰" in copy and copy.endswith("身份证 请带上")
    await delegation.revoke(actor_for(li), mandate.id)
    await told(li, item="LAW005")
    assert len(await bodies(wang)) == 1
    assert await service.copies(actor_for(li)) == []


async def test_her_own_message_goes_its_own_way() -> None:
    li, wang = await resident(), await resident(name="王敏", phone="")
    await standing(li, wang)
    await wanted(li, wang)
    message = await told(li)
    assert await deliveries(message) == [("sms", "queued")]
    await service.read_all(actor_for(wang))
    assert (await row(message))["read_at"] is None and await deliveries(message) == [("sms", "queued")]


async def test_nobody_rings_about_a_copy(gateways: Set) -> None:
    gateways("sms")
    li, wang = await resident(), await resident(name="王敏")
    await standing(li, wang)
    await wanted(li, wang)
    await told(li)
    await service.deliver(Gateway(422, 422).transport)
    sql = "SELECT person, state FROM notifications_message WHERE title = 'Your appointment was cancelled'"
    states = {each["person"]: each["state"] for each in await db.fetch(sql)}
    assert states == {li.id: "calling", wang.id: "failed"}


async def test_a_delegate_cannot_add_remove_or_redirect_anything() -> None:
    li, wang = await resident(), await resident(name="王敏")
    actor = await acting(wang, await standing(li, wang))
    change = CopyChange(delegate=wang.id, on=True)
    for act in (service.change_copy(actor, change), service.copies(actor), service.read_all(actor)):
        with pytest.raises(NotDelegated):
            await act
    assert not await db.fetchval("SELECT count(*) FROM notifications_copy")


async def test_only_who_may_act_for_the_person_can_be_named() -> None:
    li, other = await resident(), await resident(name="王敏")
    with pytest.raises(copying.NotYourDelegate):
        await wanted(li, other)
    await standing(li, other)
    for _ in range(2):
        await wanted(li, other)
    await service.change_copy(actor_for(li), CopyChange(delegate=other.id, on=False))
    sql = "SELECT count(*) FROM core_announcement WHERE name = 'NoticeCopyChanged'"
    assert await db.fetchval(sql) == 2 and await service.copies_held(li.id) == []


async def test_a_guardian_hears_without_being_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    child, mother = await resident(name="李小明", birth=date(2014, 5, 1)), await resident(name="王敏")

    async def family(person: UUID) -> list[Kin]:
        kin = Kin(person=mother.id, name="妈妈王敏", scopes=frozenset({"appointments"}), guardian=True)
        return [kin] if person == child.id else []

    monkeypatch.setattr(copying, "_family", [family])
    await told(child)
    assert len(await bodies(mother)) == 1
    (line,) = await service.copies(actor_for(child))
    assert line.on and line.always


async def test_a_repeat_copies_once() -> None:
    li, wang = await resident(), await resident(name="王敏")
    await standing(li, wang)
    await wanted(li, wang)
    about = ids.new()
    for _ in range(3):
        await identity.tell(SYSTEM, li.id, PLAIN, {"what": "身份证"}, about=about, once="event-1")
    assert (len(await bodies(li)), len(await bodies(wang))) == (1, 1)


@pytest.mark.parametrize("how", ["revoked", "not wished"])
async def test_a_copy_that_waits_for_the_morning_does_not_go_to_who_is_to_hear_nothing_more(
    frozen: Callable[[datetime], None], how: str
) -> None:
    li, wang, zhao = [await resident(name=name) for name in ("李秀兰", "王敏", "赵强")]
    mandate = await standing(li, wang)
    await standing(li, zhao)
    for each in (wang, zhao):
        await wanted(li, each)
    frozen(EVENING)
    message = await told(li)
    assert (len(await bodies(wang)), len(await bodies(zhao))) == (1, 1)
    if how == "revoked":
        await delegation.revoke(actor_for(li), mandate.id)
        with clock.frozen(datetime(2099, 1, 1, tzinfo=UTC)):
            while await events.relay():
                pass
    else:
        await service.change_copy(actor_for(li), CopyChange(delegate=wang.id, on=False))
    assert (await bodies(wang), len(await bodies(zhao))) == ([], 1)
    frozen(EVENING + timedelta(hours=10))
    assert await db.fetchval("SELECT count(*) FROM notifications_message WHERE person = $1", li.id)
    await service.deliver()
    assert (await row(message))["state"] == "sent"
