"""联办: halls that run a group together offer the same places, and lend it their counters."""

import asyncio
from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

import asyncpg
import pytest

from backend.appointments import service
from backend.appointments.opening_schemas import (
    CounterGroup,
    Duty,
    GroupRequest,
    JointRequest,
    OpeningChange,
    RosterChange,
    RosterCounterRequest,
    RuleRequest,
)
from backend.appointments.schemas import KeepRequest, Opening, RescheduleRequest, WaitRequest
from backend.core import cache, clock, db
from backend.core.actor import ANONYMOUS, Actor
from backend.core.problems import Conflict, Invalid, NotFound
from backend.places.schemas import Hall
from tests.appointments.factories import MONDAY, counters_are_true, hall, open_hall, somebody, wish
from tests.identity.factories import actor_for, manager

TUESDAY = date(2026, 11, 24)
ITEM, OTHER = "LAW001", "LAW002"
MONDAYS = Opening(weekdays=[1], opens=time(14), closes=time(15), minutes=30, capacity=10)


@pytest.fixture(autouse=True)
def monday_morning(frozen: Callable[[datetime], None]) -> None:
    frozen(MONDAY)
    cache.pages.drop("opening")


async def joined(sun: Actor, one: Hall, group: CounterGroup, *halls: Hall) -> CounterGroup:
    """Run together with these halls, and every process knows."""
    made = await service.set_joint(sun, one.id, group.id, JointRequest(halls=[each.id for each in halls]))
    cache.pages.drop("opening")  # as the announcement does
    return made


async def together(kind: str = "phone", **more: Any) -> tuple[Hall, Hall, Actor, CounterGroup]:
    """Two halls of 南岗区; the group of the first rings people on Tuesdays at 9 and 9:30, ten at a time."""
    one, two = await open_hall(opening=MONDAYS), await open_hall("D230103001", MONDAYS)
    sun = actor_for(await manager())
    facts: dict[str, Any] = {"name": "电话咨询", "items": [ITEM], "kind": kind}
    made = await service.add_group(sun, one.id, GroupRequest(**facts))
    hours = {"weekdays": [2], "opens": time(9), "closes": time(10), "minutes": 30, "capacity": 10, **more}
    await service.change_opening(sun, one.id, OpeningChange(begins=TUESDAY, rule=RuleRequest(group=made.id, **hours)))
    return one, two, sun, await joined(sun, one, made, two)


async def test_the_times_of_a_joint_group_are_on_offer_at_each_of_its_halls() -> None:
    one, two, _, group = await together()
    there = await service.open_slots(ANONYMOUS, one.id, TUESDAY, item=ITEM)
    here = await service.open_slots(ANONYMOUS, two.id, TUESDAY, item=ITEM)
    assert [(each.id, each.left, each.kind) for each in here] == [(each.id, each.left, each.kind) for each in there]
    assert {each.hall for each in here} == {one.id}
    assert here[0].halls == [one.name, two.name]
    assert not there[0].halls
    days = {each.day: each.places for each in await service.open_days(ANONYMOUS, two.id, item=ITEM)}
    assert days[TUESDAY] == sum(each.left for each in here)
    desk = await service.desk_of(ANONYMOUS, two.id, ITEM)
    assert (desk.groups, desk.kinds) == ([None, group.id], ["counter", "phone"])
    assert [each.id for each in await service.joint_groups_of(ANONYMOUS, two.id)] == [group.id]


async def test_what_the_group_does_not_do_is_not_offered_elsewhere() -> None:
    _, two, _, _ = await together()
    assert await service.open_slots(ANONYMOUS, two.id, TUESDAY, item=OTHER) == []


async def test_a_place_booked_at_one_hall_is_gone_at_the_other() -> None:
    one, two, _, _ = await together()
    _, mine = await somebody()
    first = (await service.open_slots(mine, two.id, TUESDAY, item=ITEM))[0]
    made = await service.book(mine, wish(two, first, ITEM), key="key-00000")
    assert (made.hall, made.kind, made.starts_at) == (one.id, "phone", first.starts_at)
    for each in (one, two):
        assert (await service.open_slots(ANONYMOUS, each.id, TUESDAY, item=ITEM))[0].left == first.left - 1
    again = await service.book(mine, wish(two, first, ITEM), key="key-00000")
    assert again.id == made.id
    assert await counters_are_true()


async def test_the_last_place_goes_to_one_of_those_who_ask_at_two_halls(own_database: str) -> None:
    one, two, _, _ = await together(capacity=1)
    people = [(await somebody())[1] for _ in range(6)]
    slot = (await service.open_slots(people[0], two.id, TUESDAY, item=ITEM))[0]
    tried = await asyncio.gather(
        *(service.book(each, wish((one, two)[n % 2], slot, ITEM), key=f"key-0000{n}") for n, each in enumerate(people)),
        return_exceptions=True,
    )
    assert sum(not isinstance(each, BaseException) for each in tried) == 1
    assert sum(isinstance(each, service.SlotTaken) for each in tried) == 5
    assert await counters_are_true()


async def test_a_time_of_the_other_hall_that_is_not_joint_stays_unknown() -> None:
    one, two, _, _ = await together()
    _, mine = await somebody()
    monday = (await service.open_slots(mine, one.id, clock.today()))[0]
    with pytest.raises(NotFound):
        await service.book(mine, wish(two, monday), key="key-00000")
    with pytest.raises(NotFound):
        await service.slot(mine, two.id, monday.id)


async def test_it_can_be_kept_looked_at_and_moved_from_the_hall_that_was_named() -> None:
    one, two, _, _ = await together()
    _, mine = await somebody()
    first, second = (await service.open_slots(mine, two.id, TUESDAY, item=ITEM))[:2]
    assert (await service.slot(mine, two.id, first.id, items=[ITEM])).hall == one.id
    kept = await service.hold(mine, KeepRequest(hall=two.id, slot=first.id, item=ITEM))
    assert kept.hall == one.id
    made = await service.book(mine, wish(two, first, ITEM), key="key-00000")
    moved = await service.reschedule(mine, made.id, RescheduleRequest(slot=second.id), key="key-00001")
    assert (moved.hall, moved.starts_at) == (one.id, second.starts_at)
    assert await counters_are_true()


async def test_an_appointment_at_the_counter_can_become_a_call_of_a_joint_group() -> None:
    one, two, _, _ = await together()
    _, mine = await somebody()
    monday = (await service.open_slots(mine, two.id, clock.today(), item=ITEM))[0]
    made = await service.book(mine, wish(two, monday, ITEM), key="key-00000")
    assert made.hall == two.id
    call = (await service.open_slots(mine, two.id, TUESDAY, item=ITEM))[0]
    moved = await service.reschedule(mine, made.id, RescheduleRequest(slot=call.id), key="key-00001")
    assert (moved.hall, moved.kind) == (one.id, "phone")
    assert await counters_are_true()


async def test_who_waits_where_only_the_joint_group_does_it_stands_in_its_line() -> None:
    one, two, sun, _ = await together(capacity=1)
    other = await service.add_group(sun, two.id, GroupRequest(name="其他", items=[OTHER], kind="counter"))
    limits = await service.limits_of(sun, two.id)
    await service.set_limits(sun, two.id, type(limits)(lead_minutes=30, horizon_days=14, rest=False))
    assert other.id not in (await service.desk_of(ANONYMOUS, two.id, ITEM)).groups
    people = [(await somebody())[1] for _ in range(3)]
    for n, each in enumerate(await service.open_slots(people[0], two.id, TUESDAY, item=ITEM)):
        await service.book(people[n], wish(two, each, ITEM), key=f"key-0000{n}")
    line = await service.join_line(people[2], WaitRequest(hall=two.id, first=TUESDAY, last=TUESDAY, item=ITEM))
    assert line.hall == one.id


async def test_only_what_is_not_done_at_a_counter_is_done_together() -> None:
    one, two, sun, group = await together()
    counter = await service.add_group(sun, one.id, GroupRequest(name="社保", items=[OTHER], kind="counter"))
    with pytest.raises(Invalid):
        await service.set_joint(sun, one.id, counter.id, JointRequest(halls=[two.id]))
    with pytest.raises(Invalid):
        await service.set_joint(sun, one.id, group.id, JointRequest(halls=[one.id]))
    with pytest.raises(Invalid):
        await service.change_group(sun, one.id, group.id, GroupRequest(name="电话咨询", kind="session"))
    with pytest.raises(asyncpg.CheckViolationError):
        async with db.transaction():
            await db.execute(
                "INSERT INTO appointments_joint (region, group_id, hall_id) VALUES ($1, $2, $3)",
                one.region, counter.id, two.id,
            )  # fmt: skip
    with pytest.raises(asyncpg.CheckViolationError):
        async with db.transaction():
            await db.execute("UPDATE appointments_group SET kind = 'counter' WHERE id = $1", group.id)


async def test_halls_of_another_county_and_their_managers_stay_outside() -> None:
    one, _, sun, group = await together()
    other = await hall("R16")
    with pytest.raises(NotFound):
        await service.set_joint(sun, one.id, group.id, JointRequest(halls=[other.id]))
    stranger = actor_for(await manager(region="230102"))
    with pytest.raises(NotFound):
        await service.set_joint(stranger, one.id, group.id, JointRequest(halls=[]))
    with pytest.raises(NotFound):
        await service.set_joint(sun, one.id, one.id, JointRequest(halls=[]))


async def test_a_counter_of_the_other_hall_makes_places_of_the_group() -> None:
    one, two, sun, group = await together(per_counter=5)
    counter = await service.add_counter(sun, two.id, RosterCounterRequest(label="3"))
    change = RosterChange(duties=[Duty(day=TUESDAY, half="morning", counter=counter.id, group=group.id)])
    said = await service.preview_roster(sun, two.id, change)
    assert [(each.day, each.before, each.after) for each in said.days] == [(TUESDAY, 20, 10)]
    assert await service.change_roster(sun, two.id, change) == said
    at_home = await service.add_counter(sun, one.id, RosterCounterRequest(label="1"))
    own = Duty(day=TUESDAY, half="morning", counter=at_home.id, group=group.id)
    more = await service.change_roster(sun, one.id, RosterChange(duties=[own]))
    assert [(each.before, each.after) for each in more.days] == [(10, 20)]
    with pytest.raises(Conflict):
        await service.set_joint(sun, one.id, group.id, JointRequest(halls=[]))
    shut = Duty(day=TUESDAY, half="morning", counter=counter.id)
    said = await service.change_roster(sun, two.id, RosterChange(duties=[shut]))
    assert [(each.before, each.after) for each in said.days] == [(20, 10)]
    assert (await service.set_joint(sun, one.id, group.id, JointRequest(halls=[]))).halls == []


async def test_a_lent_counter_does_not_count_at_its_own_hall() -> None:
    _, two, sun, group = await together(per_counter=5)
    per = RuleRequest(weekdays=[2], opens=time(9), closes=time(10), minutes=60, capacity=10, per_counter=4)
    await service.change_opening(sun, two.id, OpeningChange(begins=TUESDAY, rule=per))
    lent, stays = [await service.add_counter(sun, two.id, RosterCounterRequest(label=each)) for each in ("1", "2")]
    duties = [
        Duty(day=TUESDAY, half="morning", counter=lent.id, group=group.id),
        Duty(day=TUESDAY, half="morning", counter=stays.id, group=two.id),
    ]
    effect = await service.change_roster(sun, two.id, RosterChange(duties=duties))
    assert [(each.day, each.before, each.after) for each in effect.days] == [(TUESDAY, 30, 14)]


async def test_when_a_hall_leaves_who_is_booked_stays_and_nothing_more_is_offered() -> None:
    one, two, sun, group = await together()
    _, mine = await somebody()
    first = (await service.open_slots(mine, two.id, TUESDAY, item=ITEM))[0]
    made = await service.book(mine, wish(two, first, ITEM), key="key-00000")
    await joined(sun, one, group)
    assert await service.open_slots(ANONYMOUS, two.id, TUESDAY, item=ITEM) == []
    assert (await service.get(mine, made.id)).state == "booked"
    _, late = await somebody()
    with pytest.raises(NotFound):
        await service.book(late, wish(two, first, ITEM), key="key-00001")
