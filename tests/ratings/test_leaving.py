"""An account that closes leaves its ratings without a person; after three years everything goes, in order."""

from datetime import timedelta

import pytest

from backend.core import clock, db, rate
from backend.ratings import service
from backend.ratings.schemas import Work
from tests.ratings.factories import boss, low

TABLES = ("ratings_visit", "ratings_rating", "ratings_case", "ratings_step")


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    rate.reset()


async def test_a_closed_account_is_in_none_of_the_rows_and_the_counts_stay() -> None:
    over = await low()
    assert over.person is not None
    await service.leave_visits(over.person.id)
    await service.leave_rated(over.person.id)
    for table in TABLES:
        assert not await db.fetchval(f"SELECT count(*) FROM {table} WHERE person_id = $1", over.person.id)
    row = await db.fetchrow("SELECT level, note, phone FROM ratings_rating WHERE id = $1", over.visit)
    assert row is not None and (row["level"], row["note"], row["phone"]) == (1, None, None)


async def test_what_is_held_is_shown() -> None:
    over = await low()
    assert over.person is not None
    [held] = await service.ratings_of(over.person.id)
    assert held.rating is not None and held.rating.note == "等了两个小时" and held.case is not None


async def test_all_of_a_visit_goes_together_but_for_people_under_a_hold() -> None:
    spared, gone = await low(), await low(label="2")
    await service.contact(await boss(), gone.visit, Work(text="已电话联系"))
    assert spared.person is not None
    later = clock.now() + timedelta(days=1)
    assert await service.forget(later, 100, [spared.person.id]) == 1
    assert await service.forget(later, 100, [spared.person.id]) == 0
    assert await db.fetchval("SELECT array_agg(id) FROM ratings_visit") == [spared.visit]
