"""Timed work of appointments."""

from backend.appointments import service
from backend.core.jobs import daily, every


@daily(at="00:05", run_at_start=True)
async def open_slots() -> None:
    """Make the slots of the day that has come into the horizon."""
    await service.open_slots_ahead()
    await service.serve_lines()


@every(seconds=600)
async def close_the_past() -> None:
    """Appointments whose day has gone by without check-in are missed (爽约)."""
    await service.mark_missed()


@every(seconds=60, run_at_start=True)
async def settle_closures() -> None:
    """Whoever still waits for a new time because a hall closes gets one, or a call."""
    await service.settle_closures()


@every(seconds=60)
async def release_unused_places() -> None:
    """余号释放: places that nobody used go where somebody needs them."""
    await service.release_unused()


@every(seconds=15)
async def bring_places_back() -> None:
    """Holds and offers that ran out, places given up: to the line, or free. A booking does not wait for this."""
    await service.settle_due()


@every(seconds=60)
async def serve_the_lines() -> None:
    """Places that opened or came over from another share, to those who wait; and the end of old lines."""
    await service.serve_lines()
    await service.end_old_lines()
