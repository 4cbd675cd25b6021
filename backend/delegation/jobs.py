"""Timed work of delegation."""

from backend.core.jobs import every
from backend.delegation import service


@every(seconds=60)
async def end_what_has_run_out() -> None:
    """Mandates past their last day and invitations without an answer are ended, and both people told."""
    await service.expire_due()
