"""Timed work of identity."""

from backend.core.jobs import daily
from backend.identity import service


@daily(at="03:20")
async def forget_old() -> None:
    """Codes, sessions and wrong passwords are not kept longer than needed (个人信息保护法 art. 19)."""
    await service.forget_old()
