"""What became of messages, for whoever handed them over: states and counts, never a word of what they say."""

from uuid import UUID

from backend.core import db

# One matter may have several messages; what the last of them came to counts.
ABOUT = """SELECT DISTINCT ON (about) about, state FROM notifications_message
    WHERE region = '000000' AND about = ANY($1::uuid[]) ORDER BY about, id DESC"""
COUNTS = """SELECT state, count(*) AS n FROM notifications_message
    WHERE region = '000000' AND about = $1 GROUP BY state"""
WAITING = """SELECT count(*) FROM (SELECT 1 FROM notifications_message
    WHERE region = '000000' AND about = $1 AND state = 'queued' LIMIT $2) waiting"""

READ = """SELECT DISTINCT person FROM notifications_message
    WHERE region = '000000' AND about = $1 AND person = ANY($2::uuid[])
        AND (read_at IS NOT NULL OR state IN ('read', 'reached'))"""


async def states_about(abouts: list[UUID]) -> dict[UUID, str]:
    """The state of each matter's message."""
    return {row["about"]: row["state"] for row in await db.fetch(ABOUT, abouts)}


async def counts_about(about: UUID) -> dict[str, int]:
    """How many messages about one matter are in each state."""
    return {row["state"]: row["n"] for row in await db.fetch(COUNTS, about)}


async def waiting_about(about: UUID, limit: int) -> int:
    """How many messages about one matter still wait for the gateway, counted up to a limit."""
    count: int = await db.fetchval(WAITING, about, limit)
    return count


async def read_about(about: UUID, people: list[UUID]) -> set[UUID]:
    """Which of these people have read a message about one matter, or were told it by a person."""
    return {row["person"] for row in await db.fetch(READ, about, people)}
