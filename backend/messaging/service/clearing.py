"""解除: what was ended before its time is taken back, page by page, as it went out.

First what still waits does not go out any more, and nobody rings to say it. Then, if whoever ended it wanted so, all
who were told hear that it is over: by the same ways, and each once.
"""

from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec

from backend.core import clock, db
from backend.core.actor import Actor
from backend.core.words import N_, words
from backend.identity import service as identity
from backend.messaging import seam
from backend.messaging.rules import drilled, outside
from backend.messaging.service.tongues import heading_for, moment

SYSTEM = Actor.system("an end that everybody hears of")
ROOM = 2000  # sendings of what goes to everybody that may wait for the gateway
MATTERS = timedelta(hours=24)  # after that nobody rings any more to say that something is over
ENDED = """SELECT region, id, kind, hazard, drill, title, texts::text AS texts, clear, clear_cursor, ended
    FROM messaging_broadcast WHERE region = $1 AND id = $2 AND clear IS NOT NULL AND unwound IS NULL
    FOR UPDATE SKIP LOCKED"""
TOLD = """SELECT person FROM messaging_recipient
    WHERE region = '000000' AND broadcast = $1 AND person > $2 ORDER BY person LIMIT $3"""
WENT_ON = """UPDATE messaging_broadcast SET clear_cursor = $3, cleared = cleared + $4, moved = $5
    WHERE region = $1 AND id = $2"""
UNWOUND = "UPDATE messaging_broadcast SET unwound = $3 WHERE region = $1 AND id = $2"
HEADING = N_("Over: {text}")
OVER = N_("“{title}” is over since {time}. You need not do anything more.")
DRILLED = N_("The drill “{title}” is over since {time}. Thank you for taking part.")


async def go_on(region: str, broadcast_id: UUID, piece: int) -> int | None:
    """The next page of one end; how many messages were taken back or told. None when it has to wait, or is through.

    What is taken back waits for nobody; what is said stands behind all that somebody is in a hurry for.
    """
    async with db.transaction():
        row = await db.fetchrow(ENDED, region, broadcast_id)
        if row is None:
            return None
        taken_back = await seam.call_off(SYSTEM, broadcast_id, row["kind"], piece)
        if taken_back:
            return taken_back
        if row["clear"] and await seam.crowded("news", ROOM):
            return None
        told = await _tell_page(row, piece) if row["clear"] else 0
        if not told:
            await db.execute(UNWOUND, region, broadcast_id, clock.now())
        return told or None


async def _tell_page(row: Any, piece: int) -> int:
    """Tell the next of those who were told; how many those are. Who has no account any more is passed over."""
    after = [each["person"] for each in await db.fetch(TOLD, row["id"], row["clear_cursor"], piece)]
    if not after:
        return 0
    people = await identity.people_to_tell(after)
    texts: dict[str, str] = msgspec.json.decode(row["texts"])
    told = [(each, *said(row, texts, each.language, each.mode == "elder")) for each in people]
    await seam.tell_over(SYSTEM, told, about=row["id"], urgent=_awake(row), until=row["ended"] + MATTERS)
    await db.execute(WENT_ON, row["region"], row["id"], after[-1], len(told), clock.now())
    return len(after)


def said(row: Any, texts: dict[str, str], lang: str, plain: bool) -> tuple[str, str]:
    """The heading and the words for a reader."""
    say = words(lang, plain).gettext
    title = heading_for(texts, row["title"], lang, row["hazard"])
    told = say(DRILLED if row["drill"] else OVER, title=title, time=moment(row["ended"], lang))
    return say(HEADING, text=drilled(say, title, row["drill"])), told


def _awake(row: Any) -> bool:
    """Whether they hear it at any hour: who left the house waits outside. All others are let sleep."""
    return outside(row["hazard"]) and not row["drill"]
