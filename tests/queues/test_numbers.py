"""取号时间: numbers while the hall is open, as many as can be served; and what everybody else hears."""

from collections.abc import Callable
from datetime import datetime, time, timedelta

import pytest

from backend.appointments import service as appointments
from backend.appointments.schemas import ClosureRequest, Opening
from backend.core import clock, db, ids
from backend.core.actor import ANONYMOUS
from backend.queues import ending_rules, service
from backend.queues.schemas import CheckIn, TicketRequest
from backend.queues.service.presence import digits
from tests.appointments.factories import MONDAY, SYSTEM, open_hall
from tests.queues.factories import DEVICE, booked_for, open_counter, the_hall, ticket

Freeze = Callable[[datetime], None]
MORNING = Opening(weekdays=[1, 2, 3, 4, 5], opens=time(8, 30), closes=time(9, 30), minutes=30, capacity=10)
WORK = MONDAY + timedelta(hours=1)  # 9:30 in Shanghai


@pytest.fixture(autouse=True)
def monday_morning(frozen: Freeze) -> None:
    frozen(MONDAY)


async def test_numbers_begin_half_an_hour_before_the_hall_opens(frozen: Freeze) -> None:
    hall = await open_hall()
    frozen(MONDAY - timedelta(minutes=31))
    told = await service.numbers_today(ANONYMOUS, hall.id)
    assert (told.why, told.left, told.again) == ("shut", 0, MONDAY - timedelta(minutes=30))
    with pytest.raises(service.HallShut) as refusal:
        await ticket(hall)
    assert (refusal.value.detail, refusal.value.values) == ("Numbers are given from {time} today.", {"time": "08:00"})
    assert refusal.value.next_step == (f"/appointments/new?hall={hall.id}", "Book a place instead")
    frozen(MONDAY - timedelta(minutes=30))
    assert (await ticket(hall)).number == "W001"


async def test_after_closing_the_next_opening_is_said_and_no_green_number_is_given(frozen: Freeze) -> None:
    hall = await open_hall()
    frozen(MONDAY + timedelta(hours=8))
    with pytest.raises(service.HallShut) as refusal:
        await ticket(hall, green=True)
    assert refusal.value.values == {"date": "2026-11-24", "time": "08:00"}


async def test_a_repeat_after_a_lost_answer_gives_the_slip_though_the_hall_has_closed(frozen: Freeze) -> None:
    hall, key = await open_hall(), "asked-just-before-closing"
    frozen(MONDAY + timedelta(hours=7))
    first = await service.take_ticket(DEVICE, TicketRequest(hall=hall.id), key=key)
    frozen(MONDAY + timedelta(hours=8))
    assert (await service.take_ticket(DEVICE, TicketRequest(hall=hall.id), key=key)).token == first.token


async def test_a_day_on_which_the_hall_is_closed_gives_no_numbers(frozen: Freeze) -> None:
    hall = await open_hall()
    frozen(MONDAY + timedelta(days=1, hours=1))
    await appointments.close_day(SYSTEM, hall.id, ClosureRequest(day=clock.today(), reason="盘点"))
    with pytest.raises(service.HallShut) as refusal:
        await ticket(hall)
    assert refusal.value.values == {"date": "2026-11-25", "time": "08:00"}


async def test_a_saturday_on_which_people_work_has_numbers_and_a_holiday_has_none(frozen: Freeze) -> None:
    makeup = await db.fetchval("SELECT min(day) FROM places_day WHERE kind = 'makeup_workday' AND day > '2026-01-01'")
    holiday = await db.fetchval(
        "SELECT min(day) FROM places_day WHERE kind = 'holiday' AND extract(isodow FROM day) < 6 AND day > '2026-01-01'"
    )
    for day, given in ((makeup, True), (holiday, False)):
        frozen(clock.at(day, time(9)))
        hall = await open_hall()
        assert (await service.numbers_today(ANONYMOUS, hall.id)).why == ("" if given else "shut"), day


async def test_a_hall_that_has_never_said_when_it_opens_gives_numbers_as_ever(frozen: Freeze) -> None:
    hall = await the_hall()
    frozen(MONDAY + timedelta(hours=15))
    told = await service.numbers_today(ANONYMOUS, hall.id)
    assert (told.why, told.left, told.closes) == ("", None, None)
    assert (await ticket(hall)).state == "waiting"


async def test_the_last_numbers_are_those_that_can_be_served_before_closing(frozen: Freeze) -> None:
    hall = await open_hall(opening=MORNING)
    await open_counter(hall)  # an hour, one counter, twelve minutes each as long as nobody knows better: five
    told = await service.numbers_today(ANONYMOUS, hall.id)
    assert (told.why, told.left) == ("", 5)
    taken = [await ticket(hall) for _ in range(5)]
    assert taken[-1].number == "W005" and (await service.position(ANONYMOUS, taken[-1].token)).most <= 60
    told = await service.numbers_today(ANONYMOUS, hall.id)
    assert (told.why, told.left, told.some) == ("full", 0, True)
    with pytest.raises(service.LineFull) as refusal:
        await ticket(hall)
    assert refusal.value.values == {"time": "09:30"}
    assert (await ticket(hall, green=True)).number == "L001", "the green lane is not refused before closing"
    await open_counter(hall, "2")
    assert (await ticket(hall)).number == "W006", "one more counter, and the numbers go on by themselves"


async def test_people_with_appointments_are_counted_before_they_come_and_never_refused() -> None:
    hall, actor, made = await booked_for(10)
    await open_counter(hall)
    sure = ending_rules.rounds((await appointments.hours_of(ANONYMOUS, hall.id, clock.today())).stretches, 12, MONDAY)
    assert (await service.numbers_today(ANONYMOUS, hall.id)).left == sure - 1
    for _ in range(sure - 1):
        await ticket(hall)
    with pytest.raises(service.LineFull):
        await ticket(hall)
    here = CheckIn(hall=hall.id, appointment=made.id, presence=digits(hall.id))
    assert (await service.check_in(actor, here, key=str(ids.new()))).number == "A001"


async def test_what_the_database_counts_is_what_the_rule_says() -> None:
    hall = await open_hall(opening=MORNING)
    await open_counter(hall)
    for nth, green in enumerate((True, True, False, True, False, True)):
        told = await service.numbers_today(ANONYMOUS, hall.id)
        street = sum((False, False, True, False, True)[each] for each in range(nth))
        assert told.left == ending_rules.room(5, nth, street, 0), nth
        if told.left or green:
            await ticket(hall, green=green)
