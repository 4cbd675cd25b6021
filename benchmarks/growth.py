"""Growth: how much slower it gets as the history grows; latency at one connection, so that no queue hides it."""

import asyncio
import time
import uuid
from pathlib import Path

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
BOOKINGS = 800


def measure(folder: Path, sizes: list[int], seconds: float) -> list[Row]:
    """p50 and p99 in milliseconds at each size; the floor of a row is the smallest size."""
    found: dict[str, list[tuple[int, float]]] = {}
    data = folder / "data"
    tokens: list[str] = []
    for nth, size in enumerate(sorted(sizes)):
        began = time.perf_counter()
        grow(data, size)
        print(f"{size:,} appointments after {time.perf_counter() - began:.0f} s", flush=True)
        with database(data) as running:
            asyncio.run(_prepare_once(running.dsn))
            tokens = tokens or list(sessions(running.dsn, PEOPLE).values())
            slots = asyncio.run(_slots(running.dsn))
            with portal(data, BACKGROUND="off") as server:
                time.sleep(SETTLE)
                for name, result in _measured(server.port, tokens, slots, nth, seconds):
                    print(
                        f"{size:,}: {name} {result.percentile(0.5):.1f} ms, p99 {result.percentile(0.99):.1f} ms",
                        flush=True,
                    )
                    for share in (0.5, 0.99):
                        found.setdefault(f"{name}, p{share * 100:.0f}", []).append((size, result.percentile(share)))
    return [
        Row(
            f"{name} at {size:,}", "ms", value, series[0][1] if size != series[0][0] else None,
            aim="≥ 0.77" if "p99" in name and size != series[0][0] else "", note="floor: smallest size",
        )
        for name, series in found.items()
        for size, value in series
    ]  # fmt: skip


def _measured(
    port: int, tokens: list[str], slots: list[tuple[str, str]], nth: int, seconds: float
) -> list[tuple[str, Result]]:
    """Each size books other slots, so that nobody has a place there already."""
    mine = [get("/api/v1/appointments", authorization=f"Bearer {token}") for token in tokens]
    days = [get(f"/api/v1/halls/{hall}/days") for hall, _ in slots[:50]]
    book = [
        post(
            "/api/v1/appointments", msgspec.json.encode({"hall": hall, "slot": slot}),
            authorization=f"Bearer {token}", idempotency_key=uuid.uuid4().hex,
        )
        for token, (hall, slot) in zip(tokens[:BOOKINGS], slots[nth * 7 :], strict=False)
    ]  # fmt: skip
    asyncio.run(press(port, mine + days, connections=1, seconds=0))  # whoever comes first pays for the caches
    found = []
    for name, requests, lasting in (("my appointments", mine, seconds), ("days", days, seconds), ("book", book, 0)):
        result = asyncio.run(press(port, requests, connections=1, seconds=lasting))
        expected = result.statuses[201 if name == "book" else 200]
        assert expected > 0.9 * result.done, f"{name}: {result.statuses}"
        found.append((name, result))
    return found


async def _prepare_once(dsn: str) -> None:
    connection = await asyncpg.connect(dsn)
    for statement in (*EMPTY, "DROP TABLE IF EXISTS bench_person, bench_slot"):
        await connection.execute(statement)
    await connection.close()
    await _prepare(dsn)
