"""Whoever is third in line is told, once, on the phone; whoever has none is not written a letter."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from backend.core import clock, db, events
from backend.core.actor import Actor
from backend.notifications import service as notifications
from backend.notifications.schemas import MessageLine
from backend.places.schemas import Hall
from backend.queues import service
from backend.queues.schemas import TicketRequest, TicketView
from backend.queues.service import telling
from backend.queues.service.presence import digits
from backend.webpush import service as webpush
from backend.webpush.service import pushing
from tests.appointments.factories import MONDAY
from tests.identity.factories import actor_for, resident
from tests.queues.factories import open_counter, the_hall, ticket
from tests.webpush.factories import Device, Service

Freeze = Callable[[datetime], None]


@pytest.fixture(autouse=True)
def monday_morning(frozen: Freeze) -> None:
    frozen(MONDAY)


async def deliver() -> list[MessageLine]:
    await db.execute(
        "UPDATE core_announcement SET next_try = at WHERE delivered_at IS NULL"
    )  # the clock stands on Monday
    while await events.relay():
        pass
    return [each for each in await notifications.latest() if each.template == "ticket-soon"]


async def mine(hall: Hall, **facts: str) -> TicketView:
    actor = actor_for(await resident(**facts))  # type: ignore[arg-type]
    wanted = TicketRequest(hall=hall.id, presence=digits(hall.id))
    return await service.take_ticket(actor, wanted, key=f"key-of-{actor.acting}")


async def next_one(liu: Actor, counter: UUID) -> None:
    called = await service.call_next(liu, counter)
    await service.finish(liu, called.id)


async def standing(frozen: Freeze, before: int, **facts: str) -> tuple[Hall, TicketView, Actor, UUID]:
    """Somebody with a phone behind so many others, a minute apart, and a clerk."""
    hall = await the_hall()
    for minute in range(before):
        frozen(MONDAY + timedelta(minutes=minute))
        await ticket(hall)
    frozen(MONDAY + timedelta(minutes=before))
    own = await mine(hall, **facts)
    return hall, own, *await open_counter(hall)


async def test_whoever_is_third_is_told_and_only_once(frozen: Freeze) -> None:
    hall, own, liu, counter = await standing(frozen, 4)
    await next_one(liu, counter)
    assert await deliver() == []
    await next_one(liu, counter)
    [said] = await deliver()
    assert own.number in said.body and hall.name in said.body and "前面还有 2 位" in said.body
    await next_one(liu, counter)
    await db.execute("UPDATE core_announcement SET delivered_at = NULL")
    assert len(await deliver()) == 1


async def test_somebody_who_leaves_brings_the_others_nearer(frozen: Freeze) -> None:
    hall, _, liu, _ = await standing(frozen, 2)
    ahead = await db.fetchval("SELECT id FROM queues_ticket WHERE number = 'W001'")
    assert await deliver() == []
    await service.leave(liu, ahead)
    assert "前面还有 1 位" in (await deliver())[0].body
    assert (await service.board(Actor(), hall.id)).waits[0][1] == 2


async def test_nobody_is_written_a_letter_that_comes_too_late(frozen: Freeze) -> None:
    _, _, liu, counter = await standing(frozen, 3, phone="", notice_by="letter")
    await next_one(liu, counter)
    assert await deliver() == []


async def test_it_is_not_said_any_more_when_the_turn_is_long_over(frozen: Freeze) -> None:
    _, _, liu, counter = await standing(frozen, 3)
    await next_one(liu, counter)
    await deliver()
    frozen(clock.now() + telling.MATTERS)
    assert await notifications.deliver() == 0
    assert await db.fetchval("SELECT state FROM notifications_message WHERE template = 'ticket-soon'") == "unsent"


async def test_what_still_waits_is_taken_back_when_they_are_called_or_leave(frozen: Freeze) -> None:
    hall, own, liu, counter = await standing(frozen, 3)
    await next_one(liu, counter)
    await deliver()
    for _ in range(2):
        await next_one(liu, counter)
    assert (await service.call_next(liu, counter)).id == own.id, "before the text has left"
    assert await notifications.deliver() == 0
    assert await db.fetchval("SELECT state FROM notifications_message WHERE template = 'ticket-soon'") == "unsent"
    other = await mine(hall)
    await telling.tell_who_is_soon(hall.region, hall.id)
    person = await db.fetchval("SELECT person_id FROM queues_ticket WHERE id = $1", other.id)
    await service.leave(liu, other.id)
    waits = "SELECT count(*) FROM notifications_message WHERE person = $1 AND template = 'ticket-soon' AND expires > $2"
    assert await db.fetchval(waits, person, clock.now()) == 0
    assert await notifications.deliver() == 0


async def test_a_browser_is_enough_to_be_told(frozen: Freeze, monkeypatch: pytest.MonkeyPatch) -> None:
    pushes = Service()
    monkeypatch.setattr(pushing, "guarded", lambda: pushes.transport)
    _, own, liu, counter = await standing(frozen, 3, phone="", notice_by="letter")
    person = await db.fetchval("SELECT person_id FROM queues_ticket WHERE id = $1", own.id)
    await webpush.subscribe(
        Actor(acting=person, principal=person, roles=frozenset({"resident"})), Device().subscription
    )
    await next_one(liu, counter)
    assert own.number in (await deliver())[0].body
    assert await notifications.deliver(None, notifications.OWN) == 1 and len(pushes.taken) == 1
    frozen(clock.now() + timedelta(minutes=10))
    await notifications.advance()
    sql = "SELECT state FROM notifications_message WHERE template = 'ticket-soon'"
    assert await db.fetchval(sql) == "failed", "nobody is sent to a door in the ten minutes that are left"


async def test_a_call_reads_the_line_twice_at_most_however_many_wait(
    frozen: Freeze, monkeypatch: pytest.MonkeyPatch
) -> None:
    hall, _, liu, counter = await standing(frozen, 30)
    await next_one(liu, counter)
    asked: list[str] = []
    fetch = db.fetch

    async def counted(sql: str, *args: object) -> object:
        asked.append(sql)
        return await fetch(sql, *args)

    monkeypatch.setattr(db, "fetch", counted)
    await telling.tell_who_is_soon(hall.region, hall.id)
    assert asked == [telling.LINE]
    assert clock.today() == MONDAY.date()
