"""Holds and the line where a hall closes, has groups of counters or limits of its own, or lets unused places flow."""

import asyncio
import random
from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import pytest

from backend.appointments import service
from backend.appointments.opening_schemas import ClosingRequest, HallLimits, OpeningChange, RuleRequest
from backend.appointments.schemas import ClosureRequest, KeepRequest, Opening, PlaceInLine, WaitRequest
from backend.core import clock, db, events
from backend.core.actor import Actor
from backend.core.problems import Problem
from backend.notifications import service as notifications
from backend.places.schemas import Hall
from tests.appointments.factories import MONDAY, SYSTEM, counters_are_true, open_hall, slots, somebody, wish
from tests.appointments.test_groups import ITEM, OTHER, with_group
from tests.appointments.test_races import crowd, tried
from tests.identity.factories import actor_for, fresh, manager, operator

TUESDAY, WEDNESDAY = date(2026, 11, 24), date(2026, 11, 25)
ONE = Opening(weekdays=[2, 3], opens=time(14), closes=time(14, 30), minutes=30, capacity=1)
CLOSING = ClosingRequest(day=TUESDAY, reason="停电")
LEFT = """SELECT count(*) FROM (SELECT slot_id FROM appointments_hold
    UNION ALL SELECT slot_id FROM appointments_return) kept"""


async def told(actor: Actor) -> list[str]:
    await db.execute("UPDATE core_announcement SET next_try = at WHERE delivered_at IS NULL")
    while await events.relay():
        pass
    return [each.body for each in (await notifications.messages(actor)).items]


async def waiting(hall: Hall, last: date = TUESDAY, item: str = "") -> tuple[Actor, PlaceInLine]:
    actor = (await somebody("李秀兰"))[1]
    return actor, await service.join_line(actor, WaitRequest(hall=hall.id, first=TUESDAY, last=last, item=item))


async def offered() -> tuple[Hall, Actor, PlaceInLine]:
    """A hall of one place a day; Tuesday's was given up, and is offered to the first in line."""
    with clock.frozen(MONDAY):
        hall = await open_hall(opening=ONE)
        (slot,) = await slots(hall, TUESDAY)
        _, owner = await somebody()
        made = await service.book(owner, wish(hall, slot), key="key-00000")
        actor, line = await waiting(hall)
        await service.cancel(owner, made.id)
    with clock.frozen(MONDAY + timedelta(minutes=6)):
        await service.settle_due()
        return hall, actor, await service.line(actor, line.id)


async def test_a_closing_takes_back_what_was_kept_and_says_the_next_free_time(
    frozen: Callable[[datetime], None],
) -> None:
    frozen(MONDAY)
    hall, sun = await open_hall(), fresh(await manager())
    first, second = (await slots(hall, TUESDAY))[:2]
    _, chooser = await somebody()
    _, gone = await somebody("张敏")
    await service.hold(chooser, KeepRequest(hall=hall.id, slot=first.id))
    made = await service.book(gone, wish(hall, second), key="key-00000")
    await service.cancel(gone, made.id)
    await service.close_with_care(sun, hall.id, CLOSING)
    assert await db.fetchval(LEFT) == 0
    assert await service.held_slot(chooser, first.id) is None
    assert await counters_are_true()
    said = (await told(chooser))[0]
    assert "2026-11-24" in said and "8:30" in said and "11-23 9:00" in said
    assert await tried(service.book(chooser, wish(hall, first), key="key-00000")) == "slot-closed"


async def test_an_offer_dies_with_its_time_and_the_line_stays(frozen: Callable[[datetime], None]) -> None:
    hall, actor, line = await offered()
    frozen(MONDAY + timedelta(minutes=7))
    assert line.state == "offered"
    sheet = await service.close_with_care(fresh(await manager()), hall.id, CLOSING)
    after = await service.line(actor, line.id)
    assert (after.state, after.offer, after.ahead) == ("waiting", None, 0)
    assert await counters_are_true()
    assert any("11-25 14:00" in text for text in await told(actor))
    await service.lift_closing(fresh(await manager()), hall.id, sheet.closing.id)
    assert await service.serve_lines() == 1, "the same time may be offered again: nobody had let it pass"


@pytest.mark.parametrize("way", ["day", "hours"])
async def test_a_day_closed_at_a_stroke_or_hours_that_go_keep_no_place(
    frozen: Callable[[datetime], None], way: str
) -> None:
    frozen(MONDAY)
    hall, sun = await open_hall(opening=ONE), actor_for(await manager())
    (slot,) = await slots(hall, TUESDAY)
    _, actor = await somebody()
    await service.hold(actor, KeepRequest(hall=hall.id, slot=slot.id))
    if way == "day":
        await service.close_day(sun, hall.id, ClosureRequest(day=TUESDAY, reason="停电"))
    else:
        [old] = await service.rules_of(SYSTEM, hall.id)
        later = RuleRequest(weekdays=[2, 3], opens=time(9), closes=time(9, 30), minutes=30, capacity=1)
        await service.change_opening(sun, hall.id, OpeningChange(begins=TUESDAY, ends=old.id, rule=later))
    assert await db.fetchval(LEFT) == 0 and await counters_are_true()
    assert len([text for text in await told(actor) if "14:00" in text]) == 1


async def test_nothing_can_be_kept_or_offered_at_counters_that_do_something_else(
    frozen: Callable[[datetime], None],
) -> None:
    frozen(MONDAY)
    hall = await open_hall(opening=ONE)
    await with_group(hall)
    _, actor = await somebody()
    general, own = (await slots(hall, TUESDAY))[0], (await service.open_slots(SYSTEM, hall.id, TUESDAY, item=ITEM))[0]
    for slot, item in ((general, ITEM), (own, OTHER)):
        wanted = KeepRequest(hall=hall.id, slot=slot.id, item=item)
        assert await tried(service.hold(actor, wanted)) == "not-handled-here"
    await service.book(actor, wish(hall, general), key="key-00000")
    waits, line = await waiting(hall, item=OTHER)
    assert await service.serve_lines() == 0, "the free times are of the group, which does not do what is waited for"
    assert (await service.line(waits, line.id)).state == "waiting"
    with pytest.raises(service.PlacesFree):
        await waiting(hall, item=ITEM)


async def test_the_hall_says_how_near_a_time_can_be_kept_or_offered(frozen: Callable[[datetime], None]) -> None:
    hall, actor, line = await offered()
    frozen(MONDAY + timedelta(minutes=7))
    await service.decline_offer(actor, line.id)
    await service.set_limits(actor_for(await manager()), hall.id, HallLimits(lead_minutes=60 * 48))
    _, other = await somebody()
    slot = await db.fetchval("SELECT id FROM appointments_slot WHERE hall_id = $1 AND day = $2", hall.id, TUESDAY)
    assert await tried(service.hold(other, KeepRequest(hall=hall.id, slot=slot))) == "slot-closed"
    waits, late = await waiting(hall)
    assert await service.serve_lines() == 0, "it is too near by the hall's own rule"
    assert (await service.line(waits, late.id)).state == "waiting"


async def test_released_places_go_to_the_line_of_the_share_that_gets_them(frozen: Callable[[datetime], None]) -> None:
    frozen(MONDAY)
    hall = await open_hall(opening=Opening(weekdays=[2], opens=time(14), closes=time(14, 30), minutes=30, capacity=20))
    (slot,) = await slots(hall, TUESDAY)
    for _ in range(slot.left):
        _, actor = await somebody()
        await service.book(actor, wish(hall, slot), key="key-00000")
    waits, line = await waiting(hall)
    frozen(MONDAY + timedelta(hours=6))
    assert await service.release_unused() > 0
    assert (await service.line(waits, line.id)).state == "offered", "in the transaction that released them"
    assert await counters_are_true()


async def test_a_booking_that_waits_for_a_closing_finds_the_time_closed(own_database: str) -> None:
    with clock.frozen(MONDAY):
        hall = await open_hall(opening=ONE)
        (slot,) = await slots(hall, TUESDAY)
        _, actor = await somebody()
        looked, shut = asyncio.Event(), asyncio.Event()

        async def closing() -> None:
            async with db.transaction():
                await db.fetch("SELECT 1 FROM appointments_share WHERE slot_id = $1 FOR UPDATE", slot.id)
                looked.set()
                await shut.wait()
                await db.execute("UPDATE appointments_slot SET state = 'closed' WHERE id = $1", slot.id)

        closes = asyncio.ensure_future(closing())
        await looked.wait()
        books = asyncio.ensure_future(tried(service.book(actor, wish(hall, slot), key="key-00000")))
        while not await db.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted"):
            await db.fetchval("SELECT 1")
        shut.set()
        await closes
        assert await books == "slot-closed"
        issued = await db.fetchval("SELECT sum(issued + taken) FROM appointments_share WHERE slot_id = $1", slot.id)
        assert issued == 0, "no number was drawn"


async def test_a_crowd_while_places_flow_and_a_day_closes_keeps_the_books(own_database: str) -> None:
    chance = random.Random(17)
    opening = Opening(weekdays=[2, 3], opens=time(14), closes=time(15), minutes=30, capacity=10)
    with clock.frozen(MONDAY):
        hall, sun = await open_hall(opening=opening), await manager()
        times = [*await slots(hall, TUESDAY), *await slots(hall, WEDNESDAY)]
        people = [*await crowd(16), *[actor_for(await operator(), helping=(await somebody())[0]) for _ in range(4)]]
    with clock.frozen(MONDAY + timedelta(hours=6)):

        async def live(actor: Actor, number: int) -> None:
            for step in range(6):
                slot, kind = chance.choice(times), chance.choice(["hold", "hold", "book", "cancel", "join", "release"])
                try:
                    if kind == "hold":
                        await service.hold(actor, KeepRequest(hall=hall.id, slot=slot.id))
                    elif kind == "book":
                        await service.book(actor, wish(hall, slot), key=f"book-{number}-{step}")
                    elif kind == "join":
                        await service.join_line(actor, WaitRequest(hall=hall.id, first=TUESDAY, last=WEDNESDAY))
                    elif kind == "release":
                        await service.release_unused()
                        await service.serve_lines()
                    else:
                        await service.cancel(actor, (await service.mine(actor)).items[0].id)
                except (Problem, IndexError):
                    pass
                assert await counters_are_true()

        async def closes() -> None:
            await service.close_with_care(fresh(sun), hall.id, CLOSING)

        await asyncio.gather(*(live(actor, number) for number, actor in enumerate(people)), closes())
        await service.settle_closures()
        in_closed = (
            "SELECT count(*) FROM appointments_hold h JOIN appointments_slot s ON s.id = h.slot_id WHERE s.day = $1"
        )
        assert await db.fetchval(in_closed, TUESDAY) == 0
        assert await counters_are_true()
