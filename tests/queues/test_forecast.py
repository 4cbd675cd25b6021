"""The forecast compares like with like, is not bent by one odd day, and says how wrong it was."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.core import db, ids
from backend.core.problems import Forbidden
from backend.queues import forecast, service
from tests.appointments.factories import MONDAY
from tests.identity.factories import actor_for, clerk, manager, sign_in_as
from tests.queues.factories import the_hall

MON = date(2026, 11, 23)
KINDS = {MON - timedelta(days=n): "workday" if (MON - timedelta(days=n)).isoweekday() < 6 else "weekend"
         for n in range(-7, 200)}  # fmt: skip
TICKET = """INSERT INTO queues_ticket (region, id, hall_id, day, number, kind, channel, token_hash, state, since, due,
        taken_at, request) VALUES ($1, $2, $3, $4, $5, 'walk-in', 'kiosk', $6, 'waiting', $7, $7, $7, $6)"""


def weeks(many: int, people: int = 10) -> dict[date, dict[int, int]]:
    """So many Mondays and Tuesdays; on Tuesdays twice as many people."""
    return {
        MON - timedelta(weeks=n, days=-d): {9: people * (d + 1), 10: people} for n in range(1, many + 1) for d in (0, 1)
    }


def test_the_last_eight_days_of_the_same_weekday_are_taken() -> None:
    seen = forecast.foresee(MON, KINDS, weeks(12))
    assert seen is not None
    assert seen.hours == {9: 10.0, 10: 10.0} and seen.days == tuple(MON - timedelta(weeks=n) for n in range(1, 9))


def test_a_make_up_saturday_is_compared_with_its_like_and_not_with_saturdays() -> None:
    saturday = MON - timedelta(days=2)
    kinds = KINDS | {saturday: "makeup_workday"}
    assert forecast.like(saturday, kinds, weeks(4)) == ()


def test_with_few_days_of_the_weekday_all_days_of_the_kind_count() -> None:
    assert len(forecast.like(MON, KINDS, weeks(2))) == 4


def test_one_odd_day_does_not_bend_the_forecast() -> None:
    known = weeks(8)
    known[MON - timedelta(weeks=1)] = {9: 500}
    seen = forecast.foresee(MON, KINDS, known)
    assert seen is not None and seen.hours[9] == 10.0


def test_the_error_of_a_steady_hall_is_none_and_of_a_restless_one_is_what_it_was() -> None:
    assert forecast.error(KINDS, weeks(14)) == forecast.Error(0.0, 0.0, 20)
    known = {MON - timedelta(weeks=n): {9: 10 + 4 * (n % 2)} for n in range(1, 13)}
    wrong = forecast.error(KINDS, known)
    assert wrong is not None and 1.0 <= wrong.hour <= 4.0


@settings(max_examples=30)
@given(st.lists(st.integers(0, 300), min_size=3, max_size=20))
def test_a_forecast_lies_between_the_least_and_the_most_and_knows_no_future(counts: list[int]) -> None:
    known = {MON - timedelta(weeks=n): {9: each} for n, each in enumerate(counts, 1)}
    seen = forecast.foresee(MON, KINDS, known)
    assert seen is not None and min(counts) <= seen.total <= max(counts)
    later = known | {MON + timedelta(days=n): {9: 10**6} for n in range(7)}
    assert forecast.foresee(MON, KINDS, later) == seen


async def test_the_next_working_day_is_foreseen_from_the_halls_own_numbers(
    frozen: Callable[[datetime], None], client: httpx.AsyncClient
) -> None:
    frozen(datetime(2026, 11, 27, 1, tzinfo=UTC))  # a Friday: the next working day is Monday
    hall = await the_hall()
    rows = []
    for week in range(1, 5):
        for n in range(6):
            at = MONDAY - timedelta(weeks=week) + timedelta(hours=n // 3)
            new = ids.new()
            rows.append((hall.region, new, hall.id, at.date(), f"W{n:03d}", new.bytes, at))
    await db.executemany(TICKET, rows)
    found = await service.foresee(actor_for(await manager()), hall.id)
    assert (found.day, found.hours, found.total) == (date(2026, 11, 30), {8: 3.0, 9: 3.0}, 6.0)
    assert (found.error_hour, found.tested) == (0.0, 1)
    with pytest.raises(Forbidden):
        await service.foresee(actor_for(await clerk()), hall.id)
    await sign_in_as(client, await manager())
    page = (await client.get(f"/desk/queue/statistics?hall={hall.id}")).text
    assert "下个工作日大约会来 6 人" in page
    assert "每小时差 0 人" in page
