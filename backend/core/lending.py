"""Connections that wait between two statements without a way back through asyncpg's pool.

The pool makes a task, a shield, two futures and a timer for each loan: a sixth of the CPU of a booking. So a connection
that has nothing to clean up waits here, the warmest on top, and stays open: a fresh one plans all statements anew.
Whoever has to wait gets theirs from the pool, in order of coming. A connection whose statement failed or was cancelled
goes back through the pool, which ends what is under way.
"""

from types import TracebackType

import asyncpg


class Lender:
    """Lends the connections of a pool."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool
        self._idle: list[asyncpg.Connection] = []
        self._waiting = 0
        self._ended = False

    async def take(self) -> asyncpg.Connection:
        """One that is idle, or the pool's next."""
        while self._idle:
            connection = self._idle.pop()
            if _open(connection):
                return connection
            await self._pool.release(connection)
        self._waiting += 1
        try:
            return await self._pool.acquire()
        finally:
            self._waiting -= 1

    async def give_back(self, connection: asyncpg.Connection, *, clean: bool) -> None:
        """Keep it for the next, unless somebody waits, it was left with something to end, or all is over."""
        if clean and not self._waiting and not self._ended and _open(connection) and not connection.is_in_transaction():
            self._idle.append(connection)
        else:
            await self._pool.release(connection)

    async def release_all(self) -> None:
        """Give the pool back what waits here and what is still lent, so that it can be closed: it waits for all."""
        self._ended = True
        while self._idle:
            await self._pool.release(self._idle.pop())


class Loan:
    """``async with Loan(lender) as connection``."""

    __slots__ = ("_connection", "_lender")

    def __init__(self, lender: Lender) -> None:
        self._lender = lender

    async def __aenter__(self) -> asyncpg.Connection:
        self._connection = await self._lender.take()
        return self._connection

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._lender.give_back(self._connection, clean=error is None)


def _open(connection: asyncpg.Connection) -> bool:
    """One that is closed, by the server or by us, goes back to the pool by itself and can no longer be asked."""
    try:
        return not connection.is_closed()
    except asyncpg.InterfaceError:
        return False
