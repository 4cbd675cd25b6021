"""Reading: my appointments against raw asyncpg behind bare ASGI, and the search box."""

import asyncio
import statistics
import time
from pathlib import Path
from urllib.parse import quote

import msgspec

from backend.appointments.service.reading import MINE
from benchmarks.load import get, press
from benchmarks.pages import cost
from benchmarks.servers import ROOT, floor, portal
from benchmarks.table import Row, median
from benchmarks.world import database, populate, sessions

QUESTIONS = (
    "上户口",
    "我妈退休金认证怎么弄",
    "驾照到期了",
    "shebaoka",
    "老年证",
    "医保报销要什么材料",
    "公积金提取",
    "sfz",
)
FLOOR = (
    MINE.replace("(starts_at, id) < ($2, $3)", "true")
    .replace("LIMIT $4", "LIMIT 21")
    .replace("= $1", "= $1::text::uuid")
)


def measure(folder: Path, rounds: int, seconds: float) -> list[Row]:
    """CPU microseconds a request, ours and the floor's in turns; the search's latency at one connection."""
    data = folder / "data"
    populate(data, 20_000)
    with database(data) as running:
        people = sessions(running.dsn, 200)
        person, token = next(iter(people.items()))
        asked = get("/api/v1/appointments", authorization=f"Bearer {token}")
        with (
            portal(data) as ours,
            floor("benchmarks.floor:rows", FLOOR_DSN=running.dsn, FLOOR_SQL=FLOOR, FLOOR_ARGUMENT=str(person)) as bare,
        ):
            mine, least = [], []
            for _ in range(rounds):
                least.append(asyncio.run(cost(bare, get("/"), seconds)))
                mine.append(asyncio.run(cost(ours, asked, seconds)))
            searches = [get(f"/api/v1/search?q={quote(q)}") for q in QUESTIONS]
            in_process = _in_process(running.dsn)
            found = asyncio.run(press(ours.port, searches, connections=1, seconds=seconds))
    return [
        Row("my appointments (API)", "µs CPU", median(mine), median(least), "≥ 0.50"),
        Row("search over HTTP, p50", "ms", found.percentile(0.5)),
        Row("search over HTTP, p95", "ms", found.percentile(0.95), aim="≤ 5 ms"),
        Row("search in the process, p95", "ms", in_process, aim="≤ 5 ms"),
    ]


def _in_process(dsn: str) -> float:
    """The index alone, without HTTP: the 95th percentile over the questions of the evaluation, in milliseconds."""
    from backend import slices
    from backend.core import db
    from backend.core.search import live

    lines = (ROOT / "backend" / "catalogue" / "data" / "search_dev.jsonl").read_bytes().splitlines()
    questions = [str(msgspec.json.decode(line)["query"]) for line in lines]

    async def ask() -> float:
        await db.start(dsn)
        index = await live.rebuild([module.documents for module in slices.modules("search")])
        taken = []
        for q in questions:  # each once: the index remembers the latest
            began = time.perf_counter()
            index.find(q)
            taken.append((time.perf_counter() - began) * 1000)
        await db.stop()
        return statistics.quantiles(taken, n=20)[-1]

    return asyncio.run(ask())
