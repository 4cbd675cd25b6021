"""Public pages against a bare ASGI constant of the same bytes; start time and memory."""

import asyncio
import gzip
import urllib.request
from pathlib import Path

from benchmarks.load import get, press
from benchmarks.servers import Server, floor, portal
from benchmarks.table import Row, median

PAGES = {
    "home page": "/",
    "guide": "",
    "list of services": "/services",
    "divisions (API)": "/api/v1/divisions?limit=20",
}


AIMS = {"home page": "≥ 0.80", "guide": "≥ 0.80"}


def measure(folder: Path, rounds: int, seconds: float) -> list[Row]:
    """CPU microseconds a request, ours and the floor's in turns."""
    data = folder / "data"
    with portal(data) as first:
        cold = first.started_in
    rows = []
    with portal(data) as ours:
        guide = _first_guide(ours.port)
        for name, path in {**PAGES, "guide": guide}.items():
            body = folder / "body"
            body.write_bytes(_wire(ours.port, path))
            with floor("benchmarks.floor:constant", FLOOR_BODY=str(body)) as bare:
                mine, least = asyncio.run(_turns(ours, bare, path, rounds, seconds))
            note = f"{body.stat().st_size / 1024:.1f} KB gzip"
            rows.append(Row(name, "µs CPU", mine, least, AIMS.get(name, ""), note=note))
        rows.append(Row("memory of a worker", "MiB", ours.memory()))
        rows.append(Row("first start to first answer", "s", cold, note="database, schema, data, demonstration"))
        rows.append(Row("second start to first answer", "s", ours.started_in, aim="≤ 5 s"))
    return rows


async def _turns(ours: Server, bare: Server, path: str, rounds: int, seconds: float) -> tuple[float, float]:
    mine, least = [], []
    for _ in range(rounds):
        least.append(await cost(bare, get("/"), seconds))
        mine.append(await cost(ours, get(path), seconds))
    return median(mine), median(least)


async def cost(server: Server, request: bytes, seconds: float) -> float:
    """CPU microseconds that the server's workers spend on one request."""
    await press(server.port, [request], connections=8, seconds=0.3)
    before = server.cpu()
    result = await press(server.port, [request], connections=16, seconds=seconds)
    wrong = {status: count for status, count in result.statuses.items() if status != 200}
    if wrong:
        raise RuntimeError(f"answers other than 200: {wrong}")
    return (server.cpu() - before) / result.done * 1e6


def _wire(port: int, path: str) -> bytes:
    asked = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Accept-Encoding": "gzip"})
    with urllib.request.urlopen(asked, timeout=10) as answer:
        body: bytes = answer.read()
        return body if answer.headers.get("Content-Encoding") == "gzip" else gzip.compress(body)


def _first_guide(port: int) -> str:
    import msgspec

    with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/services?limit=1", timeout=10) as answer:
        return f"/services/{msgspec.json.decode(answer.read())['items'][0]['id']}"
