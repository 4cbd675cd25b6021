"""Floors: the least that could be done for the same bytes. Bare ASGI: no routing, no session, only needed headers."""

import os
from pathlib import Path
from typing import Any

import asyncpg
import msgspec

BODY = Path(os.environ["FLOOR_BODY"]).read_bytes() if "FLOOR_BODY" in os.environ else b""
HEADERS = [
    (b"content-type", b"text/html; charset=utf-8"),
    (b"content-encoding", b"gzip"),
    (b"content-length", str(len(BODY)).encode()),
]
START = {"type": "http.response.start", "status": 200, "headers": HEADERS}
END = {"type": "http.response.body", "body": BODY}


async def constant(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """The same bytes for everybody."""
    if scope["type"] == "http":
        await send(START)
        await send(END)
    elif scope["type"] == "lifespan":
        await _lifespan(receive, send, _nothing)


_pool: asyncpg.Pool | None = None
SQL = os.environ.get("FLOOR_SQL", "SELECT 1")
ARGUMENT = os.environ.get("FLOOR_ARGUMENT", "")


async def rows(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """One statement by one id, its rows as JSON."""
    if scope["type"] == "lifespan":
        await _lifespan(receive, send, _connect)
        return
    assert _pool is not None
    found = await _pool.fetch(SQL, ARGUMENT)
    body = msgspec.json.encode({"items": [dict(row) for row in found], "next": None})
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _lifespan(receive: Any, send: Any, begin: Any) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            await begin()
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            await send({"type": "lifespan.shutdown.complete"})
            return


async def _nothing() -> None:
    """The constant needs no preparation."""


async def _connect() -> None:
    global _pool
    _pool = await asyncpg.create_pool(os.environ["FLOOR_DSN"], min_size=10, max_size=10)
