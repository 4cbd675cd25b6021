"""候补: who joined first is asked first, by the channel they came by; an offer that nobody answers goes on."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest

from backend.appointments import access, service
from backend.appointments.access import NoSuchLine
from backend.appointments.schemas import Appointment, Opening, OpenSlot, PlaceInLine, WaitRequest
from backend.core import clock, db, events
from backend.core.actor import Actor
from backend.core.problems import Invalid
from backend.notifications import service as notifications
from backend.places.schemas import Hall
from tests.appointments.factories import MONDAY, SYSTEM, counters_are_true, open_hall, slots, somebody, wish
from tests.identity.factories import actor_for, operator, resident

Freeze = Callable[[datetime], None]
TUESDAY = date(2026, 11, 24)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
ONE = Opening(weekdays=[2], opens=time(14), closes=time(15), minutes=30, capacity=1)  # one place, online; two times


@pytest.fixture(autouse=True)
def monday_morning(frozen: Freeze) -> None:
    frozen(MONDAY)


async def full() -> tuple[Hall, list[OpenSlot], list[Appointment], list[Actor]]:
    """A hall with two times of one place each, both booked."""
    hall = await open_hall(opening=ONE)
    times = await slots(hall, TUESDAY)
    owners = [(await somebody("先到"))[1] for _ in times]
    made = [
        await service.book(owner, wish(hall, each), key="key-00000") for owner, each in zip(owners, times, strict=True)
    ]
    return hall, times, made, owners


async def join(hall: Hall, actor: Actor, item: str = "", instead: Appointment | None = None) -> PlaceInLine:
    wanted = WaitRequest(
        hall=hall.id, first=TUESDAY, last=TUESDAY, item=item, instead_of=instead.id if instead else None
    )
    return await service.join_line(actor, wanted)


async def three(hall: Hall, frozen: Freeze) -> list[tuple[Actor, PlaceInLine]]:
    found = []
    for number, name in enumerate(("王芳", "李强", "张敏")):
        frozen(MONDAY + number * timedelta(seconds=1))
        actor = (await somebody(name))[1]
        found.append((actor, await join(hall, actor)))
    return found


async def told(actor: Actor) -> list[str]:
    await db.execute("UPDATE core_announcement SET next_try = at WHERE delivered_at IS NULL")
    while await events.relay():
        pass
    return [each.title for each in (await notifications.messages(actor)).items]


async def test_a_place_given_up_is_offered_to_the_first_in_line(frozen: Freeze) -> None:
    hall, times, made, owners = await full()
    line = await three(hall, frozen)
    assert [each.ahead for _, each in line] == [0, 1, 2]
    await service.cancel(owners[0], made[0].id)
    frozen(MONDAY + 6 * MINUTE)
    await service.settle_due()
    first, second = [await service.line(actor, each.id) for actor, each in line[:2]]
    assert (first.state, second.state) == ("offered", "waiting")
    assert first.offer is not None and first.offer.slot == times[0].id
    assert first.offer.expires_at == MONDAY + 6 * MINUTE + 2 * HOUR
    assert "A place is free for you" in await told(line[0][0])
    booked = await service.accept_offer(*(line[0][0], first.id))
    assert (booked.starts_at, booked.state) == (times[0].starts_at, "booked")
    assert await service.accept_offer(line[0][0], first.id) == booked
    assert (await service.line(line[0][0], first.id)).state == "served"


async def test_two_presses_at_once_are_one_also_when_one_has_looked_before_the_other_took_it(
    frozen: Freeze, monkeypatch: pytest.MonkeyPatch
) -> None:
    hall, _, made, owners = await full()
    (actor, waits), *_ = await three(hall, frozen)
    await service.cancel(owners[0], made[0].id)
    frozen(MONDAY + 6 * MINUTE)
    await service.settle_due()
    looks, read = [await access.line(actor, waits.id)], access.line
    booked = await service.accept_offer(actor, waits.id)

    async def looked_before(who: Actor, line: UUID) -> Any:
        return looks.pop() if looks else await read(who, line)

    monkeypatch.setattr(access, "line", looked_before)
    assert await service.accept_offer(actor, waits.id) == booked
    assert await counters_are_true()


async def test_a_booking_that_comes_upon_a_due_place_does_not_pass_the_line(frozen: Freeze) -> None:
    hall, times, made, owners = await full()
    (waiting, joined), *_ = await three(hall, frozen)
    await service.cancel(owners[0], made[0].id)
    frozen(MONDAY + 6 * MINUTE)
    _, quick = await somebody("赵快")
    with pytest.raises(service.SlotTaken):
        await service.book(quick, wish(hall, times[0]), key="key-00000")
    assert (await service.line(waiting, joined.id)).state == "offered"


async def test_an_offer_that_is_declined_goes_on_and_does_not_come_back(frozen: Freeze) -> None:
    hall, _, made, owners = await full()
    (first, one), (second, two), _ = await three(hall, frozen)
    await service.cancel(owners[0], made[0].id)
    frozen(MONDAY + 6 * MINUTE)
    await service.settle_due()
    declined = await service.decline_offer(first, one.id)
    assert (declined.state, declined.ahead) == ("waiting", 0)
    assert (await service.line(second, two.id)).state == "offered"
    with pytest.raises(service.OfferOver):
        await service.accept_offer(first, one.id)
    await service.leave_line(second, two.id)
    assert (await service.line(first, one.id)).state == "waiting", "this time was declined"
    assert await counters_are_true()


async def test_two_offers_without_an_answer_end_the_line_and_are_told(frozen: Freeze) -> None:
    hall, _, made, owners = await full()
    (first, one), *_ = await three(hall, frozen)
    for number in range(2):
        await service.cancel(owners[number], made[number].id)
    frozen(MONDAY + 6 * MINUTE)
    await service.settle_due()
    frozen(MONDAY + 3 * HOUR)
    await service.settle_due()
    assert (await service.line(first, one.id)).state == "offered", "the second time, which the others let pass"
    frozen(MONDAY + 6 * HOUR)
    await service.settle_due()
    assert (await service.line(first, one.id)).state == "lapsed"
    heard = await told(first)
    assert {"The place went on to the next person", "You are no longer in line"} <= set(heard)
    assert await counters_are_true()


async def test_nobody_waits_while_there_are_places() -> None:
    hall = await open_hall()
    _, me = await somebody()
    with pytest.raises(service.PlacesFree):
        await join(hall, me)


async def test_one_line_for_a_person_at_a_hall_and_the_same_wish_is_the_same_line() -> None:
    hall, *_ = await full()
    _, me = await somebody()
    one = await join(hall, me)
    assert await join(hall, me) == one
    with pytest.raises(service.AlreadyWaiting):
        await service.join_line(me, WaitRequest(hall=hall.id, first=TUESDAY, last=TUESDAY + timedelta(days=3)))
    with pytest.raises(Invalid):
        await service.join_line(me, WaitRequest(hall=hall.id, first=TUESDAY, last=TUESDAY - timedelta(days=3)))
    await service.leave_line(me, one.id)
    assert (await service.leave_line(me, one.id)).state == "left"
    assert (await join(hall, me)).id != one.id


async def test_an_earlier_time_is_exchanged_for_the_appointment_in_one_step(frozen: Freeze) -> None:
    hall, times, made, owners = await full()
    late, early = owners[1], owners[0]
    waiting = await join(hall, late, instead=made[1])
    await service.cancel(early, made[0].id)
    frozen(MONDAY + 6 * MINUTE)
    await service.settle_due()
    moved = await service.accept_offer(late, waiting.id)
    assert (moved.starts_at, moved.calendar) == (times[0].starts_at, made[1].calendar)
    assert (await service.get(late, made[1].id)).state == "moved"
    assert (await service.line(late, waiting.id)).appointment == moved.id
    assert await counters_are_true()


async def test_who_cancels_or_books_otherwise_waits_no_longer(frozen: Freeze) -> None:
    hall, _, made, owners = await full()
    waiting = await join(hall, owners[1], instead=made[1])
    other = (await somebody())[1]
    joined = await join(hall, other)
    await service.cancel(owners[1], made[1].id)
    await told(other)
    assert (await service.line(owners[1], waiting.id)).state == "left"
    frozen(MONDAY + 6 * MINUTE)
    await service.settle_due()
    offer = (await service.line(other, joined.id)).offer
    assert offer is not None
    await service.book(other, wish(hall, offer.slot), key="key-00000")
    assert (await service.line(other, joined.id)).state == "served"
    assert await counters_are_true()


async def test_a_caller_waits_in_the_line_of_the_telephone_and_has_until_noon(frozen: Freeze) -> None:
    opening = Opening(weekdays=[3], opens=time(14), closes=time(14, 30), minutes=30, capacity=4)
    hall = await open_hall(opening=opening)
    day = date(2026, 11, 25)
    (slot,) = await slots(hall, day)
    li = await resident(name="李秀兰", notice_by="call")
    chen = await operator()
    zhou, _ = await somebody("周强")
    taken = await service.book(actor_for(chen, helping=zhou), wish(hall, slot), key="key-00000")
    caller = actor_for(chen, helping=li)
    wanted = WaitRequest(hall=hall.id, first=day, last=day)
    joined = await service.join_line(caller, wanted)
    online = (await somebody("小王"))[1]
    with pytest.raises(service.PlacesFree):
        await service.join_line(online, wanted)
    await service.cancel(actor_for(chen, helping=zhou), taken.id)
    frozen(MONDAY + 6 * MINUTE)
    await service.settle_due()
    offer = (await service.line(caller, joined.id)).offer
    assert offer is not None and offer.expires_at == clock.at(TUESDAY, time(12))
    made = await service.accept_offer(caller, joined.id)
    assert made.number[0] == "B" and made.helped
    assert await counters_are_true()


async def test_who_waits_for_the_phone_share_may_say_yes_in_the_portal(frozen: Freeze) -> None:
    opening = Opening(weekdays=[2], opens=time(14), closes=time(14, 30), minutes=30, capacity=4)
    hall = await open_hall(opening=opening)
    (slot,) = await slots(hall, TUESDAY)
    li, me = await somebody("李秀兰")
    chen = await operator()
    zhou, _ = await somebody("周强")
    taken = await service.book(actor_for(chen, helping=zhou), wish(hall, slot), key="key-00000")
    joined = await join(hall, actor_for(chen, helping=li))
    await service.cancel(actor_for(chen, helping=zhou), taken.id)
    frozen(MONDAY + 6 * MINUTE)
    await service.settle_due()
    assert (await service.accept_offer(me, joined.id)).number[0] == "B"
    assert await counters_are_true()


async def test_places_that_open_later_are_offered_too(frozen: Freeze) -> None:
    hall, *_ = await full()
    waiting = await three(hall, frozen)
    await db.execute("UPDATE appointments_share SET capacity = capacity + 1 WHERE pool = 'online'")
    assert await service.serve_lines() >= 2
    states = [(await service.line(actor, each.id)).state for actor, each in waiting]
    assert states == ["offered", "offered", "waiting"]
    assert await service.serve_lines() == 0
    assert await counters_are_true()


async def test_who_cannot_take_it_is_passed_over(frozen: Freeze) -> None:
    hall, _, made, owners = await full()
    (first, one), (second, two), _ = await three(hall, frozen)
    other = await open_hall("R01", ONE)
    there = (await slots(other, TUESDAY))[0]
    await service.book(first, wish(other, there), key="key-00000")
    await service.cancel(owners[0], made[0].id)
    frozen(MONDAY + 6 * MINUTE)
    await service.settle_due()
    assert (await service.line(first, one.id)).state == "waiting", "expected elsewhere at that time"
    assert (await service.line(second, two.id)).state == "offered"


async def test_the_last_day_ends_a_line(frozen: Freeze) -> None:
    hall, *_ = await full()
    me = (await somebody())[1]
    joined = await join(hall, me)
    frozen(MONDAY + timedelta(days=2))
    assert await service.end_old_lines() == 1
    assert (await service.line(me, joined.id)).state == "over"


async def test_nobody_else_finds_a_line_and_whoever_helps_is_on_record(frozen: Freeze) -> None:
    hall, *_ = await full()
    person, me = await somebody("李秀兰")
    joined = await join(hall, me)
    stranger = (await somebody())[1]
    for verb in (service.line, service.leave_line, service.accept_offer, service.decline_offer):
        with pytest.raises(NoSuchLine):
            await verb(stranger, joined.id)
    chen = await operator()
    assert (await service.lines(actor_for(chen, helping=person)))[0].id == joined.id
    views = await db.fetch("SELECT acting FROM core_view WHERE person = $1 AND what = 'appointment'", person.id)
    assert {row["acting"] for row in views} == {chen.id}


async def test_closing_the_account_ends_the_line_and_the_place_goes_on(frozen: Freeze) -> None:
    hall, _, made, owners = await full()
    (first, one), (second, two), _ = await three(hall, frozen)
    await service.cancel(owners[0], made[0].id)
    frozen(MONDAY + 6 * MINUTE)
    await service.settle_due()
    await service.leave_all_lines(SYSTEM, first.person)
    assert (await service.line(first, one.id)).state == "left"
    assert (await service.line(second, two.id)).state == "offered"
    assert await counters_are_true()
