"""排班: counters on the roster make the places of a time; and the first free time around a place."""

from collections.abc import Callable
from datetime import date, datetime, time
from uuid import UUID

import pytest

from backend.appointments import service
from backend.appointments.opening_schemas import (
    Duty,
    GroupRequest,
    OpeningChange,
    RosterChange,
    RosterCounter,
    RosterCounterRequest,
    RuleRequest,
)
from backend.appointments.schemas import Opening
from backend.core import clock, db
from backend.core.actor import ANONYMOUS, Actor
from backend.core.problems import Invalid, NotFound
from backend.places.schemas import Hall
from tests.appointments.factories import MONDAY, open_hall, slots, somebody, wish
from tests.identity.factories import actor_for, manager

TUESDAY, NEXT_TUESDAY = date(2026, 11, 24), date(2026, 12, 1)


@pytest.fixture(autouse=True)
def monday_morning(frozen: Callable[[datetime], None]) -> None:
    frozen(MONDAY)


async def staffed() -> tuple[Hall, Actor, list[RosterCounter]]:
    """A hall that takes five people a counter and half hour, ten where there is no roster; two counters."""
    hall = await open_hall(opening=Opening(weekdays=[1], opens=time(8), closes=time(9), minutes=30, capacity=1))
    sun = actor_for(await manager())
    per = RuleRequest(weekdays=[2], opens=time(9), closes=time(15), minutes=60, capacity=10, per_counter=5)
    await service.change_opening(sun, hall.id, OpeningChange(begins=TUESDAY, rule=per))
    counters = [await service.add_counter(sun, hall.id, RosterCounterRequest(label=label)) for label in ("1", "2")]
    return hall, sun, counters


def duty(
    hall: Hall, counter: RosterCounter, *, day: date = TUESDAY, half: str = "morning", group: UUID | None = None
) -> Duty:
    return Duty(day=day, half=half, counter=counter.id, group=group or hall.id)  # type: ignore[arg-type]


async def places(hall: Hall, day: date = TUESDAY) -> dict[int, int]:
    """Places by hour."""
    rows = await db.fetch(PLACES, hall.id, day)
    return {clock.local(row["starts_at"]).hour: row["places"] for row in rows}


PLACES = """SELECT s.starts_at, sum(h.capacity) AS places FROM appointments_slot s JOIN appointments_share h
        ON h.region = s.region AND h.slot_id = s.id WHERE s.hall_id = $1 AND s.day = $2 AND s.state = 'open'
    GROUP BY s.starts_at ORDER BY s.starts_at"""


async def test_the_places_follow_the_counters_and_that_is_said_before() -> None:
    hall, sun, (one, _) = await staffed()
    assert await places(hall) == dict.fromkeys((9, 10, 11, 13, 14), 10)
    change = RosterChange(duties=[duty(hall, one)])
    said = await service.preview_roster(sun, hall.id, change)
    assert [(each.day, each.before, each.after) for each in said.days] == [(TUESDAY, 50, 35)]
    assert await places(hall) == dict.fromkeys((9, 10, 11, 13, 14), 10)
    assert await service.change_roster(sun, hall.id, change) == said
    assert await places(hall) == {9: 5, 10: 5, 11: 5, 13: 10, 14: 10}
    assert (await service.roster_of(sun, hall.id, MONDAY.date())).duties == change.duties


async def test_a_booked_time_keeps_its_places_when_a_counter_is_shut() -> None:
    hall, sun, (one, two) = await staffed()
    await service.change_roster(sun, hall.id, RosterChange(duties=[duty(hall, one), duty(hall, two)]))
    _, mine = await somebody()
    await service.book(mine, wish(hall, (await slots(hall, TUESDAY))[0]), key="key-00000")
    shut = Duty(day=TUESDAY, half="morning", counter=two.id)
    effect = await service.change_roster(sun, hall.id, RosterChange(duties=[shut]))
    assert (effect.held, effect.resized) == (1, 2)
    assert await places(hall) == {9: 10, 10: 5, 11: 5, 13: 10, 14: 10}


async def test_last_week_is_taken_over() -> None:
    hall, sun, (one, two) = await staffed()
    await service.change_roster(sun, hall.id, RosterChange(duties=[duty(hall, one)]))
    await service.change_roster(sun, hall.id, RosterChange(duties=[duty(hall, two, day=NEXT_TUESDAY)]))
    await service.copy_roster(sun, hall.id, NEXT_TUESDAY)
    assert (await service.roster_of(sun, hall.id, NEXT_TUESDAY)).duties == [duty(hall, one, day=NEXT_TUESDAY)]
    with pytest.raises(Invalid):
        await service.copy_roster(sun, hall.id, date(2027, 2, 1))


async def test_a_counter_serves_only_what_it_is_set_up_for() -> None:
    hall, sun, (one, _) = await staffed()
    group = await service.add_group(sun, hall.id, GroupRequest(name="社保", items=["LAW001"]))
    await service.set_skills(sun, hall.id, one.id, [group.id])
    with pytest.raises(Invalid):
        await service.change_roster(sun, hall.id, RosterChange(duties=[duty(hall, one)]))
    await service.change_roster(sun, hall.id, RosterChange(duties=[duty(hall, one, group=group.id)]))
    assert (await places(hall)).keys() == {13, 14}, "the morning has a roster, and nobody for the general counters"
    with pytest.raises(Invalid):
        await service.add_counter(sun, hall.id, RosterCounterRequest(label="1"))
    with pytest.raises(Invalid):
        await service.set_skills(sun, hall.id, one.id, [one.id])
    with pytest.raises(service.CounterInUse):
        await service.remove_counter(sun, hall.id, one.id)


async def test_a_roster_is_the_managers_of_the_county() -> None:
    hall, sun, (one, two) = await staffed()
    far = actor_for(await manager(region="230102"))
    with pytest.raises(NotFound):
        await service.roster_of(far, hall.id, TUESDAY)
    with pytest.raises(Invalid):
        await service.change_roster(sun, hall.id, RosterChange(duties=[duty(hall, one, day=date(2026, 11, 20))]))
    await service.remove_counter(sun, hall.id, two.id)
    assert [each.label for each in await service.counters_of(sun, hall.id)] == ["1"]
    with pytest.raises(NotFound):
        await service.remove_counter(sun, hall.id, two.id)


async def test_the_first_free_time_around_a_place_is_found_over_all_halls() -> None:
    near = await open_hall()
    far = await open_hall("R01", Opening(weekdays=[1, 2], opens=time(9), closes=time(10), minutes=30, capacity=4))
    found = await service.nearest(ANONYMOUS, place="230103")
    assert [(each.hall, clock.local(each.starts_at).hour) for each in found] == [(near.id, 9), (far.id, 9)]
    assert all(each.left > 0 for each in found)
    later = await service.nearest(ANONYMOUS, place="230103", first=date(2026, 11, 25))
    assert [clock.local(each.starts_at).date() for each in later] == [date(2026, 11, 25), date(2026, 11, 30)]
    with pytest.raises(Invalid):
        await service.nearest(ANONYMOUS, place="230103", first=date(2027, 11, 25))


async def test_a_hall_whose_counters_do_not_do_the_service_is_not_among_the_nearest() -> None:
    hall, sun, _ = await staffed()
    await service.add_group(sun, hall.id, GroupRequest(name="社保", items=["LAW001"]))
    assert [each.hall for each in await service.nearest(ANONYMOUS, place="230103", item="LAW002")] == [hall.id]
    assert await service.nearest(ANONYMOUS, place="230103", item="LAW001") == []


@pytest.mark.parametrize("day", [date.min, date.max])
async def test_there_is_no_roster_at_the_ends_of_the_calendar(day: date) -> None:
    hall, sun, _ = await staffed()
    for look in (service.roster_of, service.copy_roster):
        with pytest.raises(NotFound):
            await look(sun, hall.id, day)
