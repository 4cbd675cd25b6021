"""Small things that many requests need and few change, kept in the process and forgotten by tag."""

import time
from collections.abc import Awaitable, Callable, Collection
from typing import Generic, TypeVar

from backend.core import cache

K = TypeVar("K")
V = TypeVar("V")


class Memo(Generic[K, V]):
    """Values by key for at most ``lives`` seconds; a drop of ``tag`` forgets them all, in every process."""

    def __init__(self, tag: str, lives: float = 60.0, kept: int = 20_000) -> None:
        self._tag, self._lives, self._kept = tag, lives, kept
        self._values: dict[K, V] = {}
        self._until = 0.0
        self._drops = 0
        cache.pages.told.append(self._hear)

    async def many(self, keys: Collection[K], load: Callable[[list[K]], Awaitable[dict[K, V]]]) -> dict[K, V]:
        """The values of the keys; those not at hand are loaded together. Unknown keys are left out."""
        if time.monotonic() > self._until or len(self._values) > self._kept:
            self._values, self._until = {}, time.monotonic() + self._lives
        found = {key: self._values[key] for key in keys if key in self._values}
        missing = [key for key in keys if key not in found]
        if not missing:
            return found
        before = self._drops
        loaded = await load(missing)
        if before == self._drops:  # otherwise it changed while it was being read
            self._values.update(loaded)
        return found | loaded

    def _hear(self, tag: str) -> None:
        if tag in (self._tag, cache.EVERYTHING):
            self._drops += 1
            self._values = {}
