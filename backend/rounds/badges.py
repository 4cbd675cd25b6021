"""工号: the numbers on staff cards, which a person can ask about by phone."""

from uuid import UUID

from backend.core import clock, db
from backend.identity.schemas import Colleague
from backend.rounds import rules

ALONE = "SELECT pg_advisory_xact_lock(hashtext('rounds_badge'), hashtext($1))"
NUMBER = """INSERT INTO rounds_badge (region, staff, number, made)
    SELECT $1::text, $2::uuid, coalesce(max(number), 0) + 1, $3::timestamptz FROM rounds_badge WHERE region = $1
    ON CONFLICT (region, staff) DO NOTHING"""
NUMBERS = "SELECT region, staff, number FROM rounds_badge WHERE staff = ANY($1::uuid[])"
HAS = "SELECT 1 FROM rounds_badge WHERE region = $1 AND staff = $2"


async def number_of(staff: list[UUID]) -> dict[UUID, str]:
    """The numbers on the cards of members of staff."""
    rows = await db.fetch(NUMBERS, staff) if staff else []
    return {row["staff"]: rules.card_number(row["region"], row["number"]) for row in rows}


async def give_number(colleague: Colleague) -> None:
    """The next number of the county for somebody who has none, in the running transaction."""
    if await db.fetchval(HAS, colleague.region, colleague.id) is None:
        await db.execute(ALONE, colleague.region)
        await db.execute(NUMBER, colleague.region, colleague.id, clock.now())
