"""Timed work of the parity report."""

from backend.core.actor import Actor
from backend.core.jobs import daily
from backend.parity import service

JOB = Actor.system("make the parity report")


@daily(at="03:40", run_at_start=True)
async def make_reports() -> None:
    """Make the report of a month that is over and has none."""
    await service.make_due(JOB)
