"""Calling the next person: the verb with 300 people waiting and eight clerks at once, against its function alone."""

import asyncio
import statistics
import time
import uuid
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import asyncpg

from backend.core import clock, db
from backend.core.actor import Actor
from backend.places import service as places
from backend.places.schemas import Hall
from backend.queues import rules, service
from backend.queues.schemas import CounterRequest
from backend.queues.service.calling import NEXT
from benchmarks.table import Row
from benchmarks.world import database, populate

WAITING, CLERKS, REGION = 300, 8, "230103"
TAKE = "SELECT outcome FROM queues_take($1, $2, $3, $4, $5, NULL, NULL, NULL, 'kiosk', $6, $7, $8, $7, $6)"
# Somebody served makes room for somebody new, so that as many wait at the last call as at the first.
DONE = """UPDATE queues_ticket SET state = 'done', ended_at = $3
    WHERE region = $1 AND counter_id = $2 AND state IN ('called', 'serving')"""
Call = Callable[[Actor, UUID], Awaitable[object]]
Desk = tuple[Actor, UUID]


def measure(folder: Path, rounds: int, seconds: float) -> list[Row]:
    """Milliseconds until the clerk knows who is next: middle and 99th percentile, alone and with eight at once."""
    data = folder / "data"
    populate(data, 0)
    with database(data) as running:
        return asyncio.run(_measure(running.dsn, max(50, int(rounds * seconds * 40))))


async def _measure(dsn: str, times: int) -> list[Row]:
    await db.start(dsn, size=CLERKS * 2)
    bare = await asyncpg.create_pool(dsn, min_size=CLERKS, max_size=CLERKS)
    hall, desks = await _hall()
    for number in range(WAITING):
        await _arrive(hall, number)

    async def floor(actor: Actor, counter: UUID) -> None:
        await bare.fetchrow(NEXT, *_asked(hall, actor, counter))

    rows = []
    for name, clerks in (("one clerk", desks[:1]), (f"{CLERKS} clerks at once", desks)):
        ours = await _round(hall, clerks, service.call_next, times)
        least = await _round(hall, clerks, floor, times)
        what = f"call_next, {WAITING} waiting, {name}"
        rows += [
            Row(f"{what}, p50", "ms", statistics.median(ours), statistics.median(least)),
            Row(f"{what}, p99", "ms", _p99(ours), _p99(least), "≤ 100 ms"),
        ]
    await bare.close()
    await db.stop()
    return rows


async def _hall() -> tuple[Hall, list[Desk]]:
    manager = Actor(acting=uuid.uuid4(), basis="official", roles=frozenset({"manager"}), region=REGION)
    hall = (await places.halls(manager, division=REGION, derived=None, limit=1)).items[0]
    desks = []
    for number in range(CLERKS):
        wanted = CounterRequest(hall=hall.id, label=f"benchmark {number}")
        counter = (await service.set_up_counter(manager, wanted)).id
        clerk = Actor(
            acting=uuid.uuid4(), basis="official", channel="counter", roles=frozenset({"clerk"}), region=REGION
        )  # fmt: skip
        await service.open_counter(clerk, counter)
        desks.append((clerk, counter))
    return hall, desks


async def _arrive(hall: Hall, number: int) -> None:
    """Half from the street, the rest with appointments and of the green lane, a second after one another."""
    kind = ("walk-in", "booked", "walk-in", "green")[number % 4]
    now, new = clock.now(), uuid.uuid4()
    due = now + timedelta(minutes=number % 30) if kind == "booked" else now
    await db.fetchval(TAKE, hall.region, new, hall.id, clock.today(), kind, new.bytes, now, due)


def _asked(hall: Hall, actor: Actor, counter: UUID) -> tuple[object, ...]:
    limits = rules.STREAK, rules.PATIENCE, rules.EARLY
    return hall.region, hall.id, clock.today(), counter, actor.acting, clock.now(), *limits


async def _round(hall: Hall, desks: list[Desk], call: Call, times: int) -> list[float]:
    """So many calls in all, by clerks who each call again as soon as they have finished; only the calls are timed."""
    taken: list[float] = []

    async def work(actor: Actor, counter: UUID) -> None:
        for number in range(times // len(desks) + 2):
            began = time.perf_counter()
            await call(actor, counter)
            if number >= 2:
                taken.append((time.perf_counter() - began) * 1000)
            await db.execute(DONE, hall.region, counter, clock.now())
            await _arrive(hall, number)

    await asyncio.gather(*(work(*each) for each in desks))
    return taken


def _p99(values: list[float]) -> float:
    return statistics.quantiles(values, n=100)[98]
