"""How what goes to everybody of an area goes out: page by page, least urgent of all, and never in anybody's way.

A page is told and the cursor moved in one transaction: after a crash it is told again or not at all, and ``once`` makes
telling twice a single message. At most ``ROOM`` sendings wait for the gateway: so who stops it stops it within a page,
and its sendings have the lowest rank, so that a reminder or a call to a counter passes all of them.
"""

import time
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec

from backend.core import clock, db
from backend.core.actor import Actor
from backend.core.events import announce
from backend.core.log import logger
from backend.identity import service as identity
from backend.identity.schemas import PersonSummary
from backend.messaging import seam
from backend.messaging.events import BroadcastOver
from backend.messaging.rules import Size, size
from backend.messaging.schemas import BroadcastLine
from backend.messaging.service import clearing
from backend.messaging.service.clearing import ROOM
from backend.messaging.service.tongues import Facts, heading_for, text_for, title_for, warning_for

SYSTEM = Actor.system("messages to everybody of an area")
PIECE = 500  # people of one page
LATER = timedelta(minutes=1)  # what failed is tried again
CHANGED = 5000  # people of an area who change any of their details while it goes out, at most
WRONG = timedelta(minutes=5)  # what moved so long after now did so by a clock that was wrong
WORK = """SELECT region, id, kind, clear IS NOT NULL AS over FROM messaging_broadcast
    WHERE (state = 'running' AND finished IS NULL OR clear IS NOT NULL AND unwound IS NULL)
        AND (coalesce(moved, decided) <= $1 OR coalesce(moved, decided) > $2)
    ORDER BY kind, over, coalesce(moved, decided) LIMIT 20"""
RUNNING = """SELECT region, id, kind, hazard, drill, division, age_from, age_to, title, texts::text AS texts,
        cursor_home, cursor_person, until, decided
    FROM messaging_broadcast WHERE region = $1 AND id = $2 AND state = 'running' AND finished IS NULL
    FOR UPDATE SKIP LOCKED"""
WENT_ON = """UPDATE messaging_broadcast SET cursor_home = $3, cursor_person = $4, seen = seen + $5, told = told + $6,
        moved = $7
    WHERE region = $1 AND id = $2"""
STOOD = "UPDATE messaging_broadcast SET moved = $3 WHERE region = $1 AND id = $2"
FINISHED = """UPDATE messaging_broadcast SET finished = $3::timestamptz,
        state = CASE WHEN kind = 'news' THEN 'over' ELSE state END,
        ended = CASE WHEN kind = 'news' THEN $3::timestamptz END
    WHERE region = $1 AND id = $2 RETURNING told"""
RECIPIENTS = """INSERT INTO messaging_recipient (region, broadcast, person, place, told)
    SELECT '000000', $1, p.person, p.place, $4 FROM unnest($2::uuid[], $3::text[]) AS p (person, place)
    ON CONFLICT (region, broadcast, person) DO NOTHING"""
TOLD = """SELECT person FROM messaging_recipient
    WHERE region = '000000' AND broadcast = $1 AND person = ANY ($2::uuid[])"""


async def under_way() -> bool:
    """Whether somebody is still to be told something."""
    return bool(await _work())


async def send_some(*, piece: int | None = None, seconds: float = 3.0) -> int:
    """Go on with all that runs until all of it has to wait; returns how many people were told.

    Warnings first, then what is over; of news always what stood still longest, so that two counties share the way.
    """
    told, until = 0, time.monotonic() + seconds
    while (went := await _one_page(piece or PIECE)) is not None:
        told += went
        if time.monotonic() > until:
            break
    return told


async def _work() -> list[Any]:
    now = clock.now()
    return await db.fetch(WORK, now, now + WRONG)


async def _one_page(piece: int) -> int | None:
    """One page of the first that can go on; one that fails holds back no other."""
    for work in await _work():
        if not work["over"] and await seam.crowded(work["kind"], ROOM):
            continue
        try:
            page = clearing.go_on if work["over"] else _go_on
            went = await page(work["region"], work["id"], piece)
        except Exception as error:
            logger.log("error", "message to everybody failed", id=str(work["id"]), error=type(error).__name__)
            await db.execute(STOOD, work["region"], work["id"], clock.now() + LATER)
            continue
        if went is not None:
            return went
    return None


async def _go_on(region: str, broadcast_id: UUID, piece: int) -> int | None:
    """The next page of one broadcast; how many were told. None when it is through, or in another process's hands."""
    async with db.transaction():
        row = await db.fetchrow(RUNNING, region, broadcast_id)
        if row is None:
            return None
        found = await identity.people_of_area(row["division"], (row["cursor_home"], row["cursor_person"]), piece)
        late = [] if found else await _newcomers(row)
        these = found or late[:piece]
        wanted = [each for each in these if _of_age(row, each)]
        if these:
            await _tell(row, wanted)
            cursor = (found[-1].home, found[-1].id) if found else (row["cursor_home"], row["cursor_person"])
            await db.execute(WENT_ON, region, broadcast_id, *cursor, len(these), len(wanted), clock.now())
        # News leaves no mark with whom nobody can write to: its last page is the end, it does not come again.
        if not these or (row["kind"] == "news" and not found and len(late) <= piece):
            told = await db.fetchval(FINISHED, region, broadcast_id, clock.now())
            if row["kind"] == "news":
                await announce(SYSTEM, BroadcastOver(region=region, subject=broadcast_id, told=told))
        return len(wanted) if these else None


async def _newcomers(row: Any) -> list[PersonSummary]:
    """Who moved within the area to where everybody had been told, or came there, while it went out."""
    found = await identity.newcomers_of_area(row["division"], row["decided"], CHANGED)
    some = [each for each in found if _of_age(row, each)]
    told = await _told(row, [each.id for each in some])
    return [each for each in some if each.id not in told]


async def _told(row: Any, people: list[UUID]) -> set[UUID]:
    if row["kind"] == "news":
        return await seam.had_news(row["id"], people)
    return {each["person"] for each in await db.fetch(TOLD, row["id"], people)}


async def _tell(row: Any, people: list[PersonSummary]) -> None:
    texts: dict[str, str] = msgspec.json.decode(row["texts"])
    if row["kind"] == "news":
        news = [
            (each, title_for(texts, row["title"], each.language), text_for(texts, each.language, each.mode == "elder"))
            for each in people
        ]
        await seam.tell_news(SYSTEM, news, about=row["id"])
    else:
        facts = Facts(hazard=row["hazard"], division=row["division"], until=row["until"])
        told = [
            (
                each, heading_for(texts, row["title"], each.language, row["hazard"]),
                warning_for(texts, each.language, each.mode == "elder", facts),
            )
            for each in people
        ]  # fmt: skip
        await seam.warn(SYSTEM, told, about=row["id"], drill=row["drill"], until=row["until"])
        who, where = [each.id for each in people], [each.home for each in people]
        await db.execute(RECIPIENTS, row["id"], who, where, clock.now())


def size_of(line: BroadcastLine, name: str, said: str) -> Size:
    """How long one of its texts (``en/plain``) is as it is sent, not as it was written."""
    lang = name.partition("/")[0]
    return size(seam.warned(lang, said, line.drill) if line.kind == "emergency" else said)


def _of_age(row: Any, person: PersonSummary) -> bool:
    """Whether somebody belongs to the audience; who has told no birthday belongs to one without ages only."""
    if row["age_from"] is None and row["age_to"] is None:
        return True
    return person.age is not None and (row["age_from"] or 0) <= person.age <= (row["age_to"] or 200)
