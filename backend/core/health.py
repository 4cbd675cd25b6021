"""Whether the process lives, whether it can serve, and its counters."""

from typing import Any

import asyncpg
import msgspec
from litestar import Response, get

from backend.core import db
from backend.core.http.access import PUBLIC, allow
from backend.core.http.metrics import metrics


class State:
    """``ready`` from the end of the start until the drain begins."""

    ready = False


state = State()


class Health(msgspec.Struct, frozen=True):
    """``ok``, or the part that is missing."""

    status: str


@get("/healthz", opt=allow(PUBLIC), include_in_schema=False)
async def healthz() -> Health:
    """The process answers."""
    return Health("ok")


@get("/readyz", opt=allow(PUBLIC), include_in_schema=False)
async def readyz() -> Response[Health]:
    """The process has started, is not draining, and reaches its database."""
    if not state.ready:
        return Response(Health("starting or draining"), status_code=503)
    try:
        await db.fetchval("SELECT 1")
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
        return Response(Health("no database"), status_code=503)
    return Response(Health("ok"))


@get("/metrics", opt=allow(PUBLIC), include_in_schema=False, media_type="text/plain; version=0.0.4")
async def metrics_text() -> str:
    """Counters for Prometheus. The shipped proxy does not pass this address on."""
    return metrics.text()


routes: list[Any] = [healthz, readyz, metrics_text]
