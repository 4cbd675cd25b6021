"""Loads of reference data: each set lives with its slice, has a version, and is loaded again only when that changes."""

from collections.abc import Callable
from types import ModuleType

from backend.core import clock, db

Report = Callable[[int, int], None]


async def load_all(sources: list[ModuleType], progress: Callable[[str], Report]) -> list[str]:
    """Load the sources whose version is not in the database yet; returns their names. One host loads, others wait."""
    loaded = []
    for source in sorted(sources, key=lambda each: (int(each.ORDER), str(each.NAME))):
        if await load(source, progress(source.NAME)):
            loaded.append(source.NAME)
    return loaded


async def load(source: ModuleType, report: Report) -> bool:
    """Load one source in one transaction: all of it or nothing. Returns whether there was anything to do."""
    version = source.version()
    if await _present(source.NAME) == version:
        return False
    async with db.transaction():
        for limit in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"):
            await db.execute(f"SET LOCAL {limit} = '10min'")
        await db.fetchval("SELECT pg_advisory_xact_lock(hashtextextended($1, 7))", f"load:{source.NAME}")
        if await _present(source.NAME) == version:
            return False
        await source.load(report)
        await db.execute(
            """INSERT INTO core_load (name, version, at) VALUES ($1, $2, $3)
            ON CONFLICT (name) DO UPDATE SET version = excluded.version, at = excluded.at""",
            source.NAME, version, clock.now(),
        )  # fmt: skip
    return True


async def _present(name: str) -> str | None:
    found: str | None = await db.fetchval("SELECT version FROM core_load WHERE name = $1", name)
    return found
