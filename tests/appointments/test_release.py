"""Unused places flow from share to share by a stated rule; none is lost, made or taken from anybody."""

import asyncio
import random
from collections import Counter
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.appointments import rules, service
from backend.appointments.schemas import HallPolicy, Opening
from backend.core import clock, db, ids
from backend.core.actor import Channel
from backend.core.problems import Conflict
from backend.places.schemas import Hall
from tests.appointments.factories import MONDAY, SYSTEM, counters_are_true, open_hall, slots, somebody, wish
from tests.appointments.factories import hall as a_hall

TUESDAY = date(2026, 11, 24)
MORNING = Opening(weekdays=[2], opens=time(9), closes=time(10), minutes=30, capacity=20)  # 12 online, 4, 2, 1, 1
FREE = st.fixed_dictionaries({pool: st.integers(0, 7) for pool in rules.POOLS})
PHASE, KEEP = st.sampled_from(["", "release", "last"]), st.integers(0, 3)
WAYS: list[Channel] = ["web", "phone", "counter", "kiosk", "field"]
NINE = clock.at(TUESDAY, time(9))


async def shares_of(slot: UUID) -> dict[str, tuple[int, int]]:
    rows = await db.fetch("SELECT pool, capacity, taken FROM appointments_share WHERE slot_id = $1", slot)
    return {row["pool"]: (row["capacity"], row["taken"]) for row in rows}


async def moved() -> list[tuple[str, str, int]]:
    rows = await db.fetch("SELECT from_pool, to_pool, places FROM appointments_release ORDER BY slot_id, from_pool")
    return [(row["from_pool"], row["to_pool"], row["places"]) for row in rows]


async def released(at: datetime) -> int:
    with clock.frozen(at):
        return await service.release_unused()


async def hall_of_one_morning() -> tuple[Hall, UUID, UUID]:
    with clock.frozen(MONDAY):
        hall = await open_hall(opening=MORNING)
        first, second = await slots(hall, TUESDAY)
        return hall, first.id, second.id


def after(free: dict[str, int], flows: list[rules.Flow]) -> dict[str, int]:
    left = Counter(free)
    for flow in flows:
        left[flow.giver] -= flow.places
        left[flow.taker] += flow.places
    return dict(left)


@given(PHASE, FREE, KEEP)
def test_no_place_is_lost_or_made_and_nobody_gives_what_is_not_free(
    phase: str, free: dict[str, int], keep: int
) -> None:
    left = after(free, rules.flows(phase, free, keep))
    assert sum(left.values()) == sum(free.values())
    assert min(left.values()) >= 0


@given(PHASE, FREE, KEEP)
def test_doing_it_again_moves_nothing(phase: str, free: dict[str, int], keep: int) -> None:
    assert rules.flows(phase, after(free, rules.flows(phase, free, keep)), keep) == []


@given(FREE, KEEP)
def test_online_gives_nothing_before_the_last_two_hours_and_then_to_the_counter_only(
    free: dict[str, int], keep: int
) -> None:
    assert all(flow.giver != "online" for flow in rules.flows("release", free, keep))
    assert {flow.taker for flow in rules.flows("last", free, keep) if flow.giver == "online"} <= {"counter"}
    assert all(flow.taker != "online" for flow in rules.flows("last", free, keep))


@given(FREE, st.integers(1, 3))
def test_an_offline_share_with_a_free_place_keeps_one(free: dict[str, int], keep: int) -> None:
    for phase in ("release", "last"):
        left = after(free, rules.flows(phase, free, keep))
        assert all(left[pool] >= min(free[pool], 1) for pool in rules.POOLS[1:])


@settings(max_examples=60)
@given(PHASE, FREE, KEEP)
async def test_the_pure_rule_and_the_database_agree(tx: None, phase: str, free: dict[str, int], keep: int) -> None:
    rows = await db.fetch(
        "SELECT giver, taker, places FROM appointments_flows($1, $2, $3)", phase, keep, [free[p] for p in rules.POOLS]
    )
    said = [rules.Flow(rules.POOLS[r["giver"] - 1], rules.POOLS[r["taker"] - 1], r["places"]) for r in rows]
    assert said == rules.flows(phase, free, keep)


def test_a_slot_goes_through_its_phases() -> None:
    hours = [(25, ""), (24, "release"), (2.1, "release"), (2, "last"), (0.1, "last"), (0, ""), (-1, "")]
    assert [rules.phase(NINE, NINE - timedelta(hours=each)) for each, _ in hours] == [said for _, said in hours]


async def test_a_day_before_unused_offline_places_go_online_but_one_of_each() -> None:
    _, slot, _ = await hall_of_one_morning()
    assert await released(NINE - timedelta(hours=24, minutes=1)) == 0
    await released(NINE - timedelta(hours=24))
    assert await shares_of(slot) == {
        "online": (16, 0), "phone": (1, 0), "counter": (1, 0), "kiosk": (1, 0), "helper": (1, 0),
    }  # fmt: skip
    assert await moved() == [("counter", "online", 1), ("phone", "online", 3)]
    await released(NINE - timedelta(hours=23))
    assert len(await moved()) == 4, "the second time follows half an hour later, and the first moves no more"
    await db.execute("SET CONSTRAINTS ALL IMMEDIATE")


async def test_a_full_offline_share_is_fed_by_another_first() -> None:
    hall, slot, _ = await hall_of_one_morning()
    _, own = await somebody()
    with clock.frozen(MONDAY):
        await service.book(msgspec.structs.replace(own, channel="kiosk"), wish(hall, slot), key="at-a-machine")
        assert (await shares_of(slot))["kiosk"] == (1, 1)
    await released(NINE - timedelta(hours=20))
    assert ("phone", "kiosk", 1) in await moved()
    assert (await shares_of(slot))["kiosk"] == (2, 1)


async def test_in_the_last_two_hours_online_feeds_a_full_counter() -> None:
    _, slot, _ = await hall_of_one_morning()
    await released(NINE - timedelta(hours=20))
    await db.execute("UPDATE appointments_share SET taken = capacity WHERE slot_id = $1 AND pool = 'counter'", slot)
    await released(NINE - timedelta(hours=2, minutes=1))
    assert (await shares_of(slot))["counter"] == (1, 1)
    await released(NINE - timedelta(hours=2))
    assert (await shares_of(slot))["counter"] == (16, 1)
    await db.execute("SET CONSTRAINTS ALL IMMEDIATE")


async def test_a_hall_says_itself_when_and_how_much() -> None:
    hall, slot, _ = await hall_of_one_morning()
    await service.set_policy(SYSTEM, hall.id, HallPolicy(release_hours=48, keep=0))
    await released(NINE - timedelta(hours=47))
    assert (await shares_of(slot))["online"] == (20, 0)


async def test_a_closed_time_and_a_time_that_has_begun_stay_as_they_are() -> None:
    _, _, second = await hall_of_one_morning()
    await db.execute("UPDATE appointments_slot SET state = 'closed' WHERE id = $1", second)
    assert await released(NINE) == 0


async def test_what_was_released_is_announced_once_a_hall() -> None:
    hall, _, _ = await hall_of_one_morning()
    count = await released(NINE - timedelta(hours=20))
    rows = await db.fetch("SELECT subject, body FROM core_announcement WHERE name = 'PlacesReleased'")
    assert [row["subject"] for row in rows] == [hall.id]
    assert count == 8


async def test_hand_written_sql_cannot_make_lose_or_move_places_without_a_row() -> None:
    _, slot, _ = await hall_of_one_morning()
    log = """INSERT INTO appointments_release
            (region, id, hall_id, slot_id, from_pool, to_pool, places, starts_at, at)
        SELECT region, $1, hall_id, id, $3, $4, 1, starts_at, starts_at - $5::interval FROM appointments_slot
            WHERE id = $2"""
    tries = [
        ("UPDATE appointments_share SET capacity = capacity + 1 WHERE slot_id = $1 AND pool = 'online'", (slot,)),
        ("UPDATE appointments_share SET granted = granted + 1 WHERE slot_id = $1 AND pool = 'online'", (slot,)),
        ("UPDATE appointments_share SET capacity = capacity + CASE pool WHEN 'online' THEN 1 ELSE -1 END "
         "WHERE slot_id = $1 AND pool IN ('online', 'phone')", (slot,)),
        (log, (ids.new(), slot, "phone", "online", timedelta(hours=5))),
        (log, (ids.new(), slot, "online", "phone", timedelta(hours=1))),
        (log, (ids.new(), slot, "online", "counter", timedelta(hours=5))),
        (log, (ids.new(), slot, "phone", "elsewhere", timedelta(hours=5))),
    ]  # fmt: skip
    for sql, values in tries:
        with pytest.raises(asyncpg.CheckViolationError):
            async with db.transaction():
                await db.execute(sql, *values)
                await db.execute("SET CONSTRAINTS ALL IMMEDIATE")


async def test_the_portal_cannot_rewrite_the_record_of_releases() -> None:
    await hall_of_one_morning()
    await released(NINE - timedelta(hours=20))
    for sql in ("DELETE FROM appointments_release", "UPDATE appointments_release SET places = 9"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with db.transaction():
                await db.execute(sql)


async def test_bookings_of_every_kind_during_a_release_neither_oversell_nor_lose(own_database: str) -> None:
    chance = random.Random(4)
    _, first, second = await hall_of_one_morning()
    hall, people = await a_hall(), [await somebody(f"居民{number}") for number in range(60)]

    async def live(number: int) -> str:
        _, own = people[number]
        actor = msgspec.structs.replace(own, channel=WAYS[number % 5])
        try:
            made = await service.book(actor, wish(hall, (first, second)[number % 2]), key=f"key-{number:05d}")
            if chance.random() < 0.3:
                await service.cancel(own, made.id)
        except Conflict as no:
            return no.code
        return "done"

    with clock.frozen(NINE - timedelta(hours=20)):
        work: list[asyncio.Future[Any]] = []
        for number in range(len(people)):
            work.append(asyncio.ensure_future(live(number)))
            if number % 4 == 0:
                work.append(asyncio.ensure_future(service.release_unused()))
        done = await asyncio.gather(*work)
    assert {each for each in done if isinstance(each, str)} <= {"done", "slot-taken"}
    assert await counters_are_true()
    rows = await db.fetch(
        """SELECT sum(capacity) AS places, min(capacity - taken) AS least FROM appointments_share
        WHERE slot_id IN ($1, $2) GROUP BY slot_id""",
        first, second,
    )  # fmt: skip
    assert [(row["places"], row["least"] >= 0) for row in rows] == [(20, True), (20, True)]
