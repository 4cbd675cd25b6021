"""What happened is announced once, in the same transaction; listeners hear it after commit.

The announcement row is the audit trail, the outbox and the timeline. Delivery is at least once and in order for each
subject, so a listener must bear a repeat. After eight failures an announcement is parked and reported, not retried.
A round delivers many at once, each of another subject, and what their listeners tell is written for all of them
together (``gathering``); when one fails it is parted from the rest, which then go without it.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, ClassVar, TypeVar
from uuid import UUID

import msgspec

from backend.core import bells, clock, db, gathering, ids
from backend.core.actor import Actor
from backend.core.log import logger

MAX_TRIES = 8
BATCH = 200  # announcements of one round
GATHER = 0.05  # seconds between rounds: in a rush one round then carries many, instead of one each


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """Base of what slices announce. ``subject`` is the row it is about. No personal data: ids, states, times."""

    registry: ClassVar[dict[str, type["Event"]]] = {}

    region: str
    subject: UUID

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        Event.registry[cls.__name__] = cls


class Announcement(msgspec.Struct, frozen=True, kw_only=True):
    """The row around an event: who did it, for whom, by what right, through which door, when."""

    region: str
    id: UUID
    name: str
    subject: UUID
    at: datetime
    acting: UUID | None
    principal: UUID | None
    basis: str
    channel: str


E = TypeVar("E", bound=Event)
Listener = Callable[[Any, Announcement], Awaitable[None]]
_listeners: dict[str, list[Listener]] = {}
_by_basis: dict[str, list[Listener]] = {}

INSERT = """INSERT INTO core_announcement (region, id, name, subject, at, acting, principal, basis, channel, body)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10::jsonb)"""
# The oldest waiting announcements whose subject has no older one waiting: order per subject, no head-of-line blocking.
# The look for an older one is a subquery, not NOT EXISTS, and ``+ 0`` keeps it off the index of what is ready: after a
# rush that the statistics have not seen, the planner joined everything that waits with each row (4 s at 50,000).
CLAIM = f"""SELECT region, id, name, subject, at, acting, principal, basis, channel, body::text AS body, tries
    FROM core_announcement a
    WHERE delivered_at IS NULL AND next_try <= $1 AND tries < {MAX_TRIES} AND (
        SELECT true FROM core_announcement b WHERE b.subject = a.subject AND b.id < a.id AND b.delivered_at IS NULL
            AND b.tries + 0 < {MAX_TRIES} LIMIT 1) IS NULL
    ORDER BY next_try, id LIMIT $2 FOR UPDATE SKIP LOCKED"""
DONE = """UPDATE core_announcement a SET delivered_at = $3
    FROM unnest($1::text[], $2::uuid[]) AS d (region, id) WHERE a.region = d.region AND a.id = d.id"""
FAILED = "UPDATE core_announcement SET tries = tries + 1, next_try = $3, problem = $4 WHERE region = $1 AND id = $2"


def on(
    event: type[E],
) -> Callable[[Callable[[E, Announcement], Awaitable[None]]], Callable[[E, Announcement], Awaitable[None]]]:
    """Register a listener for an event."""

    def register(
        listener: Callable[[E, Announcement], Awaitable[None]],
    ) -> Callable[[E, Announcement], Awaitable[None]]:
        _listeners.setdefault(event.__name__, []).append(listener)
        return listener

    return register


def on_any(basis: str) -> Callable[[Listener], Listener]:
    """Register a listener for every announcement of acts done by a right, such as ``delegation``."""

    def register(listener: Listener) -> Listener:
        _by_basis.setdefault(basis, []).append(listener)
        return listener

    return register


def listeners(row: Any) -> list[Listener]:
    """Who hears an announcement: those of its event first, then those of its basis."""
    return [*_listeners.get(row["name"], ()), *_by_basis.get(row["basis"], ())]


async def announce(actor: Actor, event: Event) -> UUID:
    """Write the announcement of ``event`` in the running transaction; returns its id."""
    new = ids.new()
    body = msgspec.json.encode(event).decode()
    await db.execute(
        INSERT, event.region, new, type(event).__name__, event.subject, clock.now(),
        actor.acting, actor.principal, actor.basis, actor.channel, body,
    )  # fmt: skip
    wake()
    return new


def wake() -> None:
    """Tell the relays of all processes that something waits, once it is committed."""
    bells.ring("announced")


async def run_relay(stopping: asyncio.Event, *, pause: float = 1.0) -> None:
    """Deliver until stopped; looks at once when a bell rings, otherwise every ``pause`` seconds."""
    with bells.waiting_for("announced") as bell:
        while not stopping.is_set():
            bell.clear()
            began = time.monotonic()
            try:
                busy = await relay()
            except Exception as error:
                logger.log("error", "relay failed", error=type(error).__name__)
                busy = 0
            if not busy:
                with suppress(TimeoutError):
                    await asyncio.wait_for(bell.wait(), pause)
            if busy < BATCH:
                await asyncio.sleep(began + GATHER - time.monotonic())


async def relay(limit: int = BATCH) -> int:
    """Deliver waiting announcements to their listeners; returns how many were handled. Several relays may run.

    All of them together, for round trips cost more than anything else; what failed before goes alone.
    """
    async with db.transaction():
        rows = [dict(row) for row in await db.fetch(CLAIM, clock.now(), limit)]
        heard = [row for row in rows if row["name"] not in Event.registry or listeners(row)]
        for each in ([row for row in heard if not row["tries"]], *([row] for row in heard if row["tries"])):
            await _carry(each)
        await _done([row for row in rows if row["name"] in Event.registry and not listeners(row)])
    return len(rows)


async def _carry(rows: list[dict[str, Any]]) -> None:
    """Deliver them in one savepoint; when one fails, each half by itself, until only what fails is left out."""
    if not rows:
        return
    try:
        async with db.transaction(), gathering.together():
            for row in rows:
                event = msgspec.json.decode(row["body"], type=Event.registry[row["name"]])
                around = Announcement(**{name: row[name] for name in Announcement.__struct_fields__})
                for listener in listeners(row):
                    await listener(event, around)
            await _done(rows)
    except Exception as error:
        if len(rows) == 1:
            await _postpone(rows[0], rows[0]["tries"] + 1, error)
            return
        half = len(rows) // 2
        await _carry(rows[:half])
        await _carry(rows[half:])


async def _done(rows: list[dict[str, Any]]) -> None:
    if rows:
        await db.execute(DONE, [row["region"] for row in rows], [row["id"] for row in rows], clock.now())


async def _postpone(row: dict[str, Any], tries: int, error: Exception) -> None:
    """Try again in 2, 4, 8 … seconds; the eighth failure parks the announcement and raises the alarm."""
    level = "error" if tries >= MAX_TRIES else "warning"
    logger.log(
        level,
        "announcement not delivered",
        name=row["name"],
        id=str(row["id"]),
        tries=tries,
        error=type(error).__name__,
    )
    later = clock.now() + timedelta(seconds=2**tries)
    await db.execute(FAILED, row["region"], row["id"], later, type(error).__name__)
