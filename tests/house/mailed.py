"""What the walk of `matrix.py` finds of e-mail addresses: one that is proved, and one that waits for its code."""

import re
from typing import Any
from uuid import UUID

from backend.core import rate
from backend.core.actor import Actor
from backend.notifications import service
from backend.notifications.schemas import EmailCode, EmailNew


async def mailed(me: Actor) -> dict[str, Any]:
    """Ids and a code, by what they are for."""
    proved, code = await _address(me, "li@example.org")
    await service.confirm_email(me, proved, EmailCode(code=code))
    asked, code = await _address(me, "new@example.org")
    return {"mail": proved, "mail_asked": asked, "mail_code": {"code": code}}


async def _address(me: Actor, address: str) -> tuple[UUID, str]:
    rate.reset()
    new = await service.add_email(me, EmailNew(email=address))
    code = re.search(r"[0-9]{6}", (await service.latest(1))[0].body)
    assert code is not None
    return new.id, code[0]
