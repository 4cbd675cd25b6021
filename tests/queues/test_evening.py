"""The end of a day: whoever still waits is told and offered a place, and the next morning starts empty."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from backend.core import db, ids
from backend.core.actor import ANONYMOUS, Actor
from backend.queues import service
from backend.queues.schemas import TicketRequest
from backend.queues.service.evening import tell_unserved
from backend.queues.service.pace import minutes_of
from backend.queues.service.presence import digits
from tests.appointments.factories import MONDAY, open_hall, somebody
from tests.identity.factories import actor_for, manager
from tests.queues.factories import open_counter, the_hall, ticket

Freeze = Callable[[datetime], None]
SYSTEM = Actor.system("tests")
CLOSES = MONDAY + timedelta(hours=8)
MINUTE = timedelta(minutes=1)
STATES = "SELECT number, state FROM queues_ticket WHERE hall_id = $1 ORDER BY number"
MESSAGES = "SELECT count(*) FROM notifications_message WHERE person = $1 AND template = 'ticket-unserved'"


@pytest.fixture(autouse=True)
def monday_morning(frozen: Freeze) -> None:
    frozen(MONDAY)


async def test_whoever_still_waits_after_closing_is_told_once_and_counted(frozen: Freeze) -> None:
    hall, (_, actor) = await open_hall(), await somebody()
    frozen(CLOSES - 20 * MINUTE)
    liu, counter = await open_counter(hall)
    for step in (service.finish, service.park):
        taken = await ticket(hall)
        await service.call_next(liu, counter)
        await step(liu, taken.id)
    frozen(CLOSES - 10 * MINUTE)
    wanted = TicketRequest(hall=hall.id, green=True, presence=digits(hall.id))
    mine = await service.take_ticket(actor, wanted, key=str(ids.new()))
    frozen(CLOSES + 29 * MINUTE)
    assert await service.end_days(SYSTEM) == 0, "people may still be served"
    frozen(CLOSES + 30 * MINUTE)
    assert await service.end_days(SYSTEM) == 2
    assert await service.end_days(SYSTEM) == 0
    found = {row["number"]: row["state"] for row in await db.fetch(STATES, hall.id)}
    assert found == {"L001": "unserved", "W001": "done", "W002": "unserved"}
    for _ in range(2):
        await tell_unserved(hall.region, mine.id)
    assert await db.fetchval(MESSAGES, actor.person) == 1
    assert (await service.position(ANONYMOUS, mine.token)).state == "unserved"
    line = (await service.statistics(actor_for(await manager()), hall.id)).waits[0]
    assert (line.taken, line.unserved, line.gone, line.missed) == (3, 2, 0, 0)


async def test_as_long_as_people_are_called_the_day_is_not_over(frozen: Freeze) -> None:
    hall = await open_hall()
    frozen(CLOSES - 5 * MINUTE)
    liu, counter = await open_counter(hall)
    first, _ = await ticket(hall, green=True), await ticket(hall, green=True)
    frozen(CLOSES + 25 * MINUTE)
    await service.call_next(liu, counter)
    await service.finish(liu, first.id)
    frozen(CLOSES + 40 * MINUTE)
    assert await service.end_days(SYSTEM) == 0
    frozen(CLOSES + 45 * MINUTE)
    assert await service.end_days(SYSTEM) == 1


async def test_the_next_morning_starts_empty_and_what_was_forgotten_misleads_nobody(frozen: Freeze) -> None:
    hall = await the_hall()
    liu, counter = await open_counter(hall)
    chen, other = await open_counter(hall, "2")
    await ticket(hall), await ticket(hall), await ticket(hall)
    at_first = await service.call_next(liu, counter)
    await service.start(liu, at_first.id)
    await service.call_next(chen, other)
    frozen(MONDAY + timedelta(hours=15))
    assert await service.end_days(SYSTEM) == 0, "nobody knows when this hall closes"
    frozen(MONDAY + timedelta(hours=16))  # midnight
    assert await service.end_days(SYSTEM) == 3
    found = {row["number"]: row["state"] for row in await db.fetch(STATES, hall.id)}
    assert found == {"W001": "done", "W002": "missed", "W003": "unserved"}
    assert {each.state for each in await service.counters(liu, hall.id)} == {"closed"}
    assert await minutes_of(hall.region, hall.id, MONDAY.date()) == []
    assert await service.my_counter(liu) is None


async def test_nobody_is_called_who_was_told_that_the_day_is_over(frozen: Freeze) -> None:
    hall = await open_hall()
    liu, counter = await open_counter(hall)
    await ticket(hall)
    frozen(CLOSES + 30 * MINUTE)
    await service.end_days(SYSTEM)
    with pytest.raises(service.NobodyWaits):
        await service.call_next(liu, counter)
    steps = await db.fetch("SELECT body::jsonb ->> 'step' AS step FROM core_announcement WHERE name = 'TicketMoved'")
    assert [row["step"] for row in steps] == ["unserved"]
