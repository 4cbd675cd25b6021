"""The rule has two shapes: ``rules.decide`` to read and the database's functions to run. They say the same."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from backend.appointments import rules
from backend.core import db, ids
from tests.appointments.factories import MONDAY
from tests.identity.factories import resident

REGION = "230103"
NOW = MONDAY
PERSON = UUID(int=7)
HALF_HOUR = timedelta(minutes=30)
ITEMS = st.sampled_from([None, "A", "B"])
STARTS = st.sampled_from([-60, -15, 0, 15, 29, 30, 31, 60, 75, 90, 120])  # minutes from now: around every limit
FAR = st.sampled_from(range(200, 800, 30))  # fits any other: so that the limit of places is met too
HELD = st.one_of(
    *(st.tuples(times, items, st.sampled_from(["online", "phone"])) for times, items in (
        (STARTS, ITEMS), (FAR, st.none()), (FAR, st.none()))),
)  # fmt: skip
POOL = st.sampled_from(["online", "online", "phone"])
MISSED = st.lists(st.tuples(st.sampled_from([1, 29, 30, 31, 60, 61, 85, 90, 91]), POOL, st.booleans()), max_size=3)
REFUSAL = "SELECT appointments_refusal($1, $2, $8, $3, $4, $5, $6, $7, NULL)"
TAKE = "SELECT (appointments_take($1, $2, $3, $8, $4, $5, 'x', $4, 'self', 'web', $6, $7, '', NULL)).id"
MISS = "UPDATE appointments_appointment SET state = 'missed', ended_at = ends_at WHERE id = $1"
EXCUSE = """INSERT INTO appointments_excuse (region, appointment_id, person_id, reason, at, acting)
    VALUES ($1, $2, $3, 'hall', $4, $3)"""


async def slot(
    minutes: int, *, places: int = 1, state: str = "open", ordinal: int = 1, pool: str = "online"
) -> tuple[UUID, datetime]:
    """A slot in a hall of its own, so that any times may meet."""
    row_id, begin = ids.new(), NOW + timedelta(minutes=minutes)
    await db.execute(
        """INSERT INTO appointments_slot (region, id, hall_id, day, ordinal, starts_at, ends_at, state)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)""",
        REGION, row_id, ids.new(), begin.date(), ordinal, begin, begin + HALF_HOUR, state,
    )  # fmt: skip
    await db.execute("INSERT INTO appointments_share (region, slot_id, pool, capacity) VALUES ($1, $2, $4, $3)",
                     REGION, row_id, places, pool)  # fmt: skip
    return row_id, begin


async def take(slot_id: UUID, item: str | None, pool: str = "online") -> Any:
    return await db.fetchval(TAKE, REGION, ids.new(), slot_id, PERSON, item, NOW, ids.new().bytes, pool)


async def miss(days: int, pool: str, *, excused: bool) -> datetime:
    """An appointment some days ago to which nobody came; its time."""
    slot_id, at = await slot(-days * 24 * 60, pool=pool)
    row = await take(slot_id, None, pool)
    await db.execute(MISS, row)
    if excused:
        await db.execute(EXCUSE, REGION, row, PERSON, NOW)
    return at


async def reserve(slot_id: UUID, others_days: int) -> None:
    """The hall keeps its far days for residents of a place where the person does not live."""
    await db.execute(
        """INSERT INTO appointments_hall_policy (region, hall_id, others_days, residents_of)
        SELECT region, hall_id, $2, '2301' FROM appointments_slot WHERE id = $1""",
        slot_id, others_days,
    )  # fmt: skip


class Undo(Exception):
    """Ends an example: nothing of it stays."""


@settings(max_examples=100)
@given(
    minutes=STARTS, item=ITEMS, held=st.lists(HELD, max_size=7, unique_by=lambda each: each[0]),
    state=st.sampled_from(["open", "open", "closed"]),
    places=st.integers(0, 2), same=st.booleans(), known=st.sampled_from([True, True, True, False]),
    pool=POOL, missed=MISSED,
)  # fmt: skip
async def test_the_pure_rule_and_the_database_agree(
    tx: None, minutes: int, item: str | None, held: list[tuple[int, str | None, str]], state: str, places: int,
    same: bool, known: bool, pool: str, missed: list[tuple[int, str, bool]],
) -> None:  # fmt: skip
    try:
        async with db.transaction():
            wanted, begin = await slot(minutes, places=places, state=state, pool=pool)
            no_shows = [(await miss(*each[:2], excused=each[2]), *each[1:]) for each in missed]
            live = []
            for start, errand, by in held:
                other, at = await slot(start, pool=by)
                await take(other, errand, by)
                live.append(rules.Booked(other, errand, at, at + HALF_HOUR, by))
            if same and places > 0 and await take(wanted, item, pool):
                live.append(rules.Booked(wanted, item, begin, begin + HALF_HOUR, pool))
                places -= 1
            asked = wanted if known else ids.new()
            said = await db.fetchval(REFUSAL, REGION, asked, PERSON, item, NOW, rules.LEAD, rules.MOST, pool)
            if said == "" and await take(asked, item, pool) is None:
                said = "slot-taken"
            described = rules.Wanted(wanted, begin, begin + HALF_HOUR, state == "open", places, pool) if known else None
            counting = [at for at, by, excused in no_shows if by == "online" and not excused]
            assert said == rules.decide(described, item, live, NOW, counting)
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


async def test_far_days_of_a_hall_may_be_for_residents_first() -> None:
    for days, others, said in ((3, 2, "residents-first"), (2, 2, ""), (3, 3, "")):
        wanted, _ = await slot(days * 24 * 60)
        await reserve(wanted, others)
        assert await db.fetchval(REFUSAL, REGION, wanted, PERSON, None, NOW, rules.LEAD, rules.MOST, "online") == said
    wanted, _ = await slot(3 * 24 * 60)
    await reserve(wanted, 2)
    at_home, elsewhere = await resident(home="230103"), await resident(home="230202")
    for person, said in ((at_home, ""), (elsewhere, "residents-first")):
        assert await db.fetchval(REFUSAL, REGION, wanted, person.id, None, NOW, rules.LEAD, 5, "online") == said
