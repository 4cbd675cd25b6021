"""Look-ups by person that are read for a whole batch at once, the first time that one of the batch asks.

Code that tells one person stays as it is: it asks ``of(person)``. Whoever tells many opens ``batch(people)`` around it.
"""

from collections.abc import Awaitable, Callable, Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Generic, TypeVar
from uuid import UUID

V = TypeVar("V")


class _Batch:
    """Whom it is about, and what was read of them."""

    def __init__(self, people: Collection[UUID]) -> None:
        self.people = list(dict.fromkeys(people))
        self.known = frozenset(self.people)
        self.found: dict[object, dict[UUID, Any]] = {}


_batch: ContextVar[_Batch | None] = ContextVar("batch", default=None)


@contextmanager
def batch(people: Collection[UUID]) -> Iterator[None]:
    """Read for all of these at once; for a moment only, since nobody says when something changed."""
    token = _batch.set(_Batch(people))
    try:
        yield
    finally:
        _batch.reset(token)


class Ahead(Generic[V]):
    """One kind of look-up; ``load`` reads it for many and leaves out those of whom there is nothing."""

    def __init__(self, load: Callable[[list[UUID]], Awaitable[dict[UUID, V]]]) -> None:
        self._load = load

    async def of(self, person: UUID) -> V | None:
        """What there is of one person."""
        here = _batch.get()
        if here is None or person not in here.known:
            return (await self._load([person])).get(person)
        if self not in here.found:
            here.found[self] = await self._load(here.people)
        found: V | None = here.found[self].get(person)
        return found
