"""Booking, cancelling, moving: through the verbs, on the real database."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

import pytest

from backend.appointments import service
from backend.appointments.access import NoSuchAppointment
from backend.appointments.schemas import ClosureRequest, KeepRequest, Opening, RescheduleRequest
from backend.appointments.service.opening import PeopleBooked
from backend.core import db, events
from backend.core.actor import ANONYMOUS
from backend.core.problems import Forbidden, NobodyToActFor, NotFound, SignInRequired
from tests.appointments.factories import MONDAY, SYSTEM, counters_are_true, open_hall, slots, somebody, wish
from tests.identity.factories import actor_for, clerk, manager, operator

TUESDAY = date(2026, 11, 24)
Freeze = Callable[[datetime], None]


COLUMNS_OF_APPOINTMENT = """SELECT column_name FROM information_schema.columns
    WHERE table_name = 'appointments_appointment' ORDER BY ordinal_position"""


@pytest.fixture(autouse=True)
def monday_morning(frozen: Freeze) -> None:
    frozen(MONDAY)


async def test_a_hall_opens_on_working_days_of_the_next_two_weeks() -> None:
    hall = await open_hall()
    days = await service.open_days(ANONYMOUS, hall.id)
    assert [each.day for each in days][:6] == [date(2026, 11, day) for day in (23, 24, 25, 26, 27, 30)]
    assert days[1].left == days[1].places == 13 * 5
    assert days[0].places < days[1].places, "what is nearer than the lead time is not on offer"


async def test_a_day_whose_times_are_over_is_not_called_full(frozen: Freeze) -> None:
    hall = await open_hall()
    frozen(datetime(2026, 11, 23, 9, 0, tzinfo=UTC))
    assert (await service.open_days(ANONYMOUS, hall.id))[0].day == TUESDAY


async def test_opening_twice_makes_nothing_twice() -> None:
    hall = await open_hall()
    before = await db.fetchval("SELECT count(*) FROM appointments_slot WHERE hall_id = $1", hall.id)
    assert await service.open_slots_ahead() == 0
    assert await db.fetchval("SELECT count(*) FROM appointments_slot WHERE hall_id = $1", hall.id) == before


async def test_one_halls_rules_are_not_anothers() -> None:
    await open_hall("R02")
    other = await open_hall("R01", Opening(weekdays=[3], opens=time(9), closes=time(10), minutes=30, capacity=2))
    assert [rule.weekdays for rule in await service.rules_of(SYSTEM, other.id)] == [[3]]


async def test_a_make_up_workday_can_be_booked_and_a_holiday_cannot(frozen: Freeze) -> None:
    frozen(datetime(2026, 9, 30, 0, 30, tzinfo=UTC))
    hall = await open_hall()
    days = {each.day for each in await service.open_days(ANONYMOUS, hall.id)}
    assert date(2026, 10, 10) in days
    assert not {date(2026, 10, day) for day in range(1, 8)} & days


async def test_a_resident_books_and_sees_the_number() -> None:
    hall = await open_hall()
    _, actor = await somebody()
    slot = (await slots(hall, TUESDAY, actor))[0]
    made = await service.book(actor, wish(hall, slot, "LAW001"), key="first-key")
    assert (made.state, made.starts_at, made.hall, made.helped) == ("booked", slot.starts_at, hall.id, False)
    assert made.number.startswith("A01")
    assert (await slots(hall, TUESDAY, actor))[0].left == slot.left - 1
    assert (await service.mine(actor)).items == [made]
    upcoming = await service.next_for(actor)
    assert upcoming is not None and upcoming.number == made.number
    assert await events.relay() > 0


async def test_the_shares_of_telephone_and_screen_do_not_touch_each_other() -> None:
    hall = await open_hall(opening=Opening(weekdays=[2], opens=time(9), closes=time(9, 30), minutes=30, capacity=4))
    chen = await operator()
    online = [(await somebody())[1] for _ in range(3)]
    slot = (await slots(hall, TUESDAY, online[0]))[0]
    taken = 0
    for actor in online:
        try:
            await service.book(actor, wish(hall, slot), key="somebody-key")
            taken += 1
        except service.SlotTaken:
            break
    assert taken == 2
    caller, _ = await somebody("李秀兰")
    helped = actor_for(chen, helping=caller)
    made = await service.book(helped, wish(hall, slot), key="caller-key")
    assert (made.number[0], made.helped) == ("B", True)


async def test_the_same_key_gives_the_same_appointment_and_another_wish_is_refused() -> None:
    hall = await open_hall()
    _, actor = await somebody()
    first, second = (await slots(hall, TUESDAY, actor))[:2]
    made = await service.book(actor, wish(hall, first), key="same-key")
    assert await service.book(actor, wish(hall, first), key="same-key") == made
    with pytest.raises(service.KeyReused):
        await service.book(actor, wish(hall, second), key="same-key")
    _, other = await somebody()
    assert (await service.book(other, wish(hall, first), key="same-key")).id != made.id
    assert await counters_are_true()


async def test_a_no_names_its_reason() -> None:
    hall = await open_hall()
    _, actor = await somebody()
    times = await slots(hall, TUESDAY, actor)
    await service.book(actor, wish(hall, times[0], "LAW001"), key="key-00000")
    with pytest.raises(service.AlreadyBooked):
        await service.book(actor, wish(hall, times[0], "LAW002"), key="key-00001")
    with pytest.raises(service.SameItem):
        await service.book(actor, wish(hall, times[3], "LAW001"), key="key-00002")
    for number, slot in enumerate(times[1:5]):
        await service.book(actor, wish(hall, slot), key=f"key-1000{number}")
    with pytest.raises(service.TooManyBookings):
        await service.book(actor, wish(hall, times[6]), key="key-00003")
    with pytest.raises(NotFound):
        await service.book(actor, wish(hall, hall.id), key="key-00004")
    assert await counters_are_true()


async def test_a_time_that_is_too_near_or_past_cannot_be_booked(frozen: Freeze) -> None:
    hall = await open_hall()
    _, actor = await somebody()
    slot = (await slots(hall, TUESDAY, actor))[0]
    frozen(slot.starts_at - timedelta(minutes=29))
    with pytest.raises(service.SlotClosed):
        await service.book(actor, wish(hall, slot), key="key-00000")


async def test_cancelling_gives_the_place_back_once(frozen: Freeze) -> None:
    hall = await open_hall()
    _, actor = await somebody()
    slot = (await slots(hall, TUESDAY, actor))[0]
    made = await service.book(actor, wish(hall, slot), key="key-00000")
    assert (await service.cancel(actor, made.id)).state == "cancelled"
    assert (await service.cancel(actor, made.id)).state == "cancelled"
    assert (await slots(hall, TUESDAY, actor))[0].left == slot.left - 1, "it is on its way back"
    frozen(MONDAY + timedelta(minutes=5))
    await service.settle_due()
    assert (await slots(hall, TUESDAY, actor))[0].left == slot.left
    again = await service.book(actor, wish(hall, slot), key="key-00001")
    assert again.number != made.number, "a number is never given twice"
    assert await counters_are_true()


async def test_moving_takes_the_new_place_before_it_gives_the_old_one_back() -> None:
    hall = await open_hall()
    _, actor = await somebody()
    first, second = (await slots(hall, TUESDAY, actor))[:2]
    made = await service.book(actor, wish(hall, first, "LAW001"), key="key-00000")
    moved = await service.reschedule(actor, made.id, RescheduleRequest(slot=second.id), key="move-0000")
    assert (moved.starts_at, moved.item) == (second.starts_at, "LAW001")
    assert await service.reschedule(actor, made.id, RescheduleRequest(slot=second.id), key="move-0000") == moved
    assert (await service.get(actor, made.id)).state == "moved"
    assert [each.id for each in (await service.mine(actor)).items] == [moved.id]
    with pytest.raises(service.NotChangeable):
        await service.reschedule(actor, made.id, RescheduleRequest(slot=first.id), key="move-0001")
    assert await counters_are_true()


async def test_a_time_of_another_hall_is_not_there() -> None:
    hall = await open_hall()
    code = await db.fetchval(
        "SELECT code FROM places_hall WHERE region = $1 AND id <> $2 LIMIT 1", hall.region, hall.id
    )
    other = await open_hall(code)
    _, actor = await somebody()
    elsewhere = (await slots(other, TUESDAY, actor))[3]
    made = await service.book(actor, wish(hall, (await slots(hall, TUESDAY, actor))[0]), key="here-123")
    for attempt in (
        service.reschedule(actor, made.id, RescheduleRequest(slot=elsewhere.id), key="there-123"),
        service.book(actor, wish(hall, elsewhere), key="there-456"),
        service.hold(actor, KeepRequest(hall=hall.id, slot=elsewhere.id)),
        service.hold(actor, KeepRequest(hall=other.id, slot=elsewhere.id, moving=made.id)),
    ):
        with pytest.raises(NotFound):
            await attempt
    assert (await slots(other, TUESDAY, actor))[3].left == elsewhere.left


async def test_a_full_time_keeps_the_old_place() -> None:
    hall = await open_hall(opening=Opening(weekdays=[2], opens=time(9), closes=time(10), minutes=30, capacity=1))
    _, one = await somebody()
    _, other = await somebody()
    first, second = await slots(hall, TUESDAY, one)
    mine = await service.book(one, wish(hall, first), key="key-00000")
    await service.book(other, wish(hall, second), key="key-00000")
    with pytest.raises(service.SlotTaken):
        await service.reschedule(one, mine.id, RescheduleRequest(slot=second.id), key="move-0000")
    assert (await service.get(one, mine.id)).state == "booked"
    assert await counters_are_true()


async def test_what_has_begun_can_no_longer_be_changed(frozen: Freeze) -> None:
    hall = await open_hall()
    _, actor = await somebody()
    slot = (await slots(hall, TUESDAY, actor))[0]
    made = await service.book(actor, wish(hall, slot), key="key-00000")
    frozen(slot.starts_at)
    with pytest.raises(service.NotChangeable):
        await service.cancel(actor, made.id)


async def test_nobody_else_finds_my_appointment() -> None:
    hall = await open_hall()
    li, mine = await somebody("李秀兰")
    _, stranger = await somebody()
    chen, far = await operator(), await clerk(region="230102")
    slot = (await slots(hall, TUESDAY, mine))[0]
    made = await service.book(mine, wish(hall, slot), key="key-00000")
    for actor in (stranger, actor_for(chen), actor_for(far)):
        for verb in (service.get, service.cancel):
            with pytest.raises(NoSuchAppointment):
                await verb(actor, made.id)
    assert (await service.get(actor_for(chen, helping=li), made.id)).id == made.id
    views = await db.fetch("SELECT acting FROM core_view WHERE person = $1 AND what = 'appointment'", li.id)
    assert {row["acting"] for row in views} == {chen.id}


async def test_somebody_who_is_not_signed_in_or_not_helping_cannot_book() -> None:
    hall = await open_hall()
    slot = (await slots(hall, TUESDAY))[0]
    with pytest.raises(SignInRequired):
        await service.book(ANONYMOUS, wish(hall, slot), key="key-00000")
    with pytest.raises(NobodyToActFor):
        await service.book(actor_for(await operator()), wish(hall, slot), key="key-00000")


async def test_the_clerk_sees_the_day_checks_in_and_everybody_on_the_list_can_know(frozen: Freeze) -> None:
    hall = await open_hall()
    li, mine = await somebody("李秀兰")
    slot = (await slots(hall, TUESDAY, mine))[0]
    made = await service.book(mine, wish(hall, slot), key="key-00000")
    zhao = actor_for(await clerk())
    lines = await service.hall_day(zhao, hall.id, TUESDAY)
    assert [(line.name, line.state) for line in lines] == [("李秀兰", "booked")]
    with pytest.raises(service.NotToday) as told:
        await service.arrive(zhao, made.id)
    assert told.value.next_step is None, "a clerk has no appointments of their own to look at"
    frozen(slot.starts_at)
    await service.arrive(zhao, made.id)
    await service.arrive(zhao, made.id)
    assert (await service.hall_day(zhao, hall.id, TUESDAY))[0].state == "attended"
    assert await db.fetchval("SELECT count(*) FROM core_view WHERE person = $1", li.id) >= 2
    with pytest.raises(NotFound):
        await service.hall_day(actor_for(await clerk(region="230102")), hall.id, TUESDAY)
    with pytest.raises(Forbidden):
        await service.hall_day(mine, hall.id, TUESDAY)


async def test_the_day_list_of_a_large_hall_leaves_nobody_out() -> None:
    hall, (_, mine) = await open_hall(), await somebody()
    await service.book(mine, wish(hall, (await slots(hall, TUESDAY))[0]), key="key-00000")
    names = [row["column_name"] for row in await db.fetch(COLUMNS_OF_APPOINTMENT)]
    fresh = {"id": "gen_random_uuid()", "number": "'Z' || n", "request": "uuid_send(gen_random_uuid())"}
    fresh |= {"state": "'attended'", "ended_at": "now()"}
    copied = ", ".join(fresh.get(name, name) for name in names)
    await db.execute(
        f"""INSERT INTO appointments_appointment ({", ".join(names)})
        SELECT {copied} FROM appointments_appointment, generate_series(1, 600) n"""
    )
    assert len(await service.hall_day(actor_for(await clerk()), hall.id, TUESDAY)) == 601


async def test_who_does_not_come_is_missed_two_hours_later(frozen: Freeze) -> None:
    hall = await open_hall()
    _, actor = await somebody()
    slot = (await slots(hall, TUESDAY, actor))[0]
    made = await service.book(actor, wish(hall, slot), key="key-00000")
    frozen(slot.ends_at + timedelta(hours=1))
    assert await service.mark_missed() == 0
    frozen(slot.ends_at + timedelta(hours=3))
    assert await service.mark_missed() == 1
    assert (await service.get(actor, made.id)).state == "missed"


async def test_a_manager_changes_the_hours_without_touching_days_on_offer() -> None:
    hall = await open_hall()
    sun = actor_for(await manager())
    before = await service.open_days(ANONYMOUS, hall.id)
    later = Opening(weekdays=[1, 2, 3, 4, 5], opens=time(9), closes=time(15), minutes=60, capacity=4)
    await service.set_rule(sun, hall.id, later)
    assert await service.open_days(ANONYMOUS, hall.id) == before
    assert {rule.source for rule in await service.rules_of(sun, hall.id)} == {"demonstration", "manager"}
    with pytest.raises(NotFound):
        await service.set_rule(actor_for(await manager(region="230102")), hall.id, later)


async def test_a_day_with_bookings_is_not_simply_closed() -> None:
    hall = await open_hall()
    sun = actor_for(await manager())
    _, actor = await somebody()
    slot = (await slots(hall, TUESDAY, actor))[0]
    made = await service.book(actor, wish(hall, slot), key="key-00000")
    closure = ClosureRequest(day=TUESDAY, reason="停电检修")
    with pytest.raises(PeopleBooked):
        await service.close_day(sun, hall.id, closure)
    await service.cancel(actor, made.id)
    await service.close_day(sun, hall.id, closure)
    assert TUESDAY not in {each.day for each in await service.open_days(ANONYMOUS, hall.id)}
    with pytest.raises(service.SlotClosed):
        await service.book(actor, wish(hall, slot), key="key-00001")


async def test_the_database_itself_refuses_to_oversell() -> None:
    hall = await open_hall()
    with pytest.raises(Exception, match="appointments_share_taken_ck"):
        async with db.transaction():
            await db.execute(
                """UPDATE appointments_share SET taken = capacity + 1
                WHERE slot_id IN (SELECT id FROM appointments_slot WHERE hall_id = $1)""",
                hall.id,
            )


async def test_public_counts_show_each_channels_share() -> None:
    hall = await open_hall()
    counts = {each.pool: each.places for each in await service.shares_ahead(SYSTEM, hall.id)}
    assert counts["online"] > counts["phone"] > counts["counter"] > 0
