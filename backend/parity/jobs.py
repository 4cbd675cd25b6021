"""Timed work of the parity report."""

from backend.core.actor import Actor
from backend.core.jobs import daily
from backend.parity import invented, service
from backend.settings import settings

JOB = Actor.system("make the parity report")


@daily(at="03:40", run_at_start=True)
async def make_reports() -> None:
    """Make the report of a month that is over and has none; the demonstration invents the first ones."""
    if settings().demo:
        await invented.make()
    await service.make_due(JOB)
