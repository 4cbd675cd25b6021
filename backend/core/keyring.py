"""The database remembers which root keys its contents need, so that a start with another one is refused, not survived.

Kept are a key's number and a mark that follows from it; neither opens anything.
"""

import hmac
from collections.abc import Iterable

from backend import settings
from backend.core import clock, db
from backend.settings import RootKey

NAME = "keys"
KEEP = """INSERT INTO core_load (name, version, at) VALUES ($1, $2, $3)
    ON CONFLICT (name) DO UPDATE SET version = excluded.version, at = excluded.at
    WHERE core_load.version <> excluded.version"""


async def unfit(known: Iterable[RootKey] | None = None) -> str:
    """Why these keys do not fit this database, in one sentence; empty when they do, and then they are remembered."""
    chosen = tuple(settings.root_keys() if known is None else known)
    needed, marks = await _needed(), {key.id: _mark(key) for key in chosen}
    for number, mark in needed.items():
        if number not in marks:
            return (
                f"This database needs key {number}: put it into OLD_SECRET_KEYS, or run rotate-keys with it before"
                " it is taken out."
            )
        if marks[number] != mark:
            return f"Key {number} is another one than this database was sealed with: set the former SECRET_KEY again."
    await _keep(needed | marks)
    return ""


async def settle(current: RootKey) -> None:
    """After everything was sealed anew: only the current key is needed from now on."""
    await _keep({current.id: _mark(current)})


async def _needed() -> dict[int, str]:
    kept = await db.fetchval("SELECT version FROM core_load WHERE name = $1", NAME) or ""
    return {int(number): mark for number, _, mark in (each.partition(":") for each in kept.split())}


async def _keep(marks: dict[int, str]) -> None:
    text = " ".join(f"{number}:{mark}" for number, mark in sorted(marks.items()))
    await db.execute(KEEP, NAME, text, clock.now())


def _mark(key: RootKey) -> str:
    return hmac.digest(key.secret, f"linli:known:{key.id}:{key.cipher}".encode(), "sha256").hex()[:24]
