"""A hall's day: taking a number, being called, and everything that can happen at a counter."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest

from backend.appointments import service as appointments
from backend.appointments.schemas import BookingRequest
from backend.core import db
from backend.core.actor import ANONYMOUS, Actor
from backend.core.problems import Forbidden, Invalid, KeyReused, NotFound
from backend.identity import service as identity
from backend.queues import service
from backend.queues.access import NoSuchTicket
from backend.queues.schemas import CheckIn, CounterRequest, TicketRequest
from backend.queues.service.presence import digits
from tests.appointments.factories import MONDAY, open_hall, somebody
from tests.appointments.test_groups import ITEM, TUESDAY, with_group
from tests.identity.factories import actor_for, clerk, manager, resident
from tests.queues.factories import DEVICE, booked_for, open_counter, the_hall, ticket

Freeze = Callable[[datetime], None]


@pytest.fixture(autouse=True)
def monday_morning(frozen: Freeze) -> None:
    frozen(MONDAY)


async def test_numbers_count_up_in_their_own_series() -> None:
    hall = await the_hall()
    numbers = [(await ticket(hall, green=green)).number for green in (False, True, False)]
    assert numbers == ["W001", "L001", "W002"]


async def test_the_same_key_gives_the_same_slip() -> None:
    hall, key = await the_hall(), "a-key-of-my-own"
    first = await service.take_ticket(DEVICE, TicketRequest(hall=hall.id), key=key)
    again = await service.take_ticket(DEVICE, TicketRequest(hall=hall.id), key=key)
    assert (first.id, first.number, first.token) == (again.id, again.number, again.token)
    assert first.token


async def test_a_key_is_for_one_request() -> None:
    hall, actor, made = await booked_for(10)
    next_door = await db.fetchval("SELECT id FROM places_hall WHERE region = $1 AND id <> $2", hall.region, hall.id)
    liu = actor_for(await clerk())
    await service.take_ticket(liu, TicketRequest(hall=hall.id), key="one-key-only")
    for other in (TicketRequest(hall=hall.id, green=True), TicketRequest(hall=next_door)):
        with pytest.raises(KeyReused):
            await service.take_ticket(liu, other, key="one-key-only")
    with pytest.raises(KeyReused):
        await service.check_in(liu, CheckIn(hall=hall.id, appointment=made.id), key="one-key-only")
    assert (await appointments.get(actor, made.id)).state == "booked", "who gets no number has not come"


async def test_on_a_phone_one_must_stand_in_the_hall() -> None:
    hall, (_, actor) = await the_hall(), await somebody()
    with pytest.raises(Invalid) as refusal:
        await service.take_ticket(actor, TicketRequest(hall=hall.id, presence="12"), key="presence-1")
    assert "presence" in refusal.value.fields
    taken = await service.take_ticket(actor, TicketRequest(hall=hall.id, presence=digits(hall.id)), key="presence-2")
    with pytest.raises(service.AlreadyWaiting):
        await service.take_ticket(actor, TicketRequest(hall=hall.id, presence=digits(hall.id)), key="presence-3")
    assert taken.state == "waiting"


async def test_the_digits_before_count_for_another_half_hour(frozen: Freeze) -> None:
    hall, (_, actor) = await the_hall(), await somebody()
    old = digits(hall.id)
    frozen(MONDAY + timedelta(minutes=40))
    assert await service.take_ticket(actor, TicketRequest(hall=hall.id, presence=old), key="presence-4")


async def test_whoever_booked_checks_in_and_is_called_first() -> None:
    hall, actor, made = await booked_for(0)
    await ticket(hall)
    mine = await service.check_in(
        actor, CheckIn(hall=hall.id, appointment=made.id, presence=digits(hall.id)), key="check-in-1"
    )
    assert (mine.kind, mine.number) == ("booked", "A001")
    assert (await appointments.get(actor, made.id)).state == "attended"
    liu, counter = await open_counter(hall)
    assert (await service.call_next(liu, counter)).number == "A001"


async def test_checking_in_twice_keeps_one_place_and_one_slip() -> None:
    hall, actor, made = await booked_for(10)
    here = CheckIn(hall=hall.id, appointment=made.id, presence=digits(hall.id))
    first, again = (
        await service.check_in(actor, here, key="one-key"),
        await service.check_in(actor, here, key="two-key"),
    )
    assert first.id == again.id and first.token and not again.token


async def test_at_the_machine_number_and_last_four_signs_are_enough() -> None:
    hall, actor, made = await booked_for(10)
    phone = (await identity.person(actor, actor.person)).phone_masked[-4:]
    with pytest.raises(NotFound):
        await service.check_in(DEVICE, CheckIn(hall=hall.id, number=made.number, digits="0000"), key="machine-1")
    mine = await service.check_in(DEVICE, CheckIn(hall=hall.id, number=made.number, digits=phone), key="machine-2")
    assert mine.kind == "booked"


async def test_too_early_is_said_so_and_too_late_waits_like_the_street(frozen: Freeze) -> None:
    hall, actor, made = await booked_for(90)
    here = CheckIn(hall=hall.id, appointment=made.id, presence=digits(hall.id))
    with pytest.raises(service.TooEarly):
        await service.check_in(actor, here, key="early-1")
    frozen(MONDAY + timedelta(minutes=110))
    here = CheckIn(hall=hall.id, appointment=made.id, presence=digits(hall.id))
    assert (await service.check_in(actor, here, key="late-1")).kind == "walk-in"


async def test_nobody_else_checks_me_in() -> None:
    hall, _, made = await booked_for(5)
    _, stranger = await somebody("赵四")
    with pytest.raises(NotFound):
        await service.check_in(
            stranger, CheckIn(hall=hall.id, appointment=made.id, presence=digits(hall.id)), key="stranger"
        )


@pytest.mark.parametrize("kind", ["phone", "home"])
async def test_who_is_met_elsewhere_is_told_so_and_has_not_come(frozen: Freeze, kind: str) -> None:
    hall = await open_hall()
    await with_group(hall, kind=kind)
    _, mine = await somebody()
    first, *_ = await appointments.open_slots(ANONYMOUS, hall.id, TUESDAY, item=ITEM)
    made = await appointments.book(
        mine, BookingRequest(hall=hall.id, slot=first.id, item=ITEM, address="花园街 12 号"), key="elsewhere-1"
    )
    frozen(first.starts_at)
    with pytest.raises(service.NotMetHere):
        await service.check_in(
            mine, CheckIn(hall=hall.id, appointment=made.id, presence=digits(hall.id)), key="elsewhere-2"
        )
    assert (await appointments.get(mine, made.id)).state == "booked"


async def test_a_visit_from_call_to_end() -> None:
    hall = await the_hall()
    await ticket(hall)
    liu, counter = await open_counter(hall, "3")
    called = await service.call_next(liu, counter)
    assert (called.number, called.counter, called.state) == ("W001", "3", "called")
    with pytest.raises(service.CounterBusy):
        await service.call_next(liu, counter)
    assert (await service.start(liu, called.id)).state == "serving"
    with pytest.raises(service.StepRefused):
        await service.recall(liu, called.id)
    assert (await service.finish(liu, called.id)).state == "done"
    with pytest.raises(service.NobodyWaits):
        await service.call_next(liu, counter)


async def test_after_three_calls_it_is_missed_and_the_person_comes_back_behind_three(frozen: Freeze) -> None:
    hall, taken = await the_hall(), []
    for minute in range(5):
        frozen(MONDAY + timedelta(minutes=minute))
        taken.append(await ticket(hall))
    liu, counter = await open_counter(hall)
    first = await service.call_next(liu, counter)
    assert (await service.recall(liu, first.id)).calls == 2
    assert (await service.recall(liu, first.id)).calls == 3
    assert (await service.recall(liu, first.id)).state == "missed"
    await service.come_back(liu, first.id)
    order = []
    for _ in range(5):
        order.append((await service.call_next(liu, counter)).number)
        await service.finish(liu, (await service.customer(liu, counter)).ticket.id)  # type: ignore[union-attr]
    assert order == [taken[1].number, taken[2].number, taken[3].number, taken[0].number, taken[4].number]


@pytest.mark.parametrize("aside", [service.hold, service.park])
async def test_whoever_steps_aside_keeps_the_turn(aside: Callable[..., Any]) -> None:
    hall = await the_hall()
    first, _ = await ticket(hall), await ticket(hall)
    liu, counter = await open_counter(hall)
    await service.call_next(liu, counter)
    await aside(liu, first.id)
    await service.come_back(liu, first.id)
    assert (await service.call_next(liu, counter)).id == first.id


async def test_a_counter_calls_only_whom_it_can_serve_and_passes_others_on() -> None:
    hall = await the_hall()
    await ticket(hall, item="passport")
    card = await ticket(hall, item="card")
    liu, counter = await open_counter(hall, "1", ["card"])
    called = await service.call_next(liu, counter)
    assert called.id == card.id
    await service.transfer(liu, called.id, item="passport")
    with pytest.raises(service.NobodyWaits):
        await service.call_next(liu, counter)


async def test_one_clerk_sits_at_one_counter_and_one_counter_has_one_clerk() -> None:
    hall = await the_hall()
    liu, counter = await open_counter(hall, "1")
    other, _ = await open_counter(hall, "2")
    with pytest.raises(service.CounterTaken):
        await service.open_counter(other, counter)
    await service.close_counter(liu, counter)
    assert (await service.my_counter(liu)) is None


async def test_another_citys_clerk_finds_neither_counter_nor_ticket() -> None:
    hall = await the_hall()
    mine, (_, counter) = await ticket(hall), await open_counter(hall)
    stranger = actor_for(await clerk(region="230203"))
    with pytest.raises(NotFound):
        await service.open_counter(stranger, counter)
    with pytest.raises(NotFound):
        await service.waiting(stranger, hall.id)
    with pytest.raises(NoSuchTicket):
        await service.leave(stranger, mine.id)


async def test_a_clerk_with_posts_in_two_counties_works_in_the_hall_of_the_second() -> None:
    hall = await the_hall()
    mine = await ticket(hall)
    _, counter = await open_counter(hall)
    away = actor_for(await clerk(region="230203"))
    both = msgspec.structs.replace(away, grants=frozenset({("clerk", "230203"), ("clerk", hall.region)}))
    with pytest.raises(service.CounterTaken):
        await service.open_counter(both, counter)
    assert (await service.leave(both, mine.id)).state == "left"


async def test_only_the_hall_sets_up_counters() -> None:
    hall = await the_hall()
    with pytest.raises(Forbidden):
        await service.set_up_counter(actor_for(await clerk()), CounterRequest(hall=hall.id, label="9"))
    with pytest.raises(NotFound):
        await service.set_up_counter(actor_for(await manager(region="230203")), CounterRequest(hall=hall.id, label="9"))


async def test_the_slip_tells_where_one_stands_and_nothing_more() -> None:
    hall = await the_hall()
    [await ticket(hall) for _ in range(3)]
    mine = await ticket(hall)
    await open_counter(hall)
    seen = await service.position(Actor(), mine.token)
    assert (seen.number, seen.ahead, seen.state) == ("W004", 3, "waiting")
    assert 0 <= seen.least < seen.most
    with pytest.raises(NoSuchTicket):
        await service.position(Actor(), "x" * 22)


async def test_the_screen_shows_numbers_and_counters_and_no_names() -> None:
    hall = await the_hall()
    await ticket(hall), await ticket(hall)
    liu, counter = await open_counter(hall, "3")
    await service.call_next(liu, counter)
    board = await service.board(Actor(), hall.id)
    assert [(call.number, call.counter) for call in board.calls] == [("W001", "3")]
    assert [(kind, count) for kind, count, _, _ in board.waits] == [("walk-in", 1)]
    assert not board.presence


async def test_the_clerk_sees_who_it_is_and_the_person_sees_that_the_clerk_looked() -> None:
    hall, actor, made = await booked_for(0)
    await service.check_in(actor, CheckIn(hall=hall.id, appointment=made.id, presence=digits(hall.id)), key="look-1")
    liu, counter = await open_counter(hall)
    await service.call_next(liu, counter)
    seen = await service.customer(liu, counter)
    assert seen is not None and seen.name == "王芳"
    assert await db.fetchval(
        "SELECT count(*) FROM core_view WHERE person = $1 AND acting = $2", actor.person, liu.acting
    )


async def test_who_stands_at_a_colleagues_counter_is_nobody_elses_business() -> None:
    hall, actor, made = await booked_for(0)
    await service.check_in(actor, CheckIn(hall=hall.id, appointment=made.id, presence=digits(hall.id)), key="look-2")
    liu, counter = await open_counter(hall, "1")
    await service.call_next(liu, counter)
    curious, _ = await open_counter(hall, "2")
    with pytest.raises(NotFound):
        await service.customer(curious, counter)


async def test_a_note_is_sealed_and_comes_back_for_the_next_colleague() -> None:
    hall = await the_hall()
    await ticket(hall)
    liu, counter = await open_counter(hall)
    called = await service.call_next(liu, counter)
    await service.write_note(liu, called.id, "户口本没带")
    assert b"\xe6\x88\xb7" not in await db.fetchval("SELECT note FROM queues_ticket WHERE id = $1", called.id)
    assert (await service.customer(liu, counter)).note == "户口本没带"  # type: ignore[union-attr]


async def test_every_step_is_announced() -> None:
    hall = await the_hall()
    await ticket(hall)
    liu, counter = await open_counter(hall)
    called = await service.call_next(liu, counter)
    await service.finish(liu, called.id)
    names = [
        row["name"]
        for row in await db.fetch("SELECT name FROM core_announcement WHERE subject = $1 ORDER BY id", called.id)
    ]
    assert names == ["TicketTaken", "TicketCalled", "TicketMoved"]


async def test_somebody_who_leaves_is_called_no_more() -> None:
    hall, li = await the_hall(), await resident()
    actor = actor_for(li)
    mine = await service.take_ticket(actor, TicketRequest(hall=hall.id, presence=digits(hall.id)), key="leaving-1")
    await service.leave(actor, mine.id)
    liu, counter = await open_counter(hall)
    with pytest.raises(service.NobodyWaits):
        await service.call_next(liu, counter)
