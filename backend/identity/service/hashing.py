"""Slow hashes of what people remember: compared in a thread, two at a time (each takes 19 MiB and some 30 ms)."""

import asyncio
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from backend.core import crypto

_hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)  # OWASP's figures for argon2id
_busy = asyncio.Semaphore(2)


async def hashed(text: str) -> str:
    """The hash to keep."""
    async with _busy:
        return await asyncio.to_thread(_hasher.hash, text)


async def matches(kept: str | None, text: str) -> bool:
    """Whether the text is the one; where nothing is kept, it takes as long and is never."""
    async with _busy:
        try:
            good: bool = await asyncio.to_thread(_hasher.verify, kept or _nobody(), text)
        except (VerificationError, InvalidHashError):
            return False
    return good and kept is not None


@cache
def _nobody() -> str:
    """A hash that nothing fits."""
    return _hasher.hash(crypto.token())
