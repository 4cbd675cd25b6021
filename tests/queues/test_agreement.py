"""The rule in Python and its twin in the database call the same people in the same order."""

import random
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from backend.core import db, ids
from backend.queues import rules
from backend.queues.rules import Waiting

REGION, HALL, COUNTER, CLERK = "230103", ids.new(), ids.new(), ids.new()
NOW = datetime(2026, 11, 26, 2, 0, tzinfo=UTC)
DAY = NOW.date()
ADD = """INSERT INTO queues_ticket (region, id, hall_id, day, number, kind, channel, token_hash, since, due, taken_at,
        request) VALUES ($1, $2, $3, $4, $5, $6, 'kiosk', $7, $8, $9, $8, $7)"""
NEXT = """SELECT outcome, why, (made).id AS id FROM queues_next($1, $2, $3, $4, $5, $6, $7, $8, $9)"""
DONE = "UPDATE queues_ticket SET state = 'done', ended_at = $3 WHERE region = $1 AND id = $2"


async def line(chance: random.Random, count: int) -> list[Waiting]:
    await db.execute("INSERT INTO queues_line (region, hall_id, day) VALUES ($1, $2, $3)", REGION, HALL, DAY)
    await db.execute(
        """INSERT INTO queues_counter (region, id, hall_id, label, state, staff, changed)
        VALUES ($1, $2, $3, '1', 'open', $4, $5)""", REGION, COUNTER, HALL, CLERK, NOW,
    )  # fmt: skip
    found = []
    for nth in range(count):
        kind = chance.choice(rules.KINDS)
        since = NOW - timedelta(minutes=chance.randrange(60))
        due = since + timedelta(minutes=chance.randrange(-10, 40)) if kind == "booked" else since
        made = Waiting(ids.new(), kind, since, due)
        await db.execute(ADD, REGION, made.id, HALL, DAY, f"X{nth}", kind, str(made.id).encode(), since, due)
        found.append(made)
    return found


async def call(now: datetime) -> tuple[str, str, UUID]:
    row = await db.fetchrow(
        NEXT, REGION, HALL, DAY, COUNTER, CLERK, now, rules.STREAK, rules.PATIENCE, rules.EARLY
    )  # fmt: skip
    assert row is not None
    return row["outcome"], row["why"], row["id"]


@pytest.mark.parametrize("seed", range(8))
async def test_the_two_call_the_same_people(seed: int) -> None:
    chance = random.Random(seed)
    waiting, streak, now = await line(chance, 24), 0, NOW
    while waiting:
        expected = rules.next_up(waiting, streak, now)
        assert expected is not None
        assert await call(now) == ("called", expected.why, expected.ticket.id)
        await db.execute(DONE, REGION, expected.ticket.id, now)
        streak = expected.streak
        waiting.remove(expected.ticket)
        if expected.passed is not None:
            waiting[waiting.index(expected.passed)] = expected.passed._replace(passed=now)
        now += timedelta(minutes=chance.choice([1, 4, 9]))
    assert (await call(now))[0] == "nobody-waits"


async def test_a_counter_serves_one_person_at_a_time() -> None:
    await line(random.Random(1), 3)
    assert (await call(NOW))[0] == "called"
    assert (await call(NOW))[0] == "counter-busy"
    await db.execute("UPDATE queues_counter SET state = 'paused' WHERE region = $1 AND id = $2", REGION, COUNTER)
    assert (await call(NOW))[0] == "counter-closed"
