"""The database: one PostgreSQL engine, transactions that can be nested, and statements compiled once.

``transaction()`` replaces Piccolo's own, which leaks the pooled connection when COMMIT fails and ignores nesting.
Nothing is reset between two loans of a connection (see ``lending``), so session settings must be transaction-local.
It works as a role of its own that owns nothing; ``scoped()`` narrows what a request reaches (see ``walls``).
"""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from contextvars import ContextVar
from typing import Any, Literal, TypeVar

import asyncpg
from piccolo.engine.postgres import PostgresEngine, PostgresTransaction
from piccolo.query.base import Query

from backend.core import gathering
from backend.core.lending import Lender, Loan

T = TypeVar("T")
Isolation = Literal["READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE"]
LIMITS = {
    "statement_timeout": "5s",
    "lock_timeout": "2s",
    "idle_in_transaction_session_timeout": "10s",
    "application_name": "linli",
}
# The server is starting, stopping, recovering or out of reach: come back in a moment, nothing was kept by halves.
AWAY = (
    ConnectionError, FileNotFoundError, asyncpg.PostgresConnectionError, asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError, asyncpg.CrashShutdownError, asyncpg.TooManyConnectionsError, asyncpg.InterfaceError,
    asyncpg.InternalClientError,
)  # fmt: skip
# Somebody else holds what is needed, or two wait for each other: nothing was kept, and in a moment it goes.
BUSY = (asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError)
WALLED = asyncpg.InsufficientPrivilegeError  # row security or a missing right
ROLE = "linli_app"  # what the portal works as: no login, owner of nothing
UNSAFE = ("fsync", "synchronous_commit", "full_page_writes")


class _Engine(PostgresEngine):
    """Piccolo's engine without its look at the server while modules are imported: the address is not known then."""

    async def check_version(self) -> None:
        """The supervisor and ``check-config`` look at the server instead."""

    async def prep_database(self) -> None:
        """The schema needs no extension."""

    async def _run_in_pool(self, query: str, args: Sequence[Any] | None = None) -> list[asyncpg.Record]:
        """Piccolo's own queries are narrowed like all others."""
        return await fetch(query, *(args or ()))


DB = _Engine(config={"dsn": ""})


class _Transaction(PostgresTransaction):
    """What Piccolo's queries look for in the context: a connection, and a counter of savepoints."""

    def __init__(self, engine: PostgresEngine, connection: asyncpg.Connection) -> None:
        self.engine = engine
        self.connection = connection
        self._savepoint_id = 0
        self._parent = None
        self._committed = False
        self._rolled_back = False
        self.after: dict[Callable[[], None], None] = {}


_lender: Lender | None = None
_narrowed: ContextVar[dict[str, str] | None] = ContextVar("narrowed", default=None)


async def start(dsn: str, *, size: int = 10, limits: dict[str, str] | None = None, as_owner: bool = False) -> None:
    """Open the pool, as the portal's role or ``as_owner`` for migrations and loads; both see all regions.

    Every query without a pool would open a connection of its own.
    """
    global _lender
    DB.config = {"dsn": dsn}
    server = {**LIMITS, **(limits or {}), "linli.scope": "*", **({} if as_owner else {"role": ROLE})}
    await DB.start_connection_pool(
        min_size=min(2, size), max_size=size, reset=_keep, server_settings=server, timeout=10
    )
    assert DB.pool is not None
    _lender = Lender(DB.pool)


async def stop() -> None:
    """Close the pool."""
    if _lender is not None and DB.pool is not None:
        await _lender.release_all()
        await DB.close_connection_pool()


async def unsafe_settings() -> list[str]:
    """Durability settings that are off: acknowledged bookings could be lost after a crash."""
    rows = await fetch("SELECT name, setting FROM pg_settings WHERE name = ANY($1::text[])", list(UNSAFE))
    return sorted(row["name"] for row in rows if row["setting"] == "off")


async def seconds_until_counted() -> int:
    """How long PostgreSQL may leave a table that has grown uncounted; until then its plans are those of before."""
    return int(await fetchval("SELECT setting::integer FROM pg_settings WHERE name = 'autovacuum_naptime'"))


@asynccontextmanager
async def transaction(
    *, isolation: Isolation | None = None, readonly: bool = False, gucs: dict[str, str] | None = None
) -> AsyncIterator[None]:
    """A transaction; inside another one a SAVEPOINT. ``gucs`` are transaction-local settings sent with BEGIN."""
    running = DB.current_transaction.get()
    if running is not None:
        async with _savepoint(running):
            yield
        return
    local = {**(_narrowed.get() or {}), **(gucs or {})}
    async with _loan() as connection:
        opened = _Transaction(DB, connection)
        token = DB.current_transaction.set(opened)
        try:
            await connection.execute(_begin(isolation, readonly, local))
            async with _ended(connection, "COMMIT", "ROLLBACK"):
                yield
        finally:
            DB.current_transaction.reset(token)
    for work in opened.after:
        work()


def after_commit(work: Callable[[], None]) -> None:
    """Do this once when the running transaction is committed, and never when it is not; now, when none runs."""
    running = DB.current_transaction.get()
    if isinstance(running, _Transaction):
        running.after[work] = None
    else:
        work()


@asynccontextmanager
async def scoped(settings: dict[str, str]) -> AsyncIterator[None]:
    """Every transaction in here begins with these settings, and every statement outside one gets its own transaction.

    Inside a running transaction they hold at once, and end with the block.
    """
    token = _narrowed.set(settings)
    running = DB.current_transaction.get()
    try:
        if running is None or not settings:
            yield
        else:
            async with _held(running.connection, settings):
                yield
    finally:
        _narrowed.reset(token)


async def retrying(work: Callable[[], Awaitable[T]], *, attempts: int = 5, isolation: Isolation | None = None) -> T:
    """Run ``work`` in a transaction again when the database asks for it (40001, 40P01)."""
    for attempt in range(attempts):
        try:
            async with transaction(isolation=isolation):
                return await work()
        except (asyncpg.SerializationError, asyncpg.DeadlockDetectedError):
            if attempt == attempts - 1:
                raise
            await asyncio.sleep(random.random() * 0.01 * 2**attempt)
    raise AssertionError("unreachable")


async def fetch(sql: str, *args: Any) -> list[asyncpg.Record]:
    """All rows of a statement with ``$1`` parameters, in the running transaction or on its own."""
    result: list[asyncpg.Record] = await _run("fetch", sql, *args)
    return result


async def fetchrow(sql: str, *args: Any) -> asyncpg.Record | None:
    """The first row, or none."""
    row: asyncpg.Record | None = await _run("fetchrow", sql, *args)
    return row


async def fetchval(sql: str, *args: Any) -> Any:
    """The first column of the first row."""
    return await _run("fetchval", sql, *args)


async def execute(sql: str, *args: Any) -> str:
    """Run a statement; returns PostgreSQL's command tag."""
    tag: str = await _run("execute", sql, *args)
    return tag


async def executemany(sql: str, rows: Iterable[Sequence[Any]]) -> None:
    """Run one statement for many rows, in one round of pipelining."""
    await _run("executemany", sql, rows)


async def copy_records(table: str, columns: Sequence[str], records: Iterable[Sequence[Any]]) -> None:
    """Load rows by COPY (at most ten minutes), in the running transaction or on its own.

    Tables with row policies take COPY from their owner only, so this is for loads, not for requests.
    """
    await _run("copy_records_to_table", table, records=records, columns=list(columns), timeout=600)


class Compiled:
    """A Piccolo query built once with sentinel values, run with real ones at asyncpg's speed.

    Piccolo checks the names of tables and columns when the module is imported; building the same query for each call
    costs three times the client CPU.
    """

    def __init__(self, query: Query[Any, Any], *sentinels: Any) -> None:
        self.sql, args = query.querystrings[0].compile_string(engine_type="postgres")
        self._order = [sentinels.index(arg) for arg in args]

    async def fetch(self, *values: Any) -> list[asyncpg.Record]:
        """All rows, with ``values`` in the order of the sentinels."""
        return await fetch(self.sql, *(values[i] for i in self._order))

    async def fetchrow(self, *values: Any) -> asyncpg.Record | None:
        """The first row, or none."""
        return await fetchrow(self.sql, *(values[i] for i in self._order))


async def _keep(connection: asyncpg.Connection) -> None:
    """Nothing is set outside a transaction, so nothing has to be reset."""


def _loan() -> Loan:
    if DB.pool is None or _lender is None:
        raise RuntimeError("the database pool is not started")
    return Loan(_lender)


async def _run(method: str, *args: Any, **options: Any) -> Any:
    """A statement on the running transaction's connection, or on any; what is narrowed gets a transaction for it."""
    running = DB.current_transaction.get()
    if running is not None:
        return await getattr(running.connection, method)(*args, **options)
    if _narrowed.get():
        async with transaction():
            return await _run(method, *args, **options)
    async with _loan() as connection:
        return await getattr(connection, method)(*args, **options)


def _begin(isolation: Isolation | None, readonly: bool, gucs: dict[str, str]) -> str:
    words = ["BEGIN", f"ISOLATION LEVEL {isolation}" if isolation else "", "READ ONLY" if readonly else ""]
    return " ".join(filter(None, words)) + ";" + _local(gucs)


def _local(gucs: dict[str, str]) -> str:
    return "".join(f"SELECT set_config({_quoted(name)}, {_quoted(value)}, true);" for name, value in gucs.items())


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


@asynccontextmanager
async def _held(connection: asyncpg.Connection, settings: dict[str, str]) -> AsyncIterator[None]:
    """Settings inside a transaction that goes on: a savepoint that fails has undone them already."""
    before = {name: await connection.fetchval("SELECT current_setting($1, true)", name) or "" for name in settings}
    await connection.execute(_local(settings))
    try:
        yield
    finally:
        with suppress(asyncpg.InFailedSQLTransactionError):
            await connection.execute(_local(before))


@asynccontextmanager
async def _savepoint(running: PostgresTransaction) -> AsyncIterator[None]:
    name, waiting = f"sp_{running.get_savepoint_id()}", gathering.mark()
    await running.connection.execute(f"SAVEPOINT {name}")
    try:
        async with _ended(running.connection, f"RELEASE {name}", f"ROLLBACK TO {name}"):
            yield
    except BaseException:
        gathering.back_to(waiting)
        raise


@asynccontextmanager
async def _ended(connection: asyncpg.Connection, well: str, badly: str) -> AsyncIterator[None]:
    """End a block with one statement or the other; a cancelled request still rolls back."""
    try:
        yield
    except BaseException:
        if not connection.is_closed():
            await asyncio.shield(connection.execute(badly))
        raise
    else:
        await connection.execute(well)
