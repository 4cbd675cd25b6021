"""暂留: a place kept while somebody decides. It is counted, it runs out by itself, and it is never counted twice."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import pytest
from icalendar import Calendar

from backend.appointments import calendar, service
from backend.appointments.access import NoSuchHold
from backend.appointments.schemas import ClosureRequest, KeepRequest, Opening, OpenSlot, RescheduleRequest
from backend.core import db
from backend.core.actor import Actor
from backend.places.schemas import Hall
from tests.appointments.factories import (
    MONDAY,
    SYSTEM,
    counters_are_true,
    open_hall,
    slots,
    somebody,
    wish,
)
from tests.identity.factories import actor_for, operator

Freeze = Callable[[datetime], None]
TUESDAY = date(2026, 11, 24)
MINUTE = timedelta(minutes=1)
ONE = Opening(weekdays=[2], opens=time(9), closes=time(10), minutes=30, capacity=1)  # one place, online; two times


@pytest.fixture(autouse=True)
def monday_morning(frozen: Freeze) -> None:
    frozen(MONDAY)


def keep(hall: Hall, number: int, times: list[OpenSlot], item: str = "") -> KeepRequest:
    return KeepRequest(hall=hall.id, slot=times[number].id, item=item)


async def two() -> tuple[Actor, Actor]:
    return (await somebody("王芳"))[1], (await somebody("李强"))[1]


async def test_a_chosen_time_is_kept_for_ten_minutes_and_nobody_else_gets_it() -> None:
    hall = await open_hall(opening=ONE)
    me, other = await two()
    times = await slots(hall, TUESDAY)
    held = await service.hold(me, keep(hall, 0, times))
    assert (held.expires_at, held.more_time) == (MONDAY + 10 * MINUTE, True)
    assert (await slots(hall, TUESDAY))[0].left == 0
    with pytest.raises(service.SlotTaken):
        await service.book(other, wish(hall, times[0]), key="key-00000")
    with pytest.raises(service.SlotTaken):
        await service.hold(other, keep(hall, 0, times))
    made = await service.book(me, wish(hall, times[0]), key="key-00000")
    assert made.state == "booked" and await service.my_holds(me) == []
    assert await service.book(me, wish(hall, times[0]), key="key-00000") == made
    assert await counters_are_true()


async def test_choosing_the_same_time_again_is_the_same_hold_and_another_time_replaces_it() -> None:
    hall = await open_hall(opening=ONE)
    me, _ = await two()
    times = await slots(hall, TUESDAY)
    held = await service.hold(me, keep(hall, 0, times))
    assert await service.hold(me, keep(hall, 0, times)) == held
    other = await service.hold(me, keep(hall, 1, times))
    assert await service.my_holds(me) == [other]
    assert [each.left for each in await slots(hall, TUESDAY)] == [1, 0]
    assert await counters_are_true()


async def test_a_choice_that_is_refused_keeps_the_one_before() -> None:
    hall = await open_hall(opening=ONE)
    me, other = await two()
    times = await slots(hall, TUESDAY)
    held = await service.hold(me, keep(hall, 0, times))
    await service.hold(other, keep(hall, 1, times))
    with pytest.raises(service.SlotTaken):
        await service.hold(me, keep(hall, 1, times))
    assert await service.my_holds(me) == [held]


async def test_a_place_whose_time_ran_out_goes_to_the_next_booking_at_once(frozen: Freeze) -> None:
    hall = await open_hall(opening=ONE)
    me, other = await two()
    times = await slots(hall, TUESDAY)
    await service.hold(me, keep(hall, 0, times))
    frozen(MONDAY + 10 * MINUTE)
    assert (await service.book(other, wish(hall, times[0]), key="key-00000")).state == "booked"
    with pytest.raises(service.SlotTaken):
        await service.book(me, wish(hall, times[0]), key="key-00000")
    assert await counters_are_true()


async def test_whoever_held_it_may_still_book_after_the_time_while_nobody_took_it(frozen: Freeze) -> None:
    hall = await open_hall(opening=ONE)
    me, _ = await two()
    times = await slots(hall, TUESDAY)
    await service.hold(me, keep(hall, 0, times))
    frozen(MONDAY + 30 * MINUTE)
    assert (await service.book(me, wish(hall, times[0]), key="key-00000")).state == "booked"
    assert await counters_are_true()


async def test_a_job_frees_what_ran_out(frozen: Freeze) -> None:
    hall = await open_hall(opening=ONE)
    me, _ = await two()
    times = await slots(hall, TUESDAY)
    held = await service.hold(me, keep(hall, 0, times))
    assert await service.settle_due() == 0
    frozen(MONDAY + 10 * MINUTE)
    assert await service.settle_due() == 1
    assert (await slots(hall, TUESDAY))[0].left == 1
    with pytest.raises(NoSuchHold):
        await service.extend_hold(me, held.id)
    assert await counters_are_true()


@pytest.mark.parametrize(("plain", "helped", "times_more"), [(False, False, 1), (True, False, 2), (False, True, 2)])
async def test_more_time_is_given_once_and_twice_to_elders_and_whoever_is_helped(
    plain: bool, helped: bool, times_more: int, frozen: Freeze
) -> None:
    hall = await open_hall()
    person, me = await somebody("李秀兰")
    actor = actor_for(await operator(), helping=person) if helped else me
    times = await slots(hall, TUESDAY)
    held = await service.hold(actor, keep(hall, 0, times), plain=plain)
    for number in range(times_more):
        assert held.more_time
        held = await service.extend_hold(actor, held.id)
        assert held.expires_at == MONDAY + (20 + 10 * number) * MINUTE
    assert not held.more_time
    with pytest.raises(service.NoMoreTime):
        await service.extend_hold(actor, held.id)


async def test_between_choosing_and_booking_only_what_is_real_refuses(frozen: Freeze) -> None:
    hall = await open_hall(opening=ONE)
    me, other = await two()
    times = await slots(hall, TUESDAY)
    begins = times[0].starts_at
    frozen(begins - 32 * MINUTE)
    await service.hold(me, keep(hall, 0, times))
    frozen(begins - 25 * MINUTE)  # too late for others, decided in time for whoever holds it
    with pytest.raises(service.SlotClosed):
        await service.book(other, wish(hall, times[0]), key="key-00000")
    assert (await service.book(me, wish(hall, times[0]), key="key-00000")).state == "booked"


async def test_a_hall_that_closes_closes_for_holds_too() -> None:
    hall = await open_hall(opening=ONE)
    me, _ = await two()
    times = await slots(hall, TUESDAY)
    await service.hold(me, keep(hall, 0, times))
    await service.close_day(SYSTEM, hall.id, ClosureRequest(day=TUESDAY, reason="停电检修"))
    with pytest.raises(service.SlotClosed):
        await service.book(me, wish(hall, times[0]), key="key-00000")
    assert await counters_are_true()


async def test_the_new_time_is_held_while_the_old_appointment_stands_until_they_are_exchanged() -> None:
    hall = await open_hall(opening=ONE)
    me, other = await two()
    times = await slots(hall, TUESDAY)
    old = await service.book(me, wish(hall, times[0], "LAW001"), key="key-00000")
    wanted = KeepRequest(hall=hall.id, slot=times[1].id, item="LAW001", moving=old.id)
    held = await service.hold(me, wanted)
    assert held.moving == old.id and (await service.get(me, old.id)).live
    with pytest.raises(service.SlotTaken):
        await service.book(other, wish(hall, times[1]), key="key-00000")
    new = await service.reschedule(me, old.id, RescheduleRequest(slot=times[1].id), key="key-00001")
    assert (new.calendar, new.sequence) == (old.calendar, 1) == (old.id, old.sequence + 1)
    assert await db.fetchval("SELECT count(*) FROM appointments_hold") == 0
    assert await counters_are_true()


async def test_what_is_let_go_is_free_and_somebody_elses_hold_is_not_found() -> None:
    hall = await open_hall(opening=ONE)
    me, other = await two()
    held = await service.hold(me, keep(hall, 0, await slots(hall, TUESDAY)))
    for verb in (service.extend_hold, service.release_hold):
        with pytest.raises(NoSuchHold):
            await verb(other, held.id)
    await service.release_hold(me, held.id)
    assert (await slots(hall, TUESDAY))[0].left == 1
    assert await counters_are_true()


async def test_a_place_held_by_phone_is_confirmed_in_the_portal_from_the_phone_share() -> None:
    hall = await open_hall()
    person, me = await somebody("李秀兰")
    times = await slots(hall, TUESDAY)
    await service.hold(actor_for(await operator(), helping=person), keep(hall, 0, times))
    made = await service.book(me, wish(hall, times[0]), key="key-00000")
    assert made.number[0] == "B"
    assert await counters_are_true()


async def test_places_come_back_after_a_while_nobody_can_agree_on(frozen: Freeze) -> None:
    hall = await open_hall(opening=ONE)
    me, friend = await two()
    times = await slots(hall, TUESDAY)
    dues = set()
    for number in range(4):
        frozen(MONDAY + 10 * number * MINUTE)
        made = await service.book(me, wish(hall, times[0]), key=f"key-0000{number}")
        await service.cancel(me, made.id)
        with pytest.raises(service.SlotTaken):
            await service.book(friend, wish(hall, times[0]), key="key-00000")
        due = await db.fetchval("SELECT due_at FROM appointments_return")
        waits = due - MONDAY - 10 * number * MINUTE
        assert MINUTE <= waits <= 5 * MINUTE
        dues.add(waits)
    assert len(dues) == 4
    frozen(MONDAY + 36 * MINUTE)
    assert (await service.book(friend, wish(hall, times[0]), key="key-00000")).state == "booked"
    assert await counters_are_true()


async def test_shortly_before_it_begins_a_place_is_free_at_once(frozen: Freeze) -> None:
    hall = await open_hall(opening=ONE)
    me, other = await two()
    times = await slots(hall, TUESDAY)
    made = await service.book(me, wish(hall, times[0]), key="key-00000")
    frozen(times[0].starts_at - 119 * MINUTE)
    await service.cancel(me, made.id)
    assert (await service.book(other, wish(hall, times[0]), key="key-00000")).state == "booked"
    assert await counters_are_true()


async def test_closing_the_account_lets_a_hold_go() -> None:
    hall = await open_hall(opening=ONE)
    me, _ = await two()
    await service.hold(me, keep(hall, 0, await slots(hall, TUESDAY)))
    await service.cancel_all(SYSTEM, me.person)
    assert (await slots(hall, TUESDAY))[0].left == 1


async def test_a_calendar_takes_a_move_over_and_keeps_a_cancellation_apart() -> None:
    hall = await open_hall(opening=ONE)
    me, _ = await two()
    times = await slots(hall, TUESDAY)
    old = await service.book(me, wish(hall, times[0]), key="key-00000")
    new = await service.reschedule(me, old.id, RescheduleRequest(slot=times[1].id), key="key-00001")
    files = [await service.get(me, old.id), new, await service.cancel(me, new.id)]
    events = [Calendar.from_ical(calendar.ics(each)).walk("VEVENT")[0] for each in files]
    assert len({str(each["uid"]) for each in events}) == 1
    assert [(each["sequence"], str(each["status"])) for each in events] == [
        (0, "CANCELLED"), (1, "CONFIRMED"), (2, "CANCELLED"),
    ]  # fmt: skip


INSERT = """INSERT INTO appointments_hold (region, id, slot_id, hall_id, pool, person_id, kind, wait_id, starts_at,
        ends_at, made_at, expires_at, extended, extensions, basis, channel)
    SELECT region, gen_random_uuid(), {slot}, hall_id, pool, {person}, {kind}, wait_id, starts_at, ends_at, made_at,
        {until}, {extended}, extensions, basis, channel FROM appointments_hold LIMIT 1"""
SAME = {"slot": "slot_id", "person": "person_id", "kind": "kind", "until": "expires_at", "extended": "0"}


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({}, "appointments_hold_person_uq"),
        ({"person": "gen_random_uuid()", "kind": "'offer'"}, "appointments_hold_wait_ck"),
        ({"person": "gen_random_uuid()", "until": "starts_at + interval '1 second'"}, "appointments_hold_times_ck"),
        ({"person": "gen_random_uuid()", "extended": "2"}, "appointments_hold_extended_ck"),
        ({"person": "gen_random_uuid()", "slot": "gen_random_uuid()"}, "appointments_hold_share_fk"),
        ({"slot": "(SELECT id FROM appointments_slot ORDER BY starts_at DESC LIMIT 1)"}, "appointments_hold_choice_uq"),
    ],
)
async def test_the_database_itself_refuses_a_hold_that_cannot_be(changes: dict[str, str], constraint: str) -> None:
    hall = await open_hall(opening=ONE)
    me, _ = await two()
    await service.hold(me, keep(hall, 0, await slots(hall, TUESDAY)))
    with pytest.raises(Exception, match=constraint):
        async with db.transaction():
            await db.execute(INSERT.format(**SAME | changes))


async def test_a_place_is_given_back_once_by_the_database_too() -> None:
    hall = await open_hall(opening=ONE)
    me, _ = await two()
    made = await service.book(me, wish(hall, (await slots(hall, TUESDAY))[0]), key="key-00000")
    await service.cancel(me, made.id)
    with pytest.raises(Exception, match="appointments_return_once_uq"):
        async with db.transaction():
            await db.execute(
                """INSERT INTO appointments_return (region, id, slot_id, pool, appointment_id, due_at)
                SELECT region, gen_random_uuid(), slot_id, pool, appointment_id, due_at FROM appointments_return"""
            )
