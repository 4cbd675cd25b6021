"""Timed work of messaging."""

from backend.core.jobs import every
from backend.messaging import service


@every(seconds=20)
async def settle_notices() -> int:
    """Take over what became of messages of other systems."""
    return await service.settle_waiting()
