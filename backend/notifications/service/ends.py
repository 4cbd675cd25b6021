"""Whoever handed a message over for somebody who is none of ours is told when something became of it.

After the commit, in a transaction of its own: what the listener does can undo no mark of a delivery. Who dies in
between has told nobody, so a listener also looks by itself, now and then.
"""

from collections.abc import Awaitable, Callable, Iterable
from uuid import UUID

from backend.core import db
from backend.core.log import logger

Hears = Callable[[list[UUID]], Awaitable[None]]
_hearing: list[Hears] = []
ABOUT = """SELECT about FROM notifications_message
    WHERE region = '000000' AND id = ANY ($1::uuid[]) AND person IS NULL AND about IS NOT NULL"""


def use_ends(hears: Hears) -> None:
    """Let a slice hear what of its messages to bare numbers and addresses went on: the ids of what they are about."""
    _hearing.append(hears)


async def went_on(abouts: Iterable[UUID | None]) -> None:
    """Something became of these, as far as they are about anything."""
    known = sorted({each for each in abouts if each is not None})
    for hears in _hearing if known else ():
        try:
            async with db.transaction():
                await hears(known)
        except Exception as error:
            logger.log("error", "nobody heard what became of messages", count=len(known), error=type(error).__name__)


async def messages_went_on(messages: list[UUID]) -> None:
    """The same by the messages, where it is not known whose they are."""
    if messages:
        await went_on([row["about"] for row in await db.fetch(ABOUT, messages)])
