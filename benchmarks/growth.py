"""Growth: how much slower it gets as the history grows; latency at one connection, so that no queue hides it.

Each size is a portal of its own, all run side by side and are asked in turn, so that whatever else the machine does
meets all sizes alike.
"""

import asyncio
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import asyncpg
import msgspec

from benchmarks.booking import SETTLE, _prepare, _slots
from benchmarks.history import grow
from benchmarks.load import Result, get, post, press
from benchmarks.rivals.ours import EMPTY
from benchmarks.servers import portal
from benchmarks.table import Row
from benchmarks.world import database, sessions

PEOPLE = 900
ROUNDS = 6
WARM = 2  # rounds that count for nobody: whoever comes first pays for caches and plans


class World(NamedTuple):
    """A portal with a history of ``size`` appointments."""

    size: int
    dsn: str
    port: int
    tokens: list[str]
    slots: list[tuple[str, str]]


def measure(folder: Path, sizes: list[int], seconds: float) -> list[Row]:
    """p50 and p99 in milliseconds at each size; the floor of a row is the smallest size."""
    for size in sizes:
        _grow(folder / f"data-{size}", size)
    with ExitStack() as stack:
        worlds = [_world(stack, folder / f"data-{size}", size) for size in sorted(sizes)]
        time.sleep(SETTLE)
        found = {(name, each.size): Result() for each in worlds for name in ("my appointments", "days", "book")}
        for nth in range(WARM + ROUNDS):
            for each in worlds:
                for name, result in _round(each, nth, seconds):
                    if nth >= WARM:
                        found[name, each.size].latencies += result.latencies
    return list(_rows(found, min(sizes)))


def _grow(data: Path, size: int) -> None:
    began = time.perf_counter()
    grow(data, size)
    print(f"{size:,} appointments after {time.perf_counter() - began:.0f} s", flush=True)


def _world(stack: ExitStack, data: Path, size: int) -> World:
    dsn = stack.enter_context(database(data)).dsn
    asyncio.run(_prepare_once(dsn))
    tokens = list(sessions(dsn, PEOPLE).values())
    server = stack.enter_context(portal(data, BACKGROUND="off"))
    return World(size, dsn, server.port, tokens, asyncio.run(_slots(dsn)))


def _round(world: World, nth: int, seconds: float) -> Iterator[tuple[str, Result]]:
    """Everybody looks and books once; each round wants other slots, and begins with empty ones."""
    asyncio.run(_run(world.dsn, EMPTY))
    mine = [get("/api/v1/appointments", authorization=f"Bearer {token}") for token in world.tokens]
    days = [get(f"/api/v1/halls/{hall}/days") for hall, _ in world.slots[:50]]
    book = [
        post(
            "/api/v1/appointments", msgspec.json.encode({"hall": hall, "slot": slot}),
            authorization=f"Bearer {token}", idempotency_key=uuid.uuid4().hex,
        )
        for token, (hall, slot) in zip(world.tokens, world.slots[nth * 7 :], strict=False)
    ]  # fmt: skip
    for name, requests, lasting in (("my appointments", mine, seconds), ("days", days, seconds), ("book", book, 0)):
        result = asyncio.run(press(world.port, requests, connections=1, seconds=lasting))
        expected = result.statuses[201 if name == "book" else 200]
        assert expected > 0.9 * result.done, f"{name}: {result.statuses}"
        yield name, result


def _rows(found: dict[tuple[str, int], Result], least: int) -> Iterator[Row]:
    for share in (0.5, 0.99):
        for (name, size), result in found.items():
            floor = found[name, least].percentile(share) if size != least else None
            yield Row(
                f"{name}, p{share * 100:.0f} at {size:,}", "ms", result.percentile(share), floor,
                aim="≥ 0.77" if share > 0.9 and floor else "", note=f"{len(result.latencies):,} answers",
            )  # fmt: skip


async def _prepare_once(dsn: str) -> None:
    await _run(dsn, (*EMPTY, "DROP TABLE IF EXISTS bench_person, bench_slot"))
    await _prepare(dsn)


async def _run(dsn: str, statements: tuple[str, ...]) -> None:
    connection = await asyncpg.connect(dsn)
    for statement in statements:
        await connection.execute(statement)
    await connection.close()
