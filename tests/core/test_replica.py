"""A streaming replica of the embedded server, and its promotion: what a city does with two hosts, in one folder."""

import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from backend.core.embedded import Running, start
from backend.core.embedded.account import Account
from tests.support.place import room


@pytest.fixture
def pair() -> Iterator[tuple[Running, Path]]:
    folder = Path(tempfile.mkdtemp(prefix="linli-r-", dir=room()))
    folder.chmod(0o755)
    primary = start(folder / "primary")
    yield primary, folder / "replica"
    primary.stop()
    shutil.rmtree(folder, ignore_errors=True)


def base_backup(primary: Running, place: Path) -> None:
    """pg_basebackup over the socket; -R writes what makes the copy follow."""
    account = Account.for_folder(primary.folder / "data", None)
    parent = place / "postgres"
    parent.mkdir(parents=True)
    account.give(parent)
    command: list[str | Path] = [
        Path(primary.command[0]).parent / "pg_basebackup",
        "-R",
        "-X",
        "stream",
        "-c",
        "fast",
        "-U",
        "linli",
    ]
    source: list[str | Path] = ["-h", primary.socket_dir, "-D", parent / "data"]
    subprocess.run([*command, *source], check=True, cwd="/", env={"LC_ALL": "C.UTF-8"}, **account.popen())


async def reached(connection: asyncpg.Connection, sql: str, wanted: object) -> None:
    """Poll until the replica has it: replication says no more than that it will."""
    end = time.monotonic() + 120
    while await connection.fetchval(sql) != wanted:
        assert time.monotonic() < end, f"{sql} never became {wanted!r}"


@pytest.mark.no_database
async def test_a_replica_follows_and_takes_over_when_it_is_promoted(pair: tuple[Running, Path]) -> None:
    primary, place = pair
    writer = await asyncpg.connect(primary.dsn)
    await writer.execute("CREATE TABLE kept (id int)")
    base_backup(primary, place)
    replica = start(place)
    try:
        reader = await asyncpg.connect(replica.dsn)
        await writer.execute("INSERT INTO kept SELECT generate_series(1, 1000)")
        await reached(reader, "SELECT count(*) FROM kept", 1000)
        with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
            await reader.execute("INSERT INTO kept VALUES (0)")
        await writer.close()
        primary.stop()
        assert await reader.fetchval("SELECT pg_promote(wait => true)")
        await reader.execute("INSERT INTO kept VALUES (1001)")
        assert await reader.fetchval("SELECT count(*) FROM kept") == 1001
        await reader.close()
    finally:
        replica.stop()
