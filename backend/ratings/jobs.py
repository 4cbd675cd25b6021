"""Timed work of ratings."""

from backend.core.actor import Actor
from backend.core.jobs import daily, every
from backend.ratings import service

ASKING = Actor.system("ask how a visit was")
COUNTING = Actor.system("count ratings")


@every(seconds=600)
async def invite() -> None:
    """Ask those whose appointment is long over."""
    await service.invite_due(ASKING)


@daily(at="04:10", run_at_start=True)
async def count() -> None:
    """Publish the ratings of a month that is over."""
    await service.publish_due(COUNTING)
