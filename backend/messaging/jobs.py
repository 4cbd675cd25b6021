"""Timed work of messaging."""

from datetime import timedelta

from backend.core.jobs import every
from backend.messaging import service

IDLE = timedelta(seconds=30)  # a warning that stood still this long has lost the relay


@every(seconds=20)
async def settle_notices() -> int:
    """Take over what became of messages of other systems."""
    return await service.settle_waiting()


@every(seconds=4)
async def go_on_with_broadcasts() -> int:
    """The next pieces of what goes to everybody of an area."""
    return await service.send_some(idle=IDLE)


@every(seconds=20)
async def end_warnings() -> int:
    """Warnings whose time is over come off the pages."""
    return await service.end_past()
