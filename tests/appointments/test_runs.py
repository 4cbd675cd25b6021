"""Which times a visit takes has two shapes: ``opening_rules.run`` to read, and the database's function to run."""

from datetime import datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.appointments import opening_rules
from backend.appointments.opening_rules import Stretch
from backend.core import db, ids
from tests.appointments.factories import MONDAY

REGION = "230103"
RUN = "SELECT cardinality(appointments_run($1, $2, $3))"
TIMES = st.lists(st.tuples(st.sampled_from([0, 0, 0, 10]), st.sampled_from([15, 30]), st.booleans()), min_size=1,
                 max_size=6)  # fmt: skip
NEEDS = st.lists(st.sampled_from([None, 10, 30, 45, 60]), max_size=4)


class Undo(Exception):
    """Ends an example: nothing of it stays."""


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(times=TIMES, needs=NEEDS)
async def test_the_pure_rule_and_the_database_take_the_same_times(
    tx: None, times: list[tuple[int, int, bool]], needs: list[int | None]
) -> None:
    try:
        async with db.transaction():
            hall, at = ids.new(), MONDAY
            rows: list[tuple[object, datetime, datetime, bool]] = []
            for nth, (gap, minutes, is_open) in enumerate(times):
                begins = at + timedelta(minutes=gap)
                at = begins + timedelta(minutes=minutes)
                rows.append((ids.new(), begins, at, is_open))
                await db.execute(
                    """INSERT INTO appointments_slot (region, id, hall_id, day, ordinal, starts_at, ends_at, state)
                    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)""",
                    REGION, rows[-1][0], hall, begins.date(), nth, begins, at, "open" if is_open else "closed",
                )  # fmt: skip
            items = [f"I{nth}" for nth in range(len(needs))]
            for item, minutes_needed in zip(items, needs, strict=True):
                if minutes_needed:
                    await db.execute(
                        "INSERT INTO appointments_need (region, hall_id, item_id, minutes) VALUES ($1, $2, $3, $4)",
                        REGION, hall, item, minutes_needed,
                    )  # fmt: skip
            known = [each for each in rows if each[3]]
            stretches = [Stretch(begins, ends) for _, begins, ends, _ in known]
            for nth, each in enumerate(known):
                found = await db.fetchval(RUN, REGION, each[0], items)
                assert (found or 0) == opening_rules.run(stretches, nth, needs)
            raise Undo
    except Undo:
        pass


@given(
    left=st.lists(st.integers(0, 5), min_size=1, max_size=10), length=st.integers(1, 4),
)  # fmt: skip
def test_a_day_has_room_for_as_many_visits_as_fit_and_not_one_more(left: list[int], length: int) -> None:
    at = [MONDAY + timedelta(minutes=30 * nth) for nth in range(len(left) + 1)]
    times = [Stretch(at[nth], at[nth + 1], places) for nth, places in enumerate(left)]
    lengths = [length if nth + length <= len(left) else 0 for nth in range(len(left))]
    found = opening_rules.visits(times, lengths)
    assert found * length <= sum(left)
    assert found >= max((min(left[nth : nth + length]) for nth, each in enumerate(lengths) if each), default=0)
    if length == 1:
        assert found == sum(left)
