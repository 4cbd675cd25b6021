"""办事区: a service leads to the counters that do it, at times long enough, and says how one meets."""

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

import pytest

from backend.appointments import calendar, opening_rules, service
from backend.appointments.opening_rules import Service
from backend.appointments.opening_schemas import (
    CounterGroup,
    GroupRequest,
    HallLimits,
    NeedRequest,
    OpeningChange,
    RuleRequest,
)
from backend.appointments.schemas import BookingRequest, RescheduleRequest
from backend.catalogue import service as catalogue
from backend.core import db
from backend.core.actor import ANONYMOUS, Actor
from backend.core.problems import Invalid, NotFound
from backend.places.schemas import Hall
from tests.appointments.factories import MONDAY, open_hall, slots, somebody, wish
from tests.identity.factories import actor_for, manager, resident

TUESDAY = date(2026, 11, 24)
ITEM, OTHER = "LAW001", "LAW002"


@pytest.fixture(autouse=True)
def monday_morning(frozen: Callable[[datetime], None]) -> None:
    frozen(MONDAY)


async def with_group(hall: Hall, **more: Any) -> tuple[Actor, CounterGroup]:
    """A group with hours of its own on Tuesdays, two times in the morning."""
    sun = actor_for(await manager())
    facts: dict[str, Any] = {"name": "社保", "items": [ITEM], **more}
    made = await service.add_group(sun, hall.id, GroupRequest(**facts))
    hours = RuleRequest(group=made.id, weekdays=[2], opens=time(9), closes=time(10), minutes=30, capacity=10)
    await service.change_opening(sun, hall.id, OpeningChange(begins=TUESDAY, rule=hours))
    return sun, made


async def test_a_service_leads_to_its_counters_and_others_to_the_general_ones() -> None:
    hall = await open_hall()
    _, group = await with_group(hall)
    own = await service.open_slots(ANONYMOUS, hall.id, TUESDAY, item=ITEM)
    assert [(each.group, each.group_name) for each in own] == [(group.id, "社保")] * 2
    assert [each.group for each in await service.open_slots(ANONYMOUS, hall.id, TUESDAY, item=OTHER)] == [None] * 13
    days = await service.open_days(ANONYMOUS, hall.id, item=ITEM)
    assert [(each.day, each.places) for each in days] == [(TUESDAY, 10), (date(2026, 12, 1), 10)]


async def test_the_wrong_counters_cannot_be_booked_by_anybody() -> None:
    hall = await open_hall()
    await with_group(hall)
    _, mine = await somebody()
    general = (await slots(hall, TUESDAY))[0]
    social = (await service.open_slots(ANONYMOUS, hall.id, TUESDAY, item=ITEM))[0]
    for slot, item in ((general, ITEM), (social, OTHER), (social, "")):
        with pytest.raises(service.NotHandledHere):
            await service.book(mine, wish(hall, slot, item), key=f"key-{item or 'none'}-{slot.id}")
    made = await service.book(mine, wish(hall, social, ITEM), key="key-00000")
    assert (made.group_name, made.kind) == ("社保", "counter")
    with pytest.raises(service.NotHandledHere):
        await service.reschedule(mine, made.id, RescheduleRequest(slot=general.id), key="key-00001")


async def test_a_service_that_needs_longer_takes_several_times_and_begins_where_they_follow() -> None:
    hall = await open_hall()
    sun, group = await with_group(hall)
    await service.set_need(sun, hall.id, NeedRequest(item=ITEM, minutes=45))
    times = await service.open_slots(ANONYMOUS, hall.id, TUESDAY, item=ITEM)
    assert times and {each.units for each in times} == {2}
    await service.set_need(sun, hall.id, NeedRequest(item=ITEM, minutes=480))
    assert await service.open_days(ANONYMOUS, hall.id, item=ITEM) == []
    await service.set_need(sun, hall.id, NeedRequest(item=ITEM, minutes=45))
    desk = await service.desk_of(ANONYMOUS, hall.id, ITEM)
    assert (desk.groups, desk.minutes, desk.kinds) == ([group.id], 45, ["counter"])
    await service.set_need(sun, hall.id, NeedRequest(item=ITEM, minutes=0))
    assert len(await service.open_days(ANONYMOUS, hall.id, item=ITEM)) == 2
    with pytest.raises(Invalid):
        await service.set_need(sun, hall.id, NeedRequest(item="NOTHING", minutes=10))


async def test_a_hall_may_not_do_a_service_at_all() -> None:
    hall = await open_hall()
    sun, _ = await with_group(hall)
    await service.set_limits(sun, hall.id, HallLimits(rest=False))
    assert (await service.desk_of(ANONYMOUS, hall.id, OTHER)).groups == []
    assert await service.open_days(ANONYMOUS, hall.id, item=OTHER) == []


async def test_two_groups_are_open_at_the_same_time_and_numbers_stay_apart() -> None:
    hall = await open_hall()
    await with_group(hall)
    rows = await db.fetch("SELECT ordinal, starts_at FROM appointments_slot WHERE hall_id = $1 AND day = $2",
                          hall.id, TUESDAY)  # fmt: skip
    assert len({row["ordinal"] for row in rows}) == 15 > len({row["starts_at"] for row in rows})


async def test_for_a_visit_at_home_we_must_know_where_and_only_those_concerned_read_it() -> None:
    hall = await open_hall()
    await with_group(hall, kind="home")
    _, mine = await somebody()
    first, second = await service.open_slots(ANONYMOUS, hall.id, TUESDAY, item=ITEM)
    with pytest.raises(Invalid) as refused:
        await service.book(mine, wish(hall, first, ITEM), key="key-00000")
    assert list(refused.value.fields) == ["address"]
    wanted = BookingRequest(hall=hall.id, slot=first.id, item=ITEM, address="花园街 12 号 3 单元 401")
    made = await service.book(mine, wanted, key="key-00001")
    assert (made.kind, made.address) == ("home", "花园街 12 号 3 单元 401")
    stored = await db.fetchval("SELECT address FROM appointments_visit WHERE id = $1", made.id)
    assert "花园街".encode() not in stored
    moved = await service.reschedule(mine, made.id, RescheduleRequest(slot=second.id), key="key-00002")
    assert moved.address == made.address
    assert "花园街".encode() in calendar.ics(moved)
    assert (await service.book(mine, wanted, key="key-00001")).id == made.id


async def test_by_phone_we_ring_and_say_so() -> None:
    hall = await open_hall()
    await with_group(hall, kind="phone")
    _, mine = await somebody()
    first, second = await service.open_slots(ANONYMOUS, hall.id, TUESDAY, item=ITEM)
    made = await service.book(mine, wish(hall, first, ITEM), key="key-00000")
    assert made.kind == "phone" and "****" in made.phone_masked
    file = calendar.ics(made).decode()
    assert made.phone_masked in file and "LOCATION" not in file
    without = actor_for(await resident(name="无名", phone=""))
    with pytest.raises(service.NoNumber):
        await service.book(without, wish(hall, second, ITEM), key="key-00000")


async def test_a_group_with_times_ahead_stays_and_names_are_given_once() -> None:
    hall = await open_hall()
    sun, group = await with_group(hall)
    with pytest.raises(service.GroupInUse):
        await service.remove_group(sun, hall.id, group.id)
    with pytest.raises(Invalid):
        await service.add_group(sun, hall.id, GroupRequest(name="社保"))
    other = await service.add_group(sun, hall.id, GroupRequest(name="医保", themes=["medical"]))
    with pytest.raises(Invalid):
        await service.change_group(sun, hall.id, other.id, GroupRequest(name="社保"))
    with pytest.raises(Invalid):
        await service.change_group(sun, hall.id, other.id, GroupRequest(name="医保", items=["NOTHING"]))
    changed = await service.change_group(sun, hall.id, other.id, GroupRequest(name="医疗保障", kind="video"))
    assert (changed.name, changed.kind, changed.themes) == ("医疗保障", "video", [])
    await service.remove_group(sun, hall.id, other.id)
    assert [each.id for each in await service.groups_of(ANONYMOUS, hall.id)] == [group.id]
    with pytest.raises(NotFound):
        await service.change_group(actor_for(await manager(region="230102")), hall.id, group.id, GroupRequest(name="x"))


DESK = "SELECT appointments_desk($1, $2, $3)"


@pytest.mark.parametrize("rest", [True, False])
@pytest.mark.parametrize("named", [[], [ITEM]])
@pytest.mark.parametrize("themed", [False, True])
async def test_rule_and_database_find_the_same_counters(rest: bool, named: list[str], themed: bool) -> None:
    hall = await open_hall()
    sun = actor_for(await manager())
    lines = {each.id: each.themes for each in await catalogue.lines([ITEM, OTHER])}
    themes = lines[ITEM] if themed else []
    for name, items, of, kind in (("一", named, [], "counter"), ("二", [], themes, "phone")):
        wanted = GroupRequest(name=name, items=items, themes=of, kind=kind)  # type: ignore[arg-type]
        await service.add_group(sun, hall.id, wanted)
    await service.set_limits(sun, hall.id, HallLimits(rest=rest))
    known = [Service(each.id, each.kind, each.items, each.themes) for each in await service.groups_of(sun, hall.id)]
    for item in (ITEM, OTHER, ""):
        expected = opening_rules.groups_for(item, lines.get(item, []), known, rest=rest)
        found: list[UUID] = await db.fetchval(DESK, hall.region, hall.id, item)
        assert [each if each != hall.id else None for each in found] == expected
