"""A hall closes, or changes its hours, while people book: real commits on many connections, and nobody is lost."""

import asyncio
from datetime import date, time

from backend.appointments import service
from backend.appointments.opening_schemas import ClosingRequest, OpeningChange, RuleRequest
from backend.core import clock, db
from backend.core.actor import Actor
from tests.appointments.factories import MONDAY, SYSTEM, counters_are_true, open_hall, slots, somebody, wish
from tests.appointments.test_races import crowd, tried
from tests.identity.factories import fresh, manager

TUESDAY = date(2026, 11, 24)
LIVE = """SELECT s.day, s.state, count(*) AS n FROM appointments_appointment a JOIN appointments_slot s
        ON s.region = a.region AND s.id = a.slot_id WHERE a.state = 'booked' GROUP BY s.day, s.state"""
ORPHANS = """SELECT count(*) FROM appointments_appointment a WHERE NOT EXISTS (
    SELECT 1 FROM appointments_slot s WHERE s.region = a.region AND s.id = a.slot_id)"""


async def test_nobody_slips_into_a_day_that_closes_and_nobody_who_was_in_is_lost(own_database: str) -> None:
    with clock.frozen(MONDAY):
        hall, sun = await open_hall(), fresh(await manager())
        people, times = await crowd(40), await slots(hall, TUESDAY)

        async def book(n: int, one: Actor) -> str:
            return await tried(service.book(one, wish(hall, times[n % len(times)]), key="key-00000"))

        closing = ClosingRequest(day=TUESDAY, reason="停电")
        closes = [asyncio.ensure_future(service.close_with_care(sun, hall.id, closing)) for _ in range(2)]
        outcomes = await asyncio.gather(*(book(n, one) for n, one in enumerate(people)))
        sheet, again = [await each for each in closes]
        await service.settle_closures()
        rows = await db.fetch(LIVE)
        assert TUESDAY not in {row["day"] for row in rows}
        assert sum(row["n"] for row in rows) == outcomes.count("done"), "each has one place, on another day"
        assert set(outcomes) <= {"done", "slot-closed", "slot-taken"}
        assert sheet.closing.id == again.closing.id
        assert await counters_are_true()


async def test_hours_change_under_people_who_book_and_each_booking_has_its_time(own_database: str) -> None:
    with clock.frozen(MONDAY):
        hall, sun = await open_hall(), fresh(await manager())
        people, times = await crowd(40), await slots(hall, TUESDAY)
        [old] = await service.rules_of(SYSTEM, hall.id)
        morning = RuleRequest(weekdays=[1, 2, 3, 4, 5], opens=time(8, 30), closes=time(11, 30), minutes=30, capacity=20)
        change = OpeningChange(begins=TUESDAY, ends=old.id, rule=morning)

        async def book(n: int, one: Actor) -> str:
            return await tried(service.book(one, wish(hall, times[n % len(times)]), key="key-00000"))

        changes = asyncio.ensure_future(service.change_opening(sun, hall.id, change))
        outcomes = await asyncio.gather(*(book(n, one) for n, one in enumerate(people[:20])))
        effect = await changes
        assert await db.fetchval(ORPHANS) == 0
        live = sum(row["n"] for row in await db.fetch(LIVE))
        assert live == outcomes.count("done")
        late = [each for each in effect.conflicts if clock.local(each.starts_at).hour >= 12]
        assert len(late) == len(effect.conflicts), "only the afternoon is outside the new hours"
        assert await counters_are_true()
        _, mine = await somebody()
        assert await tried(service.book(mine, wish(hall, times[-1]), key="key-00000")) != "done"
