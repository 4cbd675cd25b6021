"""Many clerks and many people at once, with real commits: each called exactly once, in the order of the rule."""

import asyncio
import random
from collections.abc import Awaitable
from datetime import time, timedelta
from uuid import UUID

from backend.appointments.schemas import Opening
from backend.core import clock, db, ids
from backend.core.actor import Actor
from backend.core.problems import Conflict
from backend.places.schemas import Hall
from backend.queues import rules, service
from backend.queues.rules import Waiting
from backend.queues.schemas import StopRequest, TicketRequest, TicketView
from backend.queues.service.presence import digits
from tests.appointments.factories import MONDAY, open_hall, somebody
from tests.queues.factories import open_counter, the_hall, ticket

BOOKED = """SELECT (made).* FROM queues_take($1, $2, $3, $4, 'booked', NULL, NULL, NULL, 'web', $5, $6, $7, $6, $5)"""
LINE = "SELECT id, kind, since, due FROM queues_ticket WHERE state = 'waiting'"
# The line's row is held from the decision to the commit, so the announcements stand in the order of the calls.
ORDER = """SELECT t.number FROM core_announcement a JOIN queues_ticket t ON t.id = a.subject
    WHERE a.name = 'TicketCalled' ORDER BY a.id"""


async def booked(hall: Hall, minutes: int) -> None:
    """Somebody who has checked in for a time so many minutes from now."""
    made = ids.new()
    due = clock.now() + timedelta(minutes=minutes)
    await db.execute(BOOKED, hall.region, made, hall.id, clock.today(), made.bytes, clock.now(), due)


async def tried(work: Awaitable[object]) -> object:
    try:
        return await work
    except Conflict as no:
        return no.code


async def works(actor: Actor, counter: UUID) -> list[str]:
    """A clerk who calls, begins and finishes until nobody waits."""
    served = []
    while isinstance(called := await tried(service.call_next(actor, counter)), TicketView):
        served.append(called.number)
        await service.start(actor, called.id)
        await service.finish(actor, called.id)
    assert called == "nobody-waits"
    return served


async def by_the_rule() -> list[UUID]:
    """In which order one clerk would call everybody who waits."""
    left = [Waiting(row["id"], row["kind"], row["since"], row["due"]) for row in await db.fetch(LINE)]
    order, streak = [], 0
    while call := rules.next_up(left, streak, clock.now()):
        order.append(call.ticket.id)
        streak = call.streak
        left.remove(call.ticket)
    return order  # type: ignore[return-value]


async def test_eight_clerks_call_two_hundred_people_once_each_in_the_order_of_the_rule(own_database: str) -> None:
    chance = random.Random(8)
    with clock.frozen(MONDAY):
        hall = await the_hall()
        clerks = [await open_counter(hall, str(label)) for label in range(1, 9)]
    for minute in range(50):
        with clock.frozen(MONDAY + timedelta(minutes=minute / 10)):
            for _ in range(4):
                kind = chance.choice(rules.KINDS)
                if kind == "booked":
                    await booked(hall, chance.randrange(-10, 20))
                else:
                    await ticket(hall, green=kind == "green")
    with clock.frozen(MONDAY + timedelta(minutes=15)):
        expected = await by_the_rule()
        served = await asyncio.gather(*(works(*each) for each in clerks))
    called = [number for each in served for number in each]
    assert len(expected) == len(called) == len(set(called)) == 200
    numbers = {row["id"]: row["number"] for row in await db.fetch("SELECT id, number FROM queues_ticket")}
    assert [row["number"] for row in await db.fetch(ORDER)] == [numbers[each] for each in expected]
    assert all(served), "a clerk had nobody"
    assert await db.fetchval("SELECT count(*) FROM queues_ticket WHERE state = 'done' AND calls = 1") == 200


async def test_fifty_people_at_the_machines_get_fifty_numbers_in_a_row(own_database: str) -> None:
    with clock.frozen(MONDAY):
        hall = await the_hall()
        taken = await asyncio.gather(*(ticket(hall, green=nth % 2 == 0) for nth in range(50)))
    assert sorted(each.number for each in taken) == [
        *(f"L{nth:03d}" for nth in range(1, 26)), *(f"W{nth:03d}" for nth in range(1, 26)),
    ]  # fmt: skip


async def test_of_two_who_press_the_same_step_one_is_refused(own_database: str) -> None:
    with clock.frozen(MONDAY):
        hall = await the_hall()
        liu, counter = await open_counter(hall)
        for step in (service.finish, service.miss, service.hold, service.park, service.transfer, service.start):
            await ticket(hall)
            called = await service.call_next(liu, counter)
            outcomes = await asyncio.gather(*(tried(step(liu, called.id)) for _ in range(2)))
            assert [each for each in outcomes if isinstance(each, str)] == ["not-possible-now"]
            for end in (service.finish, service.leave):
                await tried(end(liu, called.id))


async def test_whoever_leaves_while_being_called_is_either_called_or_gone(own_database: str) -> None:
    with clock.frozen(MONDAY):
        hall = await the_hall()
        liu, counter = await open_counter(hall)
        for _ in range(25):
            first, second = await ticket(hall), await ticket(hall)
            left, called = await asyncio.gather(
                tried(service.leave(liu, first.id)), tried(service.call_next(liu, counter))
            )
            assert isinstance(called, TicketView)
            gone = not isinstance(left, str)
            assert called.id == (second.id if gone else first.id)
            await service.finish(liu, called.id)
            if not gone:
                await service.finish(liu, (await service.call_next(liu, counter)).id)


async def test_a_counter_does_not_close_under_somebody_who_is_called_to_it(own_database: str) -> None:
    with clock.frozen(MONDAY):
        hall = await the_hall()
        liu, counter = await open_counter(hall)
        for _ in range(10):
            await ticket(hall)
            closed, called = await asyncio.gather(
                tried(service.close_counter(liu, counter)), tried(service.call_next(liu, counter))
            )
            assert (closed == "counter-busy") == isinstance(called, TicketView)
            if isinstance(called, TicketView):
                await service.finish(liu, called.id)
            else:
                await service.open_counter(liu, counter)


async def test_people_come_while_others_are_called_and_nobody_is_lost(own_database: str) -> None:
    with clock.frozen(MONDAY):
        hall = await the_hall()
        clerks = [await open_counter(hall, str(label)) for label in range(1, 5)]
        served, taken = await asyncio.gather(
            asyncio.gather(*(works(*each) for each in clerks)),
            asyncio.gather(*(ticket(hall, green=nth % 3 == 0) for nth in range(60))),
        )
        rest = await works(*clerks[0])
    assert sorted([*(number for each in served for number in each), *rest]) == sorted(each.number for each in taken)


async def test_one_person_who_taps_twice_at_once_has_one_number(own_database: str) -> None:
    with clock.frozen(MONDAY):
        hall, (_, actor) = await the_hall(), await somebody()
        wanted = TicketRequest(hall=hall.id, presence=digits(hall.id))
        keys = [str(ids.new()) for _ in range(6)]
        found = await asyncio.gather(*(tried(service.take_ticket(actor, wanted, key=key)) for key in keys))
    assert sorted(str(each) for each in found if isinstance(each, str)) == ["already-waiting"] * 5
    assert await db.fetchval("SELECT count(*) FROM queues_ticket WHERE person_id = $1", actor.person) == 1


async def test_of_many_who_want_the_last_numbers_each_gets_one_or_hears_that_there_is_none(own_database: str) -> None:
    """An hour, one counter, twelve minutes each: five numbers, and a stop that comes between."""
    opening = Opening(weekdays=[1], opens=time(8, 30), closes=time(9, 30), minutes=30, capacity=10)
    with clock.frozen(MONDAY):
        hall = await open_hall(opening=opening)
        liu, _ = await open_counter(hall)
        found = await asyncio.gather(*(tried(ticket(hall)) for _ in range(12)))
        assert sorted(each.number for each in found if isinstance(each, TicketView)) == [f"W00{n}" for n in range(1, 6)]
        assert [each for each in found if isinstance(each, str)] == ["line-full"] * 7
        await open_counter(hall, "2")
        stop = service.stop_numbers(liu, hall.id, StopRequest(reason="staff"))
        stopped, found = await asyncio.gather(stop, asyncio.gather(*(tried(ticket(hall)) for _ in range(12))))
    given = [each for each in found if isinstance(each, TicketView)]
    assert stopped.why == "stopped" and len(given) <= 5
    assert {each for each in found if isinstance(each, str)} <= {"numbers-stopped", "line-full"}
    assert await db.fetchval("SELECT count(*) FROM queues_ticket") == 5 + len(given)
