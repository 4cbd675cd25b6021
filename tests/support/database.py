"""One PostgreSQL a test run, one migrated and loaded template in it, one database a worker, one transaction a test.

`tx` opens a transaction that is rolled back after the test; everything the test, its fixtures and the application do
joins it as a savepoint, because fixtures and tests share one context. It is there for every `async def` test. A test
that needs real commits or several connections asks for `own_database`, a copy of the template that is dropped after.
"""

import asyncio
import fcntl
import inspect
import os
import shutil
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import asyncpg
import pytest

from backend.core.embedded import Running, start
from tests.support.place import room

TEMPLATE = "linli_template"
WORLD = "linli_world"
ROOT = Path(__file__).parents[2]
# As durable as in service: the portal refuses a server that is not, and a rolled-back test writes little.
OPTIONS = {"max_connections": "300"}
LIMITS = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")


@pytest.fixture(scope="session")
def server() -> Iterator[Running]:
    """The run's PostgreSQL. The worker that started it stops it when the last of the others has let go."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    folder = room() / f"linli-tests-{os.geteuid()}-{run[:12]}"
    folder.mkdir(mode=0o755, exist_ok=True)
    with open(folder / "users", "a") as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        running = start(folder, options=OPTIONS)
        try:
            yield running
        finally:
            fcntl.flock(users, fcntl.LOCK_EX if running.owner else fcntl.LOCK_UN)
            running.stop()
    if running.process is None and not (folder / "postgres" / "data" / "postmaster.pid").exists():
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
async def template(server: Running) -> str:
    """Name of a database with the schema and the reference data, made once a run."""
    with _alone(server.folder.parent / "template.lock"):
        if not await _exists(server, TEMPLATE):
            await administer(server, "DROP DATABASE IF EXISTS linli_building", "CREATE DATABASE linli_building")
            await _fill(server.dsn_of("linli_building"))
            await administer(server, f"ALTER DATABASE linli_building RENAME TO {TEMPLATE}")
    return TEMPLATE


@pytest.fixture(scope="session")
async def database(server: Running, template: str) -> AsyncIterator[str]:
    """Address of this worker's database, with the pool started on it."""
    from backend.core import db

    name = f"linli_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
    await administer(server, f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
    await db.start(server.dsn_of(name))
    yield server.dsn_of(name)
    await db.stop()


@pytest.fixture
async def tx(database: str) -> AsyncIterator[None]:
    """The test's transaction, rolled back whatever happens."""
    async with undone():
        yield


@asynccontextmanager
async def undone() -> AsyncIterator[None]:
    """A transaction that is rolled back. A fixture of a module may open one around those of its tests, which are
    savepoints in it then: each finds what the fixture made, and nothing of the others.
    """
    from backend.core import db

    class Undo(Exception):
        pass

    try:
        async with db.transaction(gucs={"idle_in_transaction_session_timeout": "0", "statement_timeout": "60s"}):
            yield
            raise Undo
    except Undo:
        pass


@pytest.fixture
async def as_owner(tx: None) -> None:
    """The test works as the owner of the tables, as migrations, loads and the demonstration world do."""
    from backend.core import db

    await db.execute("SET LOCAL ROLE NONE")


@pytest.fixture(autouse=True)
def _transaction_of_each_async_test(request: pytest.FixtureRequest) -> None:
    if not inspect.iscoroutinefunction(request.function):
        return
    if "own_database" in request.fixturenames or request.node.get_closest_marker("no_database"):
        return
    request.getfixturevalue("tx")


@asynccontextmanager
async def pool_at(dsn: str, *, then: str, size: int = 10) -> AsyncIterator[None]:
    """The pool of this process is at another database for a while. There a crowd waits as long as a slow machine needs:
    two seconds for a lock are a promise to people, and none about two hundred at once on a busy runner.
    """
    from backend.core import db

    await db.stop()
    await db.start(dsn, size=size, limits=dict.fromkeys(LIMITS, "60s"))
    yield
    await db.stop()
    await db.start(then)


@pytest.fixture
async def own_database(server: Running, template: str, database: str) -> AsyncIterator[str]:
    """A database of this test's own where commits are real; the pool is moved to it for the time of the test."""
    name = f"linli_own_{os.getpid()}"
    await administer(
        server, f"DROP DATABASE IF EXISTS {name}", f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY"
    )
    async with pool_at(server.dsn_of(name), then=database, size=20):
        yield server.dsn_of(name)
    await administer(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
async def world(server: Running, template: str) -> str:
    """Name of a database with the demonstration world, made once a run by the command that a stranger has."""
    with _alone(server.folder.parent / "world.lock"):
        if not await _exists(server, WORLD):
            building = f"{WORLD}_building"
            await administer(
                server,
                f"DROP DATABASE IF EXISTS {building}",
                f"CREATE DATABASE {building} TEMPLATE {template} STRATEGY FILE_COPY",
            )
            environment = os.environ | {"DATABASE_URL": server.dsn_of(building), "DEMO": "on"}
            making = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "backend", "demo", cwd=ROOT, env=environment
            )
            assert await making.wait() == 0
            await administer(server, f"ALTER DATABASE {building} RENAME TO {WORLD}")
    return WORLD


@pytest.fixture(scope="session")
async def served_database(server: Running, world: str) -> str:
    """Address of a copy for processes outside the test: a running portal, a browser's pages."""
    return await copy_of(server, world, f"linli_served_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}")


async def copy_of(server: Running, template: str, name: str) -> str:
    """Address of a new database like ``template``."""
    await administer(
        server, f"DROP DATABASE IF EXISTS {name}", f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY"
    )
    return server.dsn_of(name)


async def administer(server: Running, *statements: str) -> None:
    """Statements outside a transaction, from the maintenance database."""
    connection = await asyncpg.connect(server.dsn_of("postgres"))
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


async def _exists(server: Running, name: str) -> bool:
    connection = await asyncpg.connect(server.dsn_of("postgres"))
    try:
        return bool(await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", name))
    finally:
        await connection.close()


async def _fill(dsn: str) -> None:
    from backend import slices
    from backend.core import db, events, migrations, reference

    slices.modules("events")
    await db.start(dsn, as_owner=True)
    try:
        await migrations.migrate_all(slices.apps())
        await reference.load_all(slices.modules("reference"), lambda _name: lambda _done, _total: None)
        while await events.relay():  # what loading announced must not wait in every test's queue
            pass
    finally:
        await db.stop()


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    with open(path, "a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
