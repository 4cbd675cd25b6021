"""What many ask for one by one, such as telling somebody, is done once for all of them at the end of a batch.

Whoever runs a batch opens ``together()`` inside its transaction. ``do()`` then waits for the end of it; outside a batch
it is done at once. What was asked for in a savepoint that is undone was never asked for.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

T = TypeVar("T")
Work = Callable[[list[Any]], Awaitable[object]]
_waiting: ContextVar[list[tuple[Work, Any]] | None] = ContextVar("waiting", default=None)


async def do(work: Callable[[list[T]], Awaitable[object]], wanted: T) -> None:
    """Do it with all others of the batch; with this one alone where there is no batch."""
    waiting = _waiting.get()
    if waiting is None:
        await work([wanted])
    else:
        waiting.append((work, wanted))


@asynccontextmanager
async def together() -> AsyncIterator[None]:
    """A batch: at its end each kind of work is done once, for all who asked. A batch that fails does nothing."""
    waiting: list[tuple[Work, Any]] = []
    token = _waiting.set(waiting)
    try:
        yield
    finally:
        _waiting.reset(token)
    kinds: dict[Work, list[Any]] = {}
    for work, wanted in waiting:
        kinds.setdefault(work, []).append(wanted)
    for work, all_wanted in kinds.items():
        await work(all_wanted)


def mark() -> int:
    """How much waits, for ``back_to``."""
    return len(_waiting.get() or ())


def back_to(length: int) -> None:
    """Forget what was asked for since: its savepoint was undone."""
    waiting = _waiting.get()
    if waiting is not None:
        del waiting[length:]
