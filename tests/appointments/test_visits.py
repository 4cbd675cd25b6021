"""连号: several services in one visit take several times one after the other, all of them or none."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import pytest

from backend.appointments import holdings, jobs, service
from backend.appointments.opening_schemas import ClosingRequest, GroupRequest, HallLimits, NeedRequest
from backend.appointments.schemas import (
    BookingRequest,
    KeepRequest,
    Opening,
    OpenSlot,
    RescheduleRequest,
    WaitRequest,
)
from backend.appointments.service import shutting
from backend.core import db
from backend.core.actor import Actor
from backend.core.problems import Conflict, Invalid
from backend.places.schemas import Hall
from tests.appointments.factories import MONDAY, SYSTEM, counters_are_true, open_hall, slots, somebody, wish
from tests.identity.factories import fresh, manager

TUESDAY = date(2026, 11, 24)
TWO = Opening(weekdays=[2], opens=time(14), closes=time(16), minutes=30, capacity=3)  # two places online, four times
ONE = Opening(weekdays=[2], opens=time(14), closes=time(16), minutes=30, capacity=1)
A, B, C = "LAW001", "LAW002", "LAW005"
Freeze = Callable[[datetime], None]
TAKEN = """SELECT array_agg(h.taken ORDER BY s.starts_at) FROM appointments_slot s
    JOIN appointments_share h ON h.region = s.region AND h.slot_id = s.id AND h.pool = 'online'
    WHERE s.hall_id = $1 AND s.day = '2026-11-24'"""


@pytest.fixture(autouse=True)
def monday(frozen: Freeze) -> None:
    frozen(MONDAY)


async def refused(work: object) -> str:
    with pytest.raises(Conflict) as no:
        await work  # type: ignore[misc]
    return no.value.code


async def starts(hall: Hall, actor: Actor, *items: str) -> list[OpenSlot]:
    return await service.open_slots(actor, hall.id, TUESDAY, items=items)


async def taken(hall: Hall) -> list[int]:
    found: list[int] = await db.fetchval(TAKEN, hall.id)
    return found


async def need(hall: Hall, item: str, minutes: int) -> None:
    await service.set_need(SYSTEM, hall.id, NeedRequest(item=item, minutes=minutes))


async def test_two_services_take_two_times_with_one_number_and_one_end() -> None:
    hall, (_, actor) = await open_hall(opening=TWO), await somebody()
    times = await starts(hall, actor, A, B)
    assert [(each.units, each.left) for each in times] == [(2, 2)] * 3  # none begins at 15:30: the hall closes at 16
    made = await service.book(actor, wish(hall, times[0], A, B), key="visit-01")
    assert (made.units, made.items, made.ends_at - made.starts_at) == (2, [A, B], timedelta(hours=1))
    assert len(made.item_names) == 2 and made.item_name == "；".join(made.item_names)
    assert await taken(hall) == [1, 1, 0, 0]
    again = await service.book(actor, wish(hall, times[0], A, B), key="visit-01")
    assert again.id == made.id
    assert await counters_are_true()


async def test_one_service_longer_than_a_time_takes_several() -> None:
    hall, (_, actor) = await open_hall(opening=TWO), await somebody()
    await need(hall, A, 70)
    times = await starts(hall, actor, A)
    assert [each.units for each in times] == [3, 3]
    made = await service.book(actor, wish(hall, times[1], A), key="visit-01")
    assert (made.units, await taken(hall)) == (3, [0, 1, 1, 1])
    assert await refused(service.book((await somebody("李强"))[1], wish(hall, (await slots(hall, TUESDAY))[2], A),
                                      key="visit-02")) == "not-long-enough"  # fmt: skip


async def test_short_services_share_a_time() -> None:
    hall, (_, actor) = await open_hall(opening=TWO), await somebody()
    await need(hall, A, 10)
    await need(hall, B, 20)
    assert {each.units for each in await starts(hall, actor, A, B)} == {1}
    assert {each.units for each in await starts(hall, actor, A, B, C)} == {2}


async def test_a_day_says_how_many_visits_fit_and_not_how_many_beginnings() -> None:
    hall, (_, actor) = await open_hall(opening=TWO), await somebody()
    (day,) = [each for each in await service.open_days(actor, hall.id, items=[A, B]) if each.day == TUESDAY]
    assert (day.left, day.places) == (4, 4)
    await service.book(actor, wish(hall, (await slots(hall, TUESDAY))[1], C), key="visit-01")
    (day,) = [each for each in await service.open_days(actor, hall.id, items=[A, B]) if each.day == TUESDAY]
    assert (day.left, day.places) == (3, 4)


async def test_all_of_it_or_none() -> None:
    hall, (_, actor), (_, other) = await open_hall(opening=ONE), await somebody(), await somebody("李强")
    times = await slots(hall, TUESDAY)
    await service.book(other, wish(hall, times[1]), key="single-1")
    assert [each.left for each in await starts(hall, actor, A, B)] == [0, 0, 1]
    assert await refused(service.book(actor, wish(hall, times[0], A, B), key="visit-01")) == "slot-taken"
    assert await taken(hall) == [0, 1, 0, 0]
    assert await counters_are_true()


async def test_each_time_and_each_service_of_it_is_looked_at() -> None:
    hall, (_, actor) = await open_hall(opening=TWO), await somebody()
    times = await slots(hall, TUESDAY)
    mine = await service.book(actor, wish(hall, times[1], A, B), key="visit-01")
    assert await refused(service.book(actor, wish(hall, times[0], C, "LAW004"), key="visit-02")) == "overlap"
    assert await refused(service.book(actor, wish(hall, times[2], C), key="visit-03")) == "overlap"
    assert await refused(service.book(actor, wish(hall, times[1], C), key="visit-04")) == "already-booked"
    assert await refused(service.book(actor, wish(hall, times[3], B), key="visit-05")) == "same-item"
    await service.cancel(actor, mine.id)
    alone = await service.book(actor, wish(hall, times[0], B), key="visit-06")
    with pytest.raises(service.SameItem) as said:
        await service.book(actor, wish(hall, times[2], A, B), key="visit-07")
    assert said.value.detail.startswith("One of these services")
    assert alone.units == 1


async def test_what_is_given_up_comes_back_place_by_place(frozen: Freeze) -> None:
    hall, (_, actor) = await open_hall(opening=ONE), await somebody()
    times = await slots(hall, TUESDAY)
    made = await service.book(actor, wish(hall, times[0], A, B), key="visit-01")
    await service.cancel(actor, made.id)
    assert await taken(hall) == [1, 1, 0, 0]
    assert await counters_are_true()
    frozen(MONDAY + timedelta(minutes=6))
    await service.settle_due()
    assert await taken(hall) == [0, 0, 0, 0]
    assert await counters_are_true()


async def test_a_visit_is_kept_prolonged_and_booked_whole(frozen: Freeze) -> None:
    hall, (_, actor) = await open_hall(opening=ONE), await somebody()
    times = await slots(hall, TUESDAY)
    held = await service.hold(actor, KeepRequest(hall=hall.id, slot=times[0].id, items=[A, B]))
    assert (held.units, held.items, held.ends_at) == (2, [A, B], times[1].ends_at)
    assert await taken(hall) == [1, 1, 0, 0]
    assert (await service.extend_hold(actor, held.id)).units == 2
    made = await service.book(actor, wish(hall, times[0], A, B), key="visit-01")
    assert (made.units, await taken(hall)) == (2, [1, 1, 0, 0])
    assert await counters_are_true()


async def test_a_kept_time_grows_and_shrinks_with_the_services_and_keeps_its_term(frozen: Freeze) -> None:
    hall, (_, actor) = await open_hall(opening=ONE), await somebody()
    times = await slots(hall, TUESDAY)
    first = await service.hold(actor, KeepRequest(hall=hall.id, slot=times[0].id, item=A))
    frozen(MONDAY + timedelta(minutes=1))
    longer = await service.hold(actor, KeepRequest(hall=hall.id, slot=times[0].id, items=[A, B, C]))
    assert (longer.id, longer.units, longer.expires_at) == (first.id, 3, first.expires_at)
    assert await taken(hall) == [1, 1, 1, 0]
    for items, units in (([B, C], 2), ([B], 1), ([A, B], 2), ([A], 1)):
        found = await service.hold(actor, KeepRequest(hall=hall.id, slot=times[0].id, items=items))
        assert (found.id, found.units, found.items) == (first.id, units, items)
        assert await counters_are_true()
    await service.settle_due()
    assert await taken(hall) == [1, 0, 0, 0]
    made = await service.book(actor, wish(hall, times[0], A, B), key="visit-01")  # one more than is kept
    assert (made.units, await taken(hall)) == (2, [1, 1, 0, 0])
    assert await counters_are_true()


async def test_a_kept_visit_that_nobody_books_is_free_again(frozen: Freeze) -> None:
    hall, (_, actor), (_, other) = await open_hall(opening=ONE), await somebody(), await somebody("李强")
    times = await slots(hall, TUESDAY)
    await service.hold(actor, KeepRequest(hall=hall.id, slot=times[0].id, items=[A, B, C]))
    frozen(MONDAY + timedelta(minutes=11))
    made = await service.book(other, wish(hall, times[0], A, B), key="visit-01")  # no job has run
    assert made.units == 2
    await service.settle_due()
    assert await taken(hall) == [1, 1, 0, 0]
    assert await counters_are_true()


async def test_a_visit_moves_whole_and_by_way_of_a_kept_time() -> None:
    hall, (_, actor) = await open_hall(opening=ONE), await somebody()
    times = await slots(hall, TUESDAY)
    made = await service.book(actor, wish(hall, times[0], A, B), key="visit-01")
    held = await service.hold(actor, KeepRequest(hall=hall.id, slot=times[2].id, moving=made.id))
    assert (held.units, held.moving) == (2, made.id)
    moved = await service.reschedule(actor, made.id, RescheduleRequest(slot=times[2].id), key="move-001")
    assert (moved.units, moved.items, moved.sequence) == (2, [A, B], 1)
    assert await taken(hall) == [1, 1, 1, 1]  # the old ones are on their way back
    assert await counters_are_true()


async def test_an_offer_to_a_line_has_room_for_the_whole_visit(frozen: Freeze) -> None:
    hall, people = await open_hall(opening=ONE), [(await somebody(f"居民{n}"))[1] for n in range(4)]
    times = await slots(hall, TUESDAY)
    booked = [await service.book(actor, wish(hall, times[n]), key="single-1") for n, actor in enumerate(people[:3])]
    blocked = await service.book((await somebody("王五"))[1], wish(hall, times[3]), key="single-1")
    waits = await service.join_line(people[3], WaitRequest(hall=hall.id, first=TUESDAY, last=TUESDAY, items=[A, B]))
    assert waits.items == [A, B]
    await service.cancel(people[0], booked[0].id)
    frozen(MONDAY + timedelta(minutes=6))
    await service.settle_due()
    await service.serve_lines()
    assert (await service.line(people[3], waits.id)).state == "waiting"  # one place is not enough
    await service.cancel(people[1], booked[1].id)
    frozen(MONDAY + timedelta(minutes=12))
    await service.settle_due()
    await service.serve_lines()
    found = await service.line(people[3], waits.id)
    assert found.offer is not None and (found.offer.units, found.offer.slot) == (2, times[0].id)
    assert await counters_are_true()
    made = await service.accept_offer(people[3], waits.id)
    assert (made.units, made.items, await taken(hall)) == (2, [A, B], [1, 1, 1, 1])
    assert blocked.live and await counters_are_true()


async def test_a_visit_that_nobody_answers_for_goes_whole_to_the_next_in_line(frozen: Freeze) -> None:
    hall, (_, owner) = await open_hall(opening=ONE), await somebody()
    (_, first), (_, second) = await somebody("李强"), await somebody("赵六")
    times = await slots(hall, TUESDAY)
    mine = await service.book(owner, wish(hall, times[0], A, B), key="visit-01")
    for nth in (2, 3):
        await service.book((await somebody(f"居民{nth}"))[1], wish(hall, times[nth]), key="single-1")
    wanted = WaitRequest(hall=hall.id, first=TUESDAY, last=TUESDAY, items=[A, B])
    lines = [await service.join_line(actor, wanted) for actor in (first, second)]
    await service.cancel(owner, mine.id)
    frozen(MONDAY + timedelta(minutes=6))
    await service.settle_due()
    assert (await service.line(first, lines[0].id)).state == "offered"  # the place due back in the second time counts
    assert await counters_are_true()
    frozen(MONDAY + timedelta(hours=4))
    await service.settle_due()
    assert [(await service.line(actor, each.id)).state for actor, each in zip((first, second), lines, strict=True)] == [
        "waiting", "offered",
    ]  # fmt: skip
    assert await counters_are_true()


async def test_a_closure_of_any_of_its_times_finds_the_visit_a_new_time() -> None:
    opening = Opening(weekdays=[2, 3], opens=time(11), closes=time(14), minutes=30, capacity=3)
    hall, (_, actor), (_, other) = await open_hall(opening=opening), await somebody(), await somebody("李强")
    times = await slots(hall, TUESDAY)
    # The noon rest ends the run: 11:00 alone, then 13:00 and 13:30.
    assert [each.units for each in await starts(hall, actor, A, B)] == [2]
    made = await service.book(actor, wish(hall, times[1], A, B), key="visit-01")
    await service.hold(other, KeepRequest(hall=hall.id, slot=times[1].id, items=[A, B]))
    await db.execute("UPDATE appointments_slot SET state = 'closed' WHERE id = $1", times[2].id)
    assert await shutting.let_go_of_visits() == 1
    assert await refused(service.book(other, wish(hall, times[1], A, B), key="visit-02")) == "not-long-enough"
    await db.execute("UPDATE appointments_slot SET state = 'open' WHERE id = $1", times[2].id)
    manager_of = fresh(await manager())
    sheet = await service.close_with_care(
        manager_of, hall.id, ClosingRequest(day=TUESDAY, half="afternoon", reason="停电")
    )
    assert [each.outcome for each in sheet.people] == ["moved"]
    (mine,) = [each for each in (await service.mine(actor)).items if each.live]
    assert (mine.units, mine.items, mine.starts_at.date(), made.id != mine.id) == (2, [A, B], date(2026, 11, 25), True)
    await service.settle_due()
    assert await counters_are_true()


async def test_the_job_lets_go_of_a_visit_that_reaches_into_a_closed_time_after_a_crash(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hall, (_, actor), (_, other) = await open_hall(opening=TWO), await somebody(), await somebody("李强")
    times = await starts(hall, actor, A, B)
    for who in (actor, other):
        await service.hold(who, KeepRequest(hall=hall.id, slot=times[0].id, items=[A, B]))
    await db.execute("UPDATE appointments_slot SET state = 'closed' WHERE id = $1", times[1].id)
    said, failing = shutting._say, [True]

    async def torn(*args: object) -> None:
        if failing:
            failing.clear()
            raise ConnectionError
        await said(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(shutting, "_say", torn)
    await jobs.settle_closures()
    assert await db.fetchval("SELECT count(*) FROM appointments_hold") == 1, "one that fails holds back no other"
    await jobs.settle_closures()
    assert await db.fetchval("SELECT count(*) FROM appointments_hold") == 0
    await service.settle_due()
    assert await counters_are_true()


async def test_services_of_different_counters_are_booked_one_after_the_other() -> None:
    hall, (_, actor) = await open_hall(opening=TWO), await somebody()
    await service.add_group(SYSTEM, hall.id, GroupRequest(name="公证", kind="counter", items=[B], themes=[]))
    at = (await slots(hall, TUESDAY))[0]
    assert await starts(hall, actor, A, B) == []
    with pytest.raises(Conflict) as no:
        await service.book(actor, wish(hall, at, A, B), key="visit-01")
    assert no.value.code == "services-not-together"
    assert no.value.next_step is not None and no.value.next_step[0].endswith(f"&item={A}")
    assert await refused(service.book(actor, wish(hall, at, B), key="visit-02")) == "not-handled-here"


async def test_a_visit_is_for_four_services_at_most_and_named_in_one_place() -> None:
    hall, (_, actor) = await open_hall(opening=TWO), await somebody()
    at = (await slots(hall, TUESDAY))[0]
    with pytest.raises(Invalid) as unknown:
        await service.book(actor, wish(hall, at, A, "LAW003"), key="visit-01")
    assert list(unknown.value.fields) == ["items"]
    many = [f"LAW00{n}" for n in range(1, 6)]
    assert await refused(service.book(actor, wish(hall, at, *many), key="visit-01")) == "too-many-services"
    with pytest.raises(Conflict):
        await service.open_days(actor, hall.id, items=many)
    with pytest.raises(Invalid):
        await service.book(actor, BookingRequest(hall=hall.id, slot=at.id, item=A, items=[B]), key="visit-01")
    once = await service.book(actor, wish(hall, at, A, A), key="visit-02")
    assert (once.units, once.items) == (1, [A])


async def test_a_visit_counts_once_against_the_limit_of_a_person() -> None:
    everyday = Opening(weekdays=[1, 2, 3, 4, 5], opens=time(14), closes=time(16), minutes=30, capacity=3)
    hall, (_, actor) = await open_hall(opening=everyday), await somebody()
    days = [each.day for each in await service.open_days(actor, hall.id)][1:7]
    known = [f"LAW0{n}" for n in range(26, 38)]
    outcomes = []
    for n, day in enumerate(days):
        at = (await service.open_slots(actor, hall.id, day))[0]
        try:
            made = await service.book(actor, wish(hall, at, known[2 * n], known[2 * n + 1]), key=f"visit-0{n}")
            outcomes.append(made.units)
        except Conflict as no:
            outcomes.append(no.code)  # type: ignore[arg-type]
    assert outcomes == [2, 2, 2, 2, 2, "too-many-bookings"]


async def test_how_near_a_hall_can_be_booked_is_said_as_the_hall_has_it(frozen: Freeze) -> None:
    hall, (_, actor) = await open_hall(opening=TWO), await somebody()
    at = (await slots(hall, TUESDAY))[0]
    await service.set_limits(SYSTEM, hall.id, HallLimits(lead_minutes=120, horizon_days=14))
    frozen(at.starts_at - timedelta(minutes=90))
    with pytest.raises(Conflict) as no:
        await service.book(actor, wish(hall, at), key="visit-01")
    assert (no.value.code, no.value.values) == ("slot-closed", {"n": 2})


async def test_further_places_go_with_the_time_that_they_belong_to() -> None:
    hall, (_, actor) = await open_hall(opening=TWO), await somebody()
    made = await service.book(actor, wish(hall, (await slots(hall, TUESDAY))[0], A, B), key="visit-01")
    await db.execute("DELETE FROM appointments_appointment WHERE id = $1", made.id)  # its own term is over
    await holdings.forget_slots(MONDAY + timedelta(days=30), 1000, [])
    assert await db.fetchval("SELECT count(*) FROM appointments_slot WHERE hall_id = $1", hall.id) == 0
    assert await db.fetchval("SELECT count(*) FROM appointments_further") == 0
