"""Timed work of messaging, and what goes to everybody of an area, as soon as somebody sends it."""

import asyncio
import time

from backend.core import bells
from backend.core.jobs import every, whenever
from backend.messaging import service

PAUSE = 0.1  # seconds, while what goes to everybody has to wait


@every(seconds=1800)
async def settle_notices() -> int:
    """Take over what became of messages of other systems and was missed when it did.

    Rarely: letters are on their way for days, and each round looks at all of them.
    """
    return await service.settle_waiting()


@whenever("mailing")
async def go_on_with_broadcasts(seconds: float = 3.0) -> None:
    """The next pages of what goes to everybody of an area, while there are any; then this is rung again."""
    until = time.monotonic() + seconds
    while await service.under_way():
        if time.monotonic() > until:
            bells.ring("mailing")
            return
        if not await service.send_some(seconds=1.0):
            await asyncio.sleep(PAUSE)


@every(seconds=600)
async def forget_files() -> int:
    """Files of other systems whose time is over are deleted."""
    return await service.forget_files()


@every(seconds=20)
async def end_warnings() -> int:
    """Warnings whose time is over come off the pages."""
    return await service.end_past()
