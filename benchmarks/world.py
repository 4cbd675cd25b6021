"""A portal's data folder with people, history and sessions, made through the project's own commands."""

import asyncio
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import asyncpg

from backend.core.embedded import Running, start
from benchmarks.servers import ROOT


def populate(data: Path, appointments: int, seed: int = 1) -> None:
    """The demonstration world with residents and ``appointments`` rows of history, reproducible by seed."""
    environment = {**os.environ, "DATA_DIR": str(data), "DEMO": "on"}
    command = [sys.executable, "-m", "backend", "demo", "--scale", str(appointments), "--seed", str(seed)]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)


@contextmanager
def database(data: Path) -> Iterator[Running]:
    """The embedded database of a folder: ours while nobody else runs it, otherwise the running one."""
    running = start(data)
    try:
        yield running
    finally:
        running.stop()


def sessions(dsn: str, people: int) -> dict[UUID, str]:
    """A session for each of some residents who have appointments: person → token."""
    return asyncio.run(_sessions(dsn, people))


async def _sessions(dsn: str, people: int) -> dict[UUID, str]:
    connection = await asyncpg.connect(dsn)
    try:
        rows = await connection.fetch(
            """SELECT p.id AS person_id FROM identity_person p WHERE p.region = '000000' AND EXISTS (
                SELECT 1 FROM appointments_appointment a WHERE a.person_id = p.id AND a.state = 'attended') LIMIT $1""",
            people,
        )
        made = {row["person_id"]: f"benchmark-{row['person_id']}" for row in rows}
        now, later = datetime.now(UTC), datetime.now(UTC) + timedelta(hours=12)
        await connection.executemany(
            """INSERT INTO identity_session
                (region, id, token_hash, kind, subject, subject_region, device, created, last_seen, expires_at)
            VALUES ('000000', $1, $2, 'resident', $1, '000000', 'benchmark', $3, $3, $4) ON CONFLICT DO NOTHING""",
            [(person, hashlib.sha256(token.encode()).digest(), now, later) for person, token in made.items()],
        )
        await connection.execute("ANALYZE identity_session")
        return made
    finally:
        await connection.close()
