"""What became of messages, for whoever handed them over: states and counts, never a word of what they say."""

from datetime import UTC, datetime
from uuid import UUID

from backend.core import clock, db
from backend.notifications import rules
from backend.notifications.schemas import Outcome
from backend.notifications.service.deliveries import LANED, OTHERS

# One matter may have several messages; what the last of them came to counts.
ABOUT = """SELECT DISTINCT ON (m.about) m.about, m.state, coalesce(d.channel, '') AS channel,
        coalesce(d.reason, '') AS reason, coalesce(d.waits, false) AS waits
    FROM notifications_message m LEFT JOIN LATERAL (SELECT channel, reason,
            state = 'sent' AND until IS NOT NULL AS waits
        FROM notifications_delivery d WHERE d.region = '000000' AND d.message = m.id ORDER BY id DESC LIMIT 1) d ON true
    WHERE m.region = '000000' AND m.about = ANY($1::uuid[]) ORDER BY m.about, m.id DESC"""
COUNTS = """SELECT state, count(*) AS n FROM notifications_message
    WHERE region = '000000' AND about = $1 AND template = $2 GROUP BY state"""
# By the indexes of what waits: the same for a broadcast to ten people and to ten millions.
TO_PHONES = "channel IN ('sms', 'voice')"
WAITING = f"""SELECT count(*) FROM (SELECT 1 FROM notifications_delivery
    WHERE region = '000000' AND state = 'queued' AND {TO_PHONES} AND rank = $1 AND next_try <= $3 LIMIT $2) waiting"""
HURRY = f"""SELECT EXISTS (SELECT 1 FROM notifications_delivery
        WHERE region = '000000' AND state = 'queued' AND {LANED} AND rank <= $1 AND next_try <= $2)
    OR EXISTS (SELECT 1 FROM notifications_delivery
        WHERE region = '000000' AND state = 'queued' AND {OTHERS} AND rank <= $1 AND next_try <= $2)"""

FOREVER = datetime.max.replace(tzinfo=UTC)
READ = """SELECT DISTINCT person FROM notifications_message
    WHERE region = '000000' AND about = $1 AND person = ANY($2::uuid[])
        AND (read_at IS NOT NULL OR state IN ('read', 'reached'))"""

TOLD = "SELECT once FROM notifications_message WHERE region = '000000' AND once = ANY($1::text[])"


async def outcomes_about(abouts: list[UUID]) -> dict[UUID, Outcome]:
    """What each matter's message came to."""
    return {
        row["about"]: Outcome(state=row["state"], channel=row["channel"], reason=row["reason"], waits=row["waits"])
        for row in await db.fetch(ABOUT, abouts)
    }


async def counts_about(about: UUID, template: str) -> dict[str, int]:
    """How many messages about one matter, of one kind, are in each state."""
    return {row["state"]: row["n"] for row in await db.fetch(COUNTS, about, template)}


async def crowded(urgency: str, limit: int) -> bool:
    """Whether so many sendings to everybody wait for their gateway that no more should be made.

    For news it is also enough that anything waits that somebody is in a hurry for. A warning goes on although a gateway
    is away: what that one did not take comes again later, and the other ways are there for everybody.
    """
    rank = rules.rank(urgency, many=True)
    if rank == rules.MANY and await db.fetchval(HURRY, rules.SOON, clock.now()):
        return True
    until = FOREVER if rules.ordinary(urgency) else clock.now()
    count: int = await db.fetchval(WAITING, rank, limit, until)
    return count >= limit


async def told_before(onces: list[str]) -> set[str]:
    """Which of these were told already, by their ``once``."""
    return {row["once"] for row in await db.fetch(TOLD, onces)}


async def read_about(about: UUID, people: list[UUID]) -> set[UUID]:
    """Which of these people have read a message about one matter, or were told it by a person."""
    return {row["person"] for row in await db.fetch(READ, about, people)}
