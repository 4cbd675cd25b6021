"""The rule has two shapes: ``rules.decide`` to read and the database's functions to run. They say the same."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.appointments import rules
from backend.core import db, ids
from tests.appointments.factories import MONDAY

REGION = "230103"
NOW = MONDAY
PERSON = UUID(int=7)
HALF_HOUR = timedelta(minutes=30)
ITEMS = st.sampled_from([None, "A", "B"])
STARTS = st.sampled_from([-60, -15, 0, 15, 29, 30, 31, 60, 75, 90, 120])  # minutes from now: around every limit
FAR = st.sampled_from(range(200, 800, 30))  # fits any other: so that the limit of places is met too
HELD = st.one_of(st.tuples(STARTS, ITEMS), st.tuples(FAR, st.none()), st.tuples(FAR, st.none()))
REFUSAL = "SELECT appointments_refusal($1, $2, 'online', $3, $4, $5, $6, $7, NULL)"
TAKE = "SELECT (appointments_take($1, $2, $3, 'online', $4, $5, 'x', $4, 'self', 'web', $6, $7, '', NULL)).id"


async def slot(minutes: int, *, places: int = 1, state: str = "open", ordinal: int = 1) -> tuple[UUID, Any]:
    """A slot in a hall of its own, so that any times may meet."""
    row_id, begin = ids.new(), NOW + timedelta(minutes=minutes)
    await db.execute(
        """INSERT INTO appointments_slot (region, id, hall_id, day, ordinal, starts_at, ends_at, state)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)""",
        REGION, row_id, ids.new(), begin.date(), ordinal, begin, begin + HALF_HOUR, state,
    )  # fmt: skip
    await db.execute("INSERT INTO appointments_share (region, slot_id, pool, capacity) VALUES ($1, $2, 'online', $3)",
                     REGION, row_id, places)  # fmt: skip
    return row_id, begin


async def take(slot_id: UUID, item: str | None) -> Any:
    return await db.fetchval(TAKE, REGION, ids.new(), slot_id, PERSON, item, NOW, ids.new().bytes)


class Undo(Exception):
    """Ends an example: nothing of it stays."""


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    minutes=STARTS, item=ITEMS, held=st.lists(HELD, max_size=7, unique_by=lambda each: each[0]),
    state=st.sampled_from(["open", "open", "closed"]),
    places=st.integers(0, 2), same=st.booleans(), known=st.sampled_from([True, True, True, False]),
)  # fmt: skip
async def test_the_pure_rule_and_the_database_agree(
    tx: None, minutes: int, item: str | None, held: list[tuple[int, str | None]], state: str, places: int, same: bool,
    known: bool,
) -> None:  # fmt: skip
    try:
        async with db.transaction():
            wanted, begin = await slot(minutes, places=places, state=state)
            live = []
            for start, errand in held:
                other, at = await slot(start)
                await take(other, errand)
                live.append(rules.Booked(other, errand, at, at + HALF_HOUR))
            if same and places > 0 and await take(wanted, item):
                live.append(rules.Booked(wanted, item, begin, begin + HALF_HOUR))
                places -= 1
            asked = wanted if known else ids.new()
            said = await db.fetchval(REFUSAL, REGION, asked, PERSON, item, NOW, rules.LEAD, rules.MOST)
            if said == "" and await take(asked, item) is None:
                said = "slot-taken"
            described = rules.Wanted(wanted, begin, begin + HALF_HOUR, state == "open", places) if known else None
            assert said == rules.decide(described, item, live, NOW)
            raise Undo
    except Undo:
        pass


async def test_numbers_stay_apart_beyond_the_hundredth_of_a_time_and_of_a_day() -> None:
    first, _ = await slot(60, places=300, ordinal=7)
    late, _ = await slot(60, places=1, ordinal=123)
    taking = (
        "SELECT (appointments_take($1, $2, $3, 'online', $4, NULL, 'x', $4, 'self', 'web', $5, $6, '', NULL)).number"
    )
    numbers = [
        await db.fetchval(taking, REGION, ids.new(), each, ids.new(), NOW, ids.new().bytes)
        for each in [first] * 205 + [late]
    ]
    assert len(set(numbers)) == 206
    assert (numbers[0], numbers[98], numbers[99], numbers[-1]) == ("A0701", "A0799", "A07-100", "A12301")
