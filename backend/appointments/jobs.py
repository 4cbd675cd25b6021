"""Timed work of appointments."""

from backend.appointments import service
from backend.core.jobs import daily, every


@daily(at="00:05", run_at_start=True)
async def open_slots() -> None:
    """Make the slots of the day that has come into the horizon."""
    await service.open_slots_ahead()


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
