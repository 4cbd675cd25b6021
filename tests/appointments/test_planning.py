"""A change of the opening does what its preview says, and forgets nobody who is booked."""

from collections.abc import Callable
from datetime import date, datetime, time

import pytest

from backend.appointments import service
from backend.appointments.opening_schemas import HallLimits, OpeningChange, RuleRequest
from backend.core import db
from backend.core.actor import ANONYMOUS, Actor
from backend.core.problems import Forbidden, Invalid, NotFound
from backend.places.schemas import Hall
from tests.appointments.factories import MONDAY, SYSTEM, counters_are_true, open_hall, slots, somebody, wish
from tests.identity.factories import actor_for, manager

TUESDAY, SATURDAY = date(2026, 11, 24), date(2026, 11, 28)
WEEK = [1, 2, 3, 4, 5]
ALL = """SELECT group_id, day, ordinal, starts_at, ends_at, state FROM appointments_slot WHERE hall_id = $1
    ORDER BY starts_at, group_id"""


@pytest.fixture(autouse=True)
def monday_morning(frozen: Callable[[datetime], None]) -> None:
    frozen(MONDAY)


async def sun() -> Actor:
    return actor_for(await manager())


def rule(**more: object) -> RuleRequest:
    facts: dict[str, object] = {
        "weekdays": WEEK, "opens": time(8, 30), "closes": time(16, 30), "minutes": 30, "capacity": 10, **more,
    }  # fmt: skip
    return RuleRequest(**facts)  # type: ignore[arg-type]


async def replaced(hall: Hall, new: RuleRequest | None, begins: date = TUESDAY) -> OpeningChange:
    [old] = await service.rules_of(SYSTEM, hall.id)
    return OpeningChange(begins=begins, ends=old.id, rule=new)


async def test_a_preview_changes_nothing_and_says_what_would_change() -> None:
    hall, who = await open_hall(), await sun()
    before = await db.fetch(ALL, hall.id)
    effect = await service.preview_opening(who, hall.id, await replaced(hall, rule(closes=time(11, 30))))
    assert await db.fetch(ALL, hall.id) == before
    assert len(await service.rules_of(SYSTEM, hall.id)) == 1
    assert (effect.added, effect.removed, effect.conflicts) == (0, 7 * 10, [])  # ten open days from Tuesday on
    assert (effect.days[0].day, effect.days[0].before, effect.days[0].after) == (TUESDAY, 130, 60)


@pytest.mark.parametrize("begins", [date(2026, 11, 22), date(2028, 1, 1), date.max])
async def test_a_change_begins_today_or_within_a_year(begins: date) -> None:
    hall, who = await open_hall(), await sun()
    with pytest.raises(Invalid) as wrong:
        await service.preview_opening(who, hall.id, await replaced(hall, rule(), begins))
    assert set(wrong.value.fields) == {"begins"}


async def test_what_is_done_is_what_was_said() -> None:
    hall, who = await open_hall(), await sun()
    change = await replaced(hall, rule(opens=time(9), closes=time(18), minutes=60, capacity=6))
    said = await service.preview_opening(who, hall.id, change)
    assert await service.change_opening(who, hall.id, change) == said
    found = await slots(hall, TUESDAY)
    assert [(each.starts_at.hour + 8, each.left) for each in found][:3] == [(9, 2), (10, 2), (11, 2)]
    assert {each.ends_at - each.starts_at for each in found} == {found[0].ends_at - found[0].starts_at}
    [monday] = [each for each in await service.open_days(ANONYMOUS, hall.id) if each.day == MONDAY.date()]
    assert monday.places == 5 * 12, "the days before it begins stay as they are"
    assert await service.open_slots_ahead() == 0


async def test_whoever_is_booked_outside_the_new_hours_keeps_the_place_and_is_named() -> None:
    hall, who = await open_hall(), await sun()
    li, mine = await somebody("李秀兰")
    late = (await slots(hall, TUESDAY))[-1]
    booked = await service.book(mine, wish(hall, late), key="key-00000")
    change = await replaced(hall, rule(closes=time(11, 30)))
    said = await service.preview_opening(who, hall.id, change)
    assert [(each.name, each.number, each.starts_at) for each in said.conflicts] == [
        ("李秀兰", booked.number, late.starts_at)
    ]
    assert said.kept == 1
    await service.change_opening(who, hall.id, change)
    assert (await service.get(mine, booked.id)).state == "booked"
    _, other = await somebody()
    with pytest.raises(service.SlotClosed):
        await service.book(other, wish(hall, late), key="key-00000")
    assert await db.fetchval("SELECT count(*) FROM core_view WHERE person = $1 AND acting = $2", li.id, who.acting) == 2
    assert await counters_are_true()


async def test_a_time_with_bookings_keeps_its_places() -> None:
    hall, who = await open_hall(), await sun()
    _, mine = await somebody()
    first = (await slots(hall, TUESDAY))[0]
    await service.book(mine, wish(hall, first), key="key-00000")
    effect = await service.change_opening(who, hall.id, await replaced(hall, rule(capacity=20)))
    assert (effect.held, effect.resized) == (1, 13 * 10 - 1)
    after = await slots(hall, TUESDAY)
    assert (after[0].id, after[0].left, after[1].left) == (first.id, first.left - 1, 12)


async def test_a_change_back_opens_again_what_took_no_more() -> None:
    hall, who = await open_hall(), await sun()
    _, mine = await somebody()
    late = (await slots(hall, TUESDAY))[-1]
    await service.book(mine, wish(hall, late), key="key-00000")
    await service.change_opening(who, hall.id, await replaced(hall, rule(closes=time(11, 30))))
    [_, morning] = sorted(await service.rules_of(SYSTEM, hall.id), key=lambda each: each.valid_from or date.min)
    await service.change_opening(who, hall.id, OpeningChange(begins=TUESDAY, ends=morning.id, rule=rule()))
    again = await slots(hall, TUESDAY)
    assert (again[-1].id, again[-1].left, len(again)) == (late.id, late.left - 1, 13)


async def test_a_saturday_opens_once_and_other_hours_hold_for_one_day() -> None:
    hall, who = await open_hall(), await sun()
    once = rule(repeat="once", weekdays=[], opens=time(9), closes=time(11), capacity=4)
    effect = await service.change_opening(who, hall.id, OpeningChange(begins=SATURDAY, rule=once))
    assert [(each.day, each.before, each.after) for each in effect.days] == [(SATURDAY, 0, 16)]
    await service.change_opening(who, hall.id, OpeningChange(begins=TUESDAY, rule=once))
    assert [len(await slots(hall, day)) for day in (TUESDAY, SATURDAY, date(2026, 11, 25))] == [4, 4, 13]


async def test_a_hall_says_how_far_ahead_it_opens_and_how_late_one_can_book() -> None:
    hall, who = await open_hall(), await sun()
    await service.set_limits(who, hall.id, HallLimits(lead_minutes=24 * 60, horizon_days=30))
    await service.open_slots_ahead()
    days = [each.day for each in await service.open_days(ANONYMOUS, hall.id)]
    assert (days[0], days[-1]) == (TUESDAY, date(2026, 12, 23))
    _, mine = await somebody()
    near = await db.fetchval(
        "SELECT id FROM appointments_slot WHERE hall_id = $1 AND starts_at > $2 ORDER BY starts_at", hall.id, MONDAY
    )
    with pytest.raises(service.SlotClosed):
        await service.book(mine, wish(hall, near), key="key-00000")
    await service.set_limits(who, hall.id, HallLimits(horizon_days=3))
    assert [each.day for each in await service.open_days(ANONYMOUS, hall.id)][-1] == date(2026, 11, 26)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"closes": time(8)}, "closes"),
        ({"weekdays": []}, "weekdays"),
        ({"repeat": "monthly"}, "nth"),
        ({"season_from": "11-01"}, "season_to"),
        ({"until": MONDAY.date()}, "until"),
        ({"group": "0193f000-0000-7000-8000-000000000001"}, "group"),
    ],
)
async def test_a_rule_that_makes_no_sense_comes_back_with_words(wrong: dict[str, object], field: str) -> None:
    hall, who = await open_hall(), await sun()
    with pytest.raises(Invalid) as refused:
        await service.preview_opening(who, hall.id, await replaced(hall, rule(**wrong)))
    assert list(refused.value.fields) == [field]


async def test_two_rules_of_the_same_counters_do_not_meet() -> None:
    hall, who = await open_hall(), await sun()
    with pytest.raises(Invalid):
        await service.change_opening(who, hall.id, OpeningChange(begins=TUESDAY, rule=rule(opens=time(16))))
    evening = rule(opens=time(16, 30), closes=time(18))
    effect = await service.change_opening(who, hall.id, OpeningChange(begins=TUESDAY, rule=evening))
    assert effect.added == 3 * 10
    ordinals = await db.fetch("SELECT ordinal FROM appointments_slot WHERE hall_id = $1 AND day = $2", hall.id, TUESDAY)
    assert sorted(row["ordinal"] for row in ordinals) == list(range(1, 17)), "numbers of a day are given once"


async def test_only_the_manager_of_the_county_arranges_a_hall() -> None:
    hall = await open_hall()
    far, (_, resident) = actor_for(await manager(region="230102")), await somebody()
    change = OpeningChange(begins=TUESDAY, rule=rule(opens=time(17), closes=time(18)))
    for verb in (service.preview_opening, service.change_opening):
        with pytest.raises(NotFound):
            await verb(far, hall.id, change)
        with pytest.raises(Forbidden):
            await verb(resident, hall.id, change)
