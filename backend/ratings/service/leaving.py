"""Forgetting: an account that closes leaves its ratings without a person; after their term all rows go, in order."""

from datetime import datetime
from uuid import UUID

from backend.core import db

VISITS = "UPDATE ratings_visit SET person_id = NULL WHERE person_id = $1"
RATINGS = "UPDATE ratings_rating SET person_id = NULL, note = NULL, phone = NULL WHERE person_id = $1"
STEPS = "UPDATE ratings_step SET person_id = NULL, acting = NULL, text = NULL WHERE person_id = $1"
CASES = "UPDATE ratings_case SET person_id = NULL WHERE person_id = $1"
# A case and its steps go with the rating, a rating and its links with the visit.
OLD = """SELECT region, id FROM ratings_visit
    WHERE happened_at < $1 AND (person_id IS NULL OR person_id <> ALL($3::uuid[])) ORDER BY happened_at LIMIT $2"""
WITH = "USING unnest($1::text[], $2::uuid[]) AS old (region, id) WHERE"
GO = (
    f"DELETE FROM ratings_step t {WITH} t.region = old.region AND t.case_id = old.id",
    f"DELETE FROM ratings_case t {WITH} t.region = old.region AND t.id = old.id",
    f"DELETE FROM ratings_rating t {WITH} t.region = old.region AND t.id = old.id",
    f"DELETE FROM ratings_link t {WITH} t.region = old.region AND t.visit_id = old.id",
    f"DELETE FROM ratings_visit t {WITH} t.region = old.region AND t.id = old.id",
)


async def leave_visits(person: UUID) -> int:
    """The visits stay in the counts, without anybody."""
    return _count(await db.execute(VISITS, person))


async def leave_rated(person: UUID) -> int:
    """The ratings stay in the counts, without words, number or person."""
    await db.execute(STEPS, person)
    await db.execute(CASES, person)
    return _count(await db.execute(RATINGS, person))


async def forget(before: datetime, limit: int, spared: list[UUID]) -> int:
    """Visits long past with everything that hangs on them; returns how many visits."""
    old = await db.fetch(OLD, before, limit, spared)
    if old:
        keys = [row["region"] for row in old], [row["id"] for row in old]
        for statement in GO:
            await db.execute(statement, *keys)
    return len(old)


def _count(tag: str) -> int:
    return int(tag.rpartition(" ")[2])
