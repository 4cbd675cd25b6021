"""What another slice wants to look at again at an instant, such as a reminder. It decides then what is told."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from uuid import UUID

from backend.core import clock, db, ids
from backend.core.log import logger

Due = Callable[[str, UUID], Awaitable[None]]
_due: dict[str, Due] = {}
TRIES = 8
ADD = """INSERT INTO notifications_plan (region, id, kind, about_region, about, due)
    VALUES ('000000', $1, $2, $3, $4, $5)
    ON CONFLICT (region, about, kind) DO UPDATE SET due = excluded.due, tries = 0"""
READY = """SELECT id, kind, about_region, about, tries FROM notifications_plan
    WHERE region = '000000' AND due <= $1 AND tries < $2 ORDER BY due, id LIMIT $3 FOR UPDATE SKIP LOCKED"""
DONE = "DELETE FROM notifications_plan WHERE region = '000000' AND id = $1"
AGAIN = "UPDATE notifications_plan SET tries = $2, due = $3 WHERE region = '000000' AND id = $1"


def on_due(kind: str, work: Due) -> None:
    """What a slice does when a plan of this kind is due: ``work(region, about)``. It must bear that it is too late."""
    _due[kind] = work


async def plan(kind: str, region: str, about: UUID, due: datetime) -> None:
    """Look at it again at ``due``; planned twice is once, at the later wish. In the caller's transaction."""
    await db.execute(ADD, ids.new(), kind, region, about, due)


async def run_plans(limit: int = 100) -> int:
    """Do what is due; returns how many. The plan goes with what it did: in one transaction, so it is done once."""
    async with db.transaction():
        rows = await db.fetch(READY, clock.now(), TRIES, limit)
        for row in rows:
            try:
                async with db.transaction():
                    await _due[row["kind"]](row["about_region"], row["about"])
                    await db.execute(DONE, row["id"])
            except Exception as error:
                tries = row["tries"] + 1
                level, name = "error" if tries >= TRIES else "warning", type(error).__name__
                logger.log(level, "plan not done", id=str(row["id"]), kind=row["kind"], tries=tries, error=name)
                await db.execute(AGAIN, row["id"], tries, clock.now() + timedelta(seconds=2**tries))
    return len(rows)
