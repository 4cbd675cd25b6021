"""How long the latest visits of a hall took: what honest waiting ranges and the last number are made of."""

from datetime import date, timedelta
from uuid import UUID

from backend.core import db

# A visit that nobody ended on its day says nothing of how long visits take.
TIMES = """SELECT extract(epoch FROM ended_at - called_at)::float / 60 AS minutes FROM queues_ticket
    WHERE region = $1 AND hall_id = $2 AND day >= $3 AND state = 'done' AND called_at IS NOT NULL AND NOT forgotten
    ORDER BY ended_at DESC LIMIT 60"""


async def minutes_of(region: str, hall: UUID, day: date) -> list[float]:
    """Minutes of the latest visits, of a fortnight at most."""
    return [row["minutes"] for row in await db.fetch(TIMES, region, hall, day - timedelta(days=14))]
