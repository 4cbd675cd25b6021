"""Timed work of notifications."""

import asyncio
from contextvars import Context

from backend.core.jobs import every
from backend.notifications import service


@every(seconds=2)
async def send_what_waits() -> int:
    """Hand waiting deliveries to their channels.

    Outside the job's own transaction: each batch must be committed before the next one leaves, or a crash late in a
    long run would send all of it again.
    """
    return await asyncio.get_running_loop().create_task(service.deliver_waiting(), context=Context())


@every(seconds=2)
async def push_what_waits() -> int:
    """The same for channels that read the database while they send."""
    work = service.deliver_waiting(serial=True)
    return await asyncio.get_running_loop().create_task(work, context=Context())


@every(seconds=30)
async def go_on() -> None:
    """The next channel for what was silent, reminders that are due, and old callbacks forgotten."""
    await service.advance()
    await service.run_plans()
    await service.forget_callbacks()
