"""What the demonstration shows of waits, ratings and places: invented, but hanging together like the real thing."""

import pytest

from backend.core import clock, db
from backend.parity import invented, rules
from backend.parity import service as parity
from backend.queues import demo as queues_demo
from backend.queues import service as queues
from backend.ratings import demo as ratings_demo
from backend.ratings import service as ratings
from tests.appointments.factories import MONDAY, SYSTEM, open_hall
from tests.identity.factories import actor_for, manager

pytestmark = pytest.mark.usefixtures("as_owner")


async def test_a_hall_has_four_weeks_of_waits_and_a_forecast_and_a_repeat_adds_nothing() -> None:
    with clock.frozen(MONDAY):
        hall, sun = await open_hall(), actor_for(await manager())
        await queues_demo.past(SYSTEM, hall)
        before = await db.fetchval("SELECT count(*) FROM queues_ticket")
        await queues_demo.past(SYSTEM, hall)
        assert await db.fetchval("SELECT count(*) FROM queues_ticket") == before > 500
        found = await queues.statistics(sun, hall.id, "fortnight")
        whole = found.waits[0]
        waits = {each.kind: each.half or 0 for each in found.waits if each.hour is None}
        assert whole.half is not None and 2 < whole.half < 15 and 0 < whole.missed < whole.taken / 10
        assert waits["booked"] < waits["walk-in"]
        busiest = max((each for each in found.waits if each.kind == "all" and each.hour), key=lambda each: each.taken)
        assert busiest.hour in (9, 10)
        assert (await queues.foresee(sun, hall.id)).total
        assert await db.fetchval("SELECT bool_and(day < $1) FROM queues_ticket", clock.today())


async def test_low_ratings_wait_at_each_step_and_nobody_is_named() -> None:
    with clock.frozen(MONDAY):
        await open_hall()
        sun = actor_for(await manager())
        await ratings_demo.world()
        waiting = {each.state for each in await ratings.cases(sun)}
        ended = {each.state for each in await ratings.cases(sun, ended=True)}
        assert {"received", "contacted"} <= waiting and {"rectified", "confirmed"} & ended
        assert await db.fetchval("SELECT count(*) FROM ratings_visit WHERE person_id IS NOT NULL") == 0
        good = await db.fetchval("SELECT avg((level >= 4)::int) FROM ratings_rating")
        assert 0.8 < good < 0.95
        file = await ratings.case(sun, (await ratings.cases(sun))[0].id)
        assert file.note and file.name == ""
        assert file.call_back and file.phone.startswith("100"), "who wants to be called can be"
        nowhere = "SELECT count(*) FROM ratings_rating WHERE call_back AND (phone IS NULL OR channel = 'kiosk')"
        assert await db.fetchval(nowhere) == 0


async def test_the_reports_are_covered_like_real_ones_and_tell_of_older_people() -> None:
    with clock.frozen(MONDAY):
        await invented.make()
        found = await parity.report(SYSTEM)
        assert len(found.history) == 3 and found.below == ["230102", "230103"]
        older = [each.older_days for each in found.history]
        assert all(each is not None for each in older) and older[0] < older[-1]  # type: ignore[operator]
        shown = [getattr(each, name) for each in found.report.groups for name in rules.MEASURES]
        assert None in shown and not [n for n in shown if n is not None and 0 < n < rules.LEAST]
        assert await parity.make_due(SYSTEM) == []
