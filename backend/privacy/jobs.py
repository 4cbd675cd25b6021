"""Timed work: nothing is kept past its term (个人信息保护法 arts. 19, 47)."""

from backend.core.actor import Actor
from backend.core.jobs import daily, every
from backend.privacy import service


@daily(at="03:20")
async def forget_due() -> None:
    """Delete what is past its term, with a proof for each table."""
    await service.forget_due(Actor.system("retention"))


@every(seconds=600)
async def close_due() -> None:
    """Close the accounts whose week to think again is over."""
    await service.close_due(Actor.system("closing"))
