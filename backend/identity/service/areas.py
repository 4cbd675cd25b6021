"""Everybody who lives in an area, a piece at a time, for messages to all of them; and who a number belongs to.

Nothing here is shown to anybody: what is done with it goes to the people themselves.
"""

from datetime import datetime
from uuid import UUID

from backend.core import db
from backend.core.actor import stem
from backend.identity import rules
from backend.identity.schemas import PersonSummary
from backend.identity.sealed import phone_indexes
from backend.identity.service.people import FIELDS, legible
from backend.settings import settings

LIVES = "region = '000000' AND state = 'active' AND home >= $1 AND home < $2"
PIECE = f"""SELECT {FIELDS} FROM identity_person
    WHERE {LIVES} AND (home, id) > ($3, $4) ORDER BY home, id LIMIT $5"""
NEWCOMERS = f"""SELECT {FIELDS} FROM identity_person
    WHERE {LIVES} AND changed >= $3 ORDER BY home, id LIMIT $4"""
TO_TELL = f"""SELECT {FIELDS} FROM identity_person
    WHERE region = '000000' AND state = 'active' AND id = ANY ($1::uuid[])"""
COUNT = f"SELECT count(*) FROM identity_person WHERE {LIVES} AND ($3 = '' OR lang = $3)"
BY_PHONE = """SELECT id FROM identity_person
    WHERE region = '000000' AND state = 'active' AND phone_index = ANY($1::bytea[])"""


async def people_of_area(division: str, after: tuple[str, UUID], limit: int) -> list[PersonSummary]:
    """The next people of a division, by home and id, after the one named."""
    rows = await db.fetch(PIECE, *_between(division), *after, limit)
    return [legible(row) for row in rows]


async def newcomers_of_area(division: str, since: datetime, limit: int) -> list[PersonSummary]:
    """Who may have moved into a division, or within it, or opened an account there, since an instant."""
    rows = await db.fetch(NEWCOMERS, *_between(division), since, limit)
    return [legible(row) for row in rows]


async def people_to_tell(ids: list[UUID]) -> list[PersonSummary]:
    """Those of these people who still have an account."""
    return [legible(row) for row in await db.fetch(TO_TELL, ids)]


async def count_area(division: str, *, lang: str = "") -> int:
    """How many people live in a division; with ``lang``, of those who read that language."""
    count: int = await db.fetchval(COUNT, *_between(division), lang)
    return count


async def person_of_number(text: str) -> UUID | None:
    """Whose number it is; nobody's when it is none of ours."""
    digits = rules.phone(text, demo=settings().demo)
    found: UUID | None = await db.fetchval(BY_PHONE, phone_indexes(digits)) if digits else None
    return found


def _between(division: str) -> tuple[str, str]:
    """The codes of a division: from its beginning to the next one's. Digits sort alike in any order of text."""
    first = stem(division)
    return first, str(int(first) + 1).zfill(len(first))
