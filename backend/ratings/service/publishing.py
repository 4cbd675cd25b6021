"""What everybody reads of a hall's ratings: full months, made once, without counts that are too small."""

from collections import defaultdict
from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

import msgspec

from backend.core import cache, clock, db
from backend.core.actor import Actor
from backend.core.policy import PUBLIC, verb
from backend.core.suppression import Sum, hidden
from backend.core.words import N_
from backend.places import service as places
from backend.ratings import rules
from backend.ratings.schemas import HallRatings, MonthRatings

SETTLED = timedelta(days=25)  # after the month: the ratings of its last day are final, and their cases are due
MADE = "SELECT DISTINCT month FROM ratings_month WHERE month >= $1"
GIVEN = """SELECT region, hall_id, level FROM ratings_rating WHERE given_at >= $1 AND given_at < $2"""
# In time: rectified by its date, at the first go.
CASES = """SELECT hall_id, count(*) AS all, count(*) FILTER (WHERE done_at IS NOT NULL AND NOT late) AS good
    FROM ratings_case WHERE received_at >= $1 AND received_at < $2 AND state <> 'withdrawn' GROUP BY hall_id"""
ADD = """INSERT INTO ratings_month (region, month, hall_id, body, made_at) VALUES ($1, $2, $3, $4::jsonb, $5)
    ON CONFLICT (region, hall_id, month) DO NOTHING"""
OF_HALL = """SELECT body::text AS body FROM ratings_month WHERE region = $1 AND hall_id = $2
    ORDER BY month DESC LIMIT 12"""


@verb("ratings.publish_due", N_("Publish the ratings of a month"), "system")
async def publish_due(actor: Actor) -> int:
    """Count the months that are over and settled and not published yet; returns how many halls were written."""
    month = rules.month_before(clock.today() - SETTLED)
    if await db.fetchval("SELECT 1 FROM ratings_month WHERE month = $1 LIMIT 1", month):
        return 0
    begin, end = clock.at(month, time.min), clock.at(rules.month_after(month), time.min)
    halls: dict[tuple[str, UUID], list[int]] = defaultdict(list)
    for row in await db.fetch(GIVEN, begin, end):
        halls[row["region"], row["hall_id"]].append(row["level"])
    cases = {row["hall_id"]: row for row in await db.fetch(CASES, begin, end)}
    async with db.transaction():
        for (region, hall), levels in halls.items():
            body = msgspec.json.encode(month_of(month, levels, cases.get(hall))).decode()
            await db.execute(ADD, region, month, hall, body, clock.now())
        await cache.drop("ratings")
    return len(halls)


def month_of(month: date, levels: list[int], cases: Any) -> MonthRatings:
    """What may be shown of the levels; the rest is dropped here."""
    counts = rules.by_level(levels)
    gone = hidden(counts, [Sum("all", tuple(key for key in counts if key != "all"))], rules.LEAST)
    in_time = rules.share(cases["good"], cases["all"]) if cases and cases["all"] >= rules.LEAST else None
    shown = {key: None if key in gone else n for key, n in counts.items()}
    return MonthRatings(month=month, levels=shown, in_time=in_time, least=rules.LEAST)


@verb("ratings.published", N_("See how a hall is rated"), PUBLIC)
async def published(actor: Actor, hall_id: UUID) -> HallRatings:
    """The months of a hall, the latest first; none before the first is settled."""
    hall = await places.hall(actor, hall_id)
    rows = await db.fetch(OF_HALL, hall.region, hall_id)
    months = [msgspec.json.decode(row["body"], type=MonthRatings) for row in rows]
    return HallRatings(hall=hall_id, hall_name=hall.name, hall_english=hall.english, months=months)
