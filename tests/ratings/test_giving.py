"""Once a visit, by whoever was there and by nobody who served; changeable for a day."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from litestar import Request

from backend.appointments import service as appointments
from backend.core import db, rate
from backend.core.actor import Actor
from backend.core.problems import Forbidden, TooMany
from backend.notifications.service.chain import follow
from backend.queues import service as queues
from backend.queues.schemas import CheckIn
from backend.queues.service.presence import digits
from backend.ratings import service
from backend.ratings.api import device_mark
from backend.ratings.schemas import MachineRating, RatingRequest
from backend.ratings.service import NoSuchVisit, ReasonNeeded, StaffMayNotRate, TooLateToChange, giving
from backend.ratings.service.inviting import ASKING
from tests.appointments.factories import MONDAY
from tests.identity.factories import actor_for, clerk, operator, resident
from tests.queues.factories import booked_for, device, open_counter
from tests.ratings.factories import HAPPY, UNHAPPY, boss, deliver, low, served, state_of, today, token_in, told

Freeze = Callable[[datetime], None]


@pytest.fixture(autouse=True)
def monday_morning(frozen: Freeze) -> None:
    frozen(MONDAY)
    rate.reset()


async def test_whoever_was_served_is_asked_once_and_rates_by_the_link_without_signing_in() -> None:
    over = await served()
    await deliver()
    [message] = await told("rate-visit")
    assert over.hall.name in message and today() in message
    await service.rate(Actor(), token_in(message), HAPPY, device="phone")
    found = await service.open_visit(Actor(), token_in(message))
    assert found.rating is not None and found.rating.level == 5 and found.case is None


async def test_the_link_is_not_in_the_database() -> None:
    await served()
    token = token_in((await told("rate-visit"))[0])
    rows = await db.fetch("SELECT token_hash FROM ratings_link")
    assert len(rows) == 2 and all(token.encode() not in row["token_hash"] for row in rows)


async def test_somebody_without_a_phone_or_name_rates_by_the_slip() -> None:
    over = await served(named=False)
    assert not await told("rate-visit")
    await service.rate(Actor(), over.slip, UNHAPPY, device="phone")
    assert await state_of(over.visit) == "received"


@pytest.mark.parametrize("wish", ["letter", "call"])
async def test_nobody_is_written_a_letter_or_rung_for_it(wish: str) -> None:
    await served(notice_by=wish)
    assert not await told("rate-visit")


async def test_no_member_of_staff_ever_reads_the_link() -> None:
    await served()
    message = await db.fetchval("SELECT id FROM notifications_message WHERE template = 'rate-visit'")
    await db.execute("UPDATE notifications_delivery SET state = 'failed' WHERE message = $1", message)
    await follow(message)
    rows = await db.fetch("SELECT channel FROM notifications_delivery WHERE message = $1", message)
    assert {row["channel"] for row in rows} <= {"sms", "voice"}


async def test_a_link_ends_after_thirty_days(frozen: Freeze) -> None:
    over = await served()
    frozen(MONDAY + timedelta(days=30, minutes=1))
    with pytest.raises(NoSuchVisit):
        await service.open_visit(Actor(), over.slip)


async def test_a_low_rating_needs_a_reason_and_a_good_one_keeps_none() -> None:
    over = await served()
    with pytest.raises(ReasonNeeded):
        await service.rate(Actor(), over.slip, RatingRequest(level=2), device="phone")
    await service.rate(Actor(), over.slip, RatingRequest(level=4, reasons=["waited"], call_back=True), device="phone")
    found = (await service.open_visit(Actor(), over.slip)).rating
    assert found is not None and (found.reasons, found.call_back) == ([], False)


async def test_the_second_rating_changes_the_first_and_after_a_day_none_does(frozen: Freeze) -> None:
    over = await low()
    await service.rate_visit(over.me, over.visit, HAPPY)
    assert await db.fetchval("SELECT count(*) FROM ratings_rating") == 1
    assert await state_of(over.visit) == "withdrawn"
    frozen(MONDAY + timedelta(hours=24))
    await service.rate_visit(over.me, over.visit, UNHAPPY)
    assert await state_of(over.visit) == "received"
    frozen(MONDAY + timedelta(hours=24, seconds=1))
    with pytest.raises(TooLateToChange):
        await service.rate_visit(over.me, over.visit, HAPPY)


async def test_nobody_at_a_machine_turns_what_the_person_said_into_praise() -> None:
    over = await low()
    machine = device(over.hall.region)
    with pytest.raises(TooLateToChange):
        await service.rate_at_machine(machine, over.hall.id, MachineRating(number=over.ticket.number, level=5))
    found = await service.open_visit(Actor(), over.slip)
    assert found.rating is not None and found.rating.level == 1
    assert await state_of(over.visit) == "received"


async def test_what_was_pressed_at_a_machine_the_person_can_still_change() -> None:
    over = await served()
    machine = device(over.hall.region)
    for level in (5, 4):
        await service.rate_at_machine(machine, over.hall.id, MachineRating(number=over.ticket.number, level=level))
    await service.rate(Actor(), over.slip, UNHAPPY, device="phone")
    assert await state_of(over.visit) == "received"
    with pytest.raises(TooLateToChange):
        await service.rate_at_machine(machine, over.hall.id, MachineRating(number=over.ticket.number, level=5))


async def test_what_is_written_is_sealed() -> None:
    over = await low()
    note = await db.fetchval("SELECT note FROM ratings_rating WHERE id = $1", over.visit)
    assert "等了两个小时".encode() not in note


async def test_staff_do_not_rate_with_the_slip_of_a_customer() -> None:
    over = await served()
    for who in (over.clerk, await boss(), actor_for(await operator())):
        with pytest.raises(StaffMayNotRate):
            await service.rate(who, over.slip, HAPPY, device="desk")


async def test_an_operator_rates_for_a_caller_and_a_clerk_for_nobody() -> None:
    over = await served()
    assert over.person is not None
    with pytest.raises(Forbidden):
        await service.rate_visit(actor_for(await clerk(), helping=over.person), over.visit, HAPPY)
    caller = actor_for(await operator(), helping=over.person)
    assert [each.id for each in await service.my_visits(caller)] == [over.visit]
    await service.rate_visit(caller, over.visit, UNHAPPY)
    assert await db.fetchval("SELECT channel FROM ratings_rating") == "phone"
    assert (
        await db.fetchval("SELECT count(*) FROM core_view WHERE person = $1 AND what = 'rating'", over.person.id) == 1
    )


async def test_a_visit_is_nobody_elses() -> None:
    over = await served()
    with pytest.raises(NoSuchVisit):
        await service.rate_visit(actor_for(await resident()), over.visit, HAPPY)


async def test_one_device_does_not_rate_for_a_whole_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(giving, "BY_LINK", (2, 3600))
    tokens = [(await served(named=False, label=str(n))).slip for n in range(3)]
    rate.reset()
    for token in tokens[:2]:
        await service.rate(Actor(), token, HAPPY, device="one phone")
    with pytest.raises(TooMany):
        await service.rate(Actor(), tokens[2], HAPPY, device="one phone")


async def test_at_a_machine_the_number_works_for_half_an_hour(frozen: Freeze) -> None:
    over = await served(named=False)
    machine = device(over.hall.region)
    wanted = MachineRating(level=3, number=f" {over.ticket.number.lower()} ")
    await service.rate_at_machine(machine, over.hall.id, wanted)
    frozen(MONDAY + timedelta(minutes=31))
    with pytest.raises(NoSuchVisit):
        await service.rate_at_machine(machine, over.hall.id, wanted)
    with pytest.raises(NoSuchVisit):
        await service.rate_at_machine(device("230203"), over.hall.id, wanted)


async def test_an_appointment_that_no_counter_ends_is_asked_about_two_hours_later(frozen: Freeze) -> None:
    _, me, made = await booked_for(10)
    await appointments.arrive(me, made.id)
    await deliver()
    assert await service.invite_due(ASKING) == 0 and not await service.my_visits(me)
    frozen(MONDAY + timedelta(hours=2, minutes=11))
    assert await service.invite_due(ASKING) == 1
    assert await service.invite_due(ASKING) == 0
    assert len(await told("rate-visit")) == 1 and len(await service.my_visits(me)) == 1


async def test_an_appointment_with_a_number_is_one_visit() -> None:
    hall, me, made = await booked_for(0)
    wanted = CheckIn(hall=hall.id, appointment=made.id, presence=digits(hall.id))
    await queues.check_in(me, wanted, key="once-and-only")
    clerk_, counter = await open_counter(hall)
    called = await queues.call_next(clerk_, counter)
    await queues.finish(clerk_, called.id)
    await deliver()
    assert await db.fetchval("SELECT count(*) FROM ratings_visit") == 1
    assert len(await told("rate-visit")) == 1


def test_a_limit_does_not_ask_what_a_browser_calls_itself() -> None:
    def asked(agent: str) -> Request[Any, Any, Any]:
        scope = {"type": "http", "linli_client": "198.51.100.7", "headers": [(b"user-agent", agent.encode())]}
        return Request(scope)  # type: ignore[arg-type]

    assert device_mark(asked("one")) == device_mark(asked("another"))
