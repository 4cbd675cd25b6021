"""Whoever waits for work is woken when it is committed: in this process by a bell, in the others by NOTIFY.

NOTIFY inside an act's transaction takes a lock that serialises all commits of the database. So an act only notes that
it rang; one connection of the process, with nothing else to do, tells the others what was rung: at once when it was
quiet, and at most every 50 ms in a rush. What is told may be lost with a connection, for whoever waits also looks
every second.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any, Literal

import asyncpg

from backend.core import db
from backend.core.log import logger

# An announcement waits for its listeners, a delivery for its channel, everybody of an area for news.
Kind = Literal["announced", "queued", "mailing"]
KINDS: tuple[Kind, ...] = ("announced", "queued", "mailing")
CHANNEL = "linli_bells"
GATHER = 0.05  # seconds between two NOTIFY of a process
LOST = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError)
# Telling must not wait for the disk: there is nothing in it that could be lost.
SESSION = {"role": db.ROLE, "synchronous_commit": "off", "application_name": "linli bells"}

_bells: dict[str, list[asyncio.Event]] = {kind: [] for kind in KINDS}
_untold: set[str] = set()
_tellers: list[asyncio.Event] = []


def ring(kind: Kind) -> None:
    """Something of this kind waits, as soon as the running transaction is committed; without one, now."""
    db.after_commit(_RUNG[kind])


@contextmanager
def waiting_for(kind: Kind) -> Iterator[asyncio.Event]:
    """A bell that rings when something of this kind waits, whoever committed it."""
    bell = asyncio.Event()
    _bells[kind].append(bell)
    try:
        yield bell
    finally:
        _bells[kind].remove(bell)


async def exchange(dsn: str, stopping: asyncio.Event, *, pause: float = 1.0) -> None:
    """Tell other processes what rang here, and ring here what they tell, until stopped; reconnects when cut off."""
    while not stopping.is_set():
        try:
            connection = await asyncpg.connect(dsn, server_settings=SESSION, timeout=5)
            try:
                await _exchange(connection, stopping)
            finally:
                connection.terminate()
        except LOST as error:
            logger.log("warning", "bells cannot be heard", error=type(error).__name__)
        with suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), pause)


async def _exchange(connection: asyncpg.Connection, stopping: asyncio.Event) -> None:
    news = asyncio.Event()
    connection.add_termination_listener(lambda _: news.set())
    await connection.add_listener(CHANNEL, partial(_heard, connection.get_server_pid()))
    _here(KINDS)  # what rang while we were deaf
    _tellers.append(news)
    try:
        while not connection.is_closed():
            await _first(news, stopping)
            if stopping.is_set():
                return
            news.clear()
            told = sorted(_untold)
            _untold.clear()  # before telling: what rings while it is told must be told again
            if told:
                await connection.execute("SELECT pg_notify($1, $2)", CHANNEL, " ".join(told), timeout=2)
            await asyncio.sleep(GATHER)
    finally:
        _tellers.remove(news)
        _untold.clear()  # the others have looked by themselves before there is a connection again
    raise ConnectionResetError


def _rung(kind: Kind) -> None:
    _here((kind,))
    if _tellers:
        _untold.add(kind)
    for teller in _tellers:
        teller.set()


_RUNG = {kind: partial(_rung, kind) for kind in KINDS}  # one for each kind, so that a transaction rings once


def _here(kinds: tuple[str, ...]) -> None:
    for kind in kinds:
        for bell in _bells.get(kind, ()):
            bell.set()


def _heard(own: int, connection: Any, sender: int, channel: str, payload: object) -> None:
    if sender != own:
        _here(tuple(str(payload).split()))


async def _first(*events: asyncio.Event) -> None:
    """Until one of the events is set."""
    tasks = [asyncio.create_task(each.wait()) for each in events]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
