"""Everything between a folder and a portal that can serve: database, schema, reference data, demonstration world."""

import argparse
import asyncio
import errno
import hashlib
import os
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import asyncpg
import msgspec

from backend import slices
from backend.core import clock, db, keyring, migrations, reference, walls
from backend.core.embedded import Running, binaries, start
from backend.core.reference import Report
from backend.settings import Settings, settings

CODE = Path(__file__).parent
MARK = "everything"  # the row of core_load that tells which code has prepared this database
REMEMBER = """INSERT INTO core_load (name, version, at) VALUES ($1, $2, $3)
    ON CONFLICT (name) DO UPDATE SET version = excluded.version, at = excluded.at"""
FOR_ROOT = Path("/var/lib/linli")  # where a start as root keeps its data when the project lies out of others' reach


class Stop(Exception):
    """An expected reason not to go on: one sentence for the person at the keyboard."""


@contextmanager
def database(chosen: Settings | None = None) -> Iterator[tuple[Settings, Running | None]]:
    """Settings whose `database_url` answers: the one that was set, or the embedded server, owned or shared."""
    wanted = chosen or settings()
    if wanted.database_url:
        yield wanted, None
        return
    place = data_dir(wanted)
    running = start(place, bindir=wanted.pg_bindir or None, os_user=wanted.pg_os_user or None)
    try:
        in_force = msgspec.structs.replace(wanted, database_url=running.dsn, data_dir=place)
        adopt(in_force)
        yield in_force, running
    finally:
        running.stop()


def adopt(chosen: Settings) -> None:
    """Make these the settings of this process and of the workers it will start."""
    os.environ |= {
        "DATABASE_URL": chosen.database_url,
        "DATA_DIR": str(chosen.data_dir),
        "DEMO": "on" if chosen.demo else "off",
    }
    settings.cache_clear()


def data_dir(chosen: Settings) -> Path:
    """Absolute. As root under a closed home (`/root`), the default moves to where PostgreSQL's account can go."""
    place = chosen.data_dir.absolute()
    if os.geteuid() == 0 and "DATA_DIR" not in os.environ and not place.exists():
        nobody = 65534
        if binaries.can_enter(place.parent, nobody, nobody) is not None:
            print(f"PostgreSQL may not enter {place.parent} when root starts it: the data are in {FOR_ROOT}.")
            return FOR_ROOT
    return place


@asynccontextmanager
async def pool(chosen: Settings, *, size: int = 4, as_owner: bool = False) -> AsyncIterator[None]:
    """The pool, for commands; migrations and loads work ``as_owner``.

    A server that does not answer, or may lose data, is refused with one sentence.
    """
    long = {"statement_timeout": "0", "idle_in_transaction_session_timeout": "0", "lock_timeout": "60s"}
    try:
        await db.start(chosen.database_url, size=size, limits=long, as_owner=as_owner)
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, ValueError) as error:
        raise Stop(
            f"The database at {without_password(chosen.database_url)} cannot be used: {_plain(error)}."
        ) from error
    try:
        unsafe = await db.unsafe_settings()
        if unsafe:
            raise Stop(
                f"The database at {without_password(chosen.database_url)} may lose what it has acknowledged: "
                f"{', '.join(unsafe)} {'is' if len(unsafe) == 1 else 'are'} off. Switch on, then start again."
            )
        yield
    finally:
        await db.stop()


def without_password(url: str) -> str:
    """An address for people: nothing secret in it."""
    scheme, _, rest = url.partition("://")
    access, at, place = rest.rpartition("@")
    return f"{scheme}://{access.partition(':')[0]}{at}{place.partition('?')[0]}"


async def bring_up_to_date(chosen: Settings) -> None:
    """Schema, reference data, and the demonstration world when it is on.

    Nothing of it is even imported (0.7 s, 60 MB) when the database says that this very code has done it today.
    """
    mark = fingerprint(chosen)
    if await _done_before(mark) and not await walls.holes():
        await fitting_keys()
        return
    await migrations.migrate_all(slices.apps())
    await _must_stand()
    await fitting_keys()
    await reference.load_all(slices.modules("reference"), progress)
    if chosen.demo:
        for module in sorted(slices.modules("demo"), key=lambda each: int(each.ORDER)):
            await module.world()
    await db.execute(REMEMBER, MARK, mark, clock.now())


async def fitting_keys() -> None:
    """Refuse to go on with another key than the contents were sealed with: each new row would be lost to the old."""
    reason = await keyring.unfit()
    if reason:
        raise Stop(reason)


def fingerprint(chosen: Settings) -> str:
    """Changes with any line of code, any data file, the date, and the demonstration."""
    told = hashlib.sha256(f"{chosen.demo} {clock.today()}".encode())
    for path in sorted(CODE.rglob("*")):
        if path.suffix == ".py":
            told.update(path.read_bytes())
        elif "data" in path.parts and path.is_file():
            state = path.stat()
            told.update(f"{path.relative_to(CODE)} {state.st_size} {state.st_mtime_ns}".encode())
    return told.hexdigest()


async def _must_stand() -> None:
    """Without its second wall the portal does not serve."""
    holes = await walls.holes()
    if holes:
        raise Stop(f"City and city would not be kept apart in the database: {'; '.join(holes)}.")


async def _done_before(mark: str) -> bool:
    if await db.fetchval("SELECT to_regclass('core_load')") is None:
        return False
    return bool(await db.fetchval("SELECT 1 FROM core_load WHERE name = $1 AND version = $2", MARK, mark))


def progress(name: str) -> Report:
    """A line that fills while a set is loaded; where nobody watches, one line at its end."""
    since = time.monotonic()

    def report(done: int, total: int) -> None:
        ended = done >= total
        if sys.stderr.isatty():
            filled = 30 * done // max(total, 1)
            bar = "█" * filled + "░" * (30 - filled)
            sys.stderr.write(f"\r  {name:<14} {bar} {done:>8,} of {total:,}" + ("\n" if ended else ""))
            sys.stderr.flush()
        elif ended:
            print(f"  {name}: {total:,} loaded in {time.monotonic() - since:.1f} s", file=sys.stderr)

    return report


def migrate_command(argv: list[str]) -> int:
    """`migrate`"""
    argparse.ArgumentParser("python -m backend migrate").parse_args(argv)

    async def work(chosen: Settings) -> None:
        async with pool(chosen, as_owner=True):
            applied = await migrations.migrate_all(slices.apps())
            print("\n".join(applied) or "The schema is up to date.")

    with database() as (chosen, _):
        asyncio.run(work(chosen))
    return 0


def load_command(argv: list[str]) -> int:
    """`load`: every set of reference data whose version is not in the database."""
    argparse.ArgumentParser("python -m backend load").parse_args(argv)

    async def work(chosen: Settings) -> None:
        async with pool(chosen, as_owner=True):
            await migrations.migrate_all(slices.apps())
            loaded = await reference.load_all(slices.modules("reference"), progress)
            print(f"Loaded: {', '.join(loaded)}." if loaded else "The reference data are up to date.")

    with database() as (chosen, _):
        asyncio.run(work(chosen))
    return 0


def demo_command(argv: list[str]) -> int:
    """`demo --scale N --seed S`: the people of the demonstration, and N residents of a realistic province."""
    parser = argparse.ArgumentParser("python -m backend demo")
    parser.add_argument("--scale", type=int, default=0, help="residents to make, 10^4 to 10^7")
    parser.add_argument("--seed", type=int, default=1, help="the same seed makes the same world")
    asked = parser.parse_args(argv)
    if not settings().demo:
        raise Stop("The demonstration is off (DEMO): a real city's database is never filled with invented people.")

    async def work(chosen: Settings) -> None:
        async with pool(chosen, as_owner=True):
            await bring_up_to_date(chosen)
            for module in sorted(slices.modules("demo"), key=lambda each: int(each.ORDER)):
                populate: Callable[..., object] | None = getattr(module, "populate", None)
                if asked.scale and populate is not None:
                    await module.populate(asked.scale, asked.seed, progress(module.__name__.split(".")[1]))

    with database() as (chosen, _):
        asyncio.run(work(chosen))
    return 0


def _plain(error: BaseException) -> str:
    """The reason in words, without a stack or a password."""
    if isinstance(error, TimeoutError):
        return "it does not answer within ten seconds"
    if isinstance(error, asyncpg.PostgresError) and db.ROLE in str(error):
        return "it is not prepared for this version: run python -m backend migrate"
    if isinstance(error, OSError) and error.errno in {errno.ECONNREFUSED, errno.ENOENT}:
        return "nothing listens there"
    return str(error).splitlines()[0].rstrip(".") if str(error) else type(error).__name__
