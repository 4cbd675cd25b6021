"""Timed work of a hall's day."""

from backend.core.actor import Actor
from backend.core.jobs import every
from backend.queues import service


@every(seconds=300, run_at_start=True)
async def end_the_day() -> None:
    """Whoever still waits when a hall has closed is told; counters left open are closed overnight."""
    await service.end_days(Actor.system("end the day of a hall"))
