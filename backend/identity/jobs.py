"""Timed work of identity."""

from backend.core.jobs import every
from backend.identity import service


@every(seconds=600)
async def close_past_posts() -> None:
    """Posts and leave whose last day is over give no rights anyway; here their rows say so."""
    await service.close_past_posts()
