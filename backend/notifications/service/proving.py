"""Six digits prove that a number or an address is somebody's: how often they go out, and whether they fit."""

import secrets
from typing import Any
from uuid import UUID

from backend.core import clock, crypto, rate
from backend.core.actor import Actor
from backend.notifications import rules

PURPOSE = "notice-code"
BY_ONE = (5, 3600)  # codes that one person may ask for, and in how many seconds
TO_ONE = ((5, 3600), (10, 86400))  # codes to one target, whoever asks: its owner may be somebody who wants none


async def bounded(actor: Actor, asking: str, sending: str, target: bytes) -> None:
    """Count a code for the person who asks and for the number or address that gets it; raises ``TooMany``."""
    await rate.check(asking, actor.person.hex, limit=BY_ONE[0], per=BY_ONE[1])
    for limit, per in TO_ONE:
        await rate.check(f"{sending}-{per}", target.hex(), limit=limit, per=per)


def fresh() -> str:
    """The digits."""
    return f"{secrets.randbelow(10**6):06d}"


def mark(row_id: UUID, code: str) -> bytes:
    """What is kept of the digits."""
    return crypto.index(f"{row_id}:{code}", PURPOSE)


def over(row: Any) -> bool:
    """Whether the digits have run out, or were guessed at too often."""
    return bool(row["code_tries"] >= rules.CODE_TRIES or row["code_until"] <= clock.now())


def fits(row: Any, code: str) -> bool:
    """Whether these are the digits."""
    return crypto.fits(row["code_hash"], f"{row['id']}:{code}", PURPOSE)
