"""Growth: how much slower it gets as the history grows; latency at one connection, so that no queue hides it."""

import asyncio
import uuid
from pathlib import Path

import msgspec

from benchmarks.booking import _prepare, _slots
from benchmarks.load import get, post, press
from benchmarks.servers import portal
from benchmarks.table import Row
from benchmarks.world import database, populate, sessions


def measure(folder: Path, sizes: list[int], seconds: float) -> list[Row]:
    """p50 and p99 in milliseconds at each size; the floor of a row is the smallest size."""
    found: dict[str, list[tuple[int, float]]] = {}
    data = folder / "data"
    for size in sorted(sizes):
        populate(data, size)
        with database(data) as running, portal(data) as server:
            asyncio.run(_prepare_once(running.dsn))
            tokens = list(sessions(running.dsn, 500).values())
            slots = asyncio.run(_slots(running.dsn))
            mine = [get("/api/v1/appointments", authorization=f"Bearer {token}") for token in tokens]
            days = [get(f"/api/v1/halls/{hall}/days") for hall, _ in slots[:50]]
            book = [
                post(
                    "/api/v1/appointments", msgspec.json.encode({"hall": hall, "slot": slot}),
                    authorization=f"Bearer {token}", idempotency_key=uuid.uuid4().hex,
                )
                for token, (hall, slot) in zip(tokens, slots, strict=False)
            ]  # fmt: skip
            for name, requests, lasting in (
                ("my appointments", mine, seconds),
                ("days", days, seconds),
                ("book", book, 0),
            ):
                result = asyncio.run(press(server.port, requests, connections=1, seconds=lasting))
                found.setdefault(f"{name}, p50", []).append((size, result.percentile(0.5)))
                found.setdefault(f"{name}, p99", []).append((size, result.percentile(0.99)))
    return [
        Row(
            f"{name} at {size:,}",
            "ms",
            value,
            series[0][1] if size != series[0][0] else None,
            note="floor: smallest size",
        )
        for name, series in found.items()
        for size, value in series
    ]


async def _prepare_once(dsn: str) -> None:
    import asyncpg

    connection = await asyncpg.connect(dsn)
    await connection.execute("DROP TABLE IF EXISTS bench_person, bench_slot")
    await connection.close()
    await _prepare(dsn)
