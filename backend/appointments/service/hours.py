"""开门时间 of one day as it really is: rules, closures, half days, rosters and 调休 are all in the times that it has.

For the line at the hall, which gives numbers while the hall is open.
"""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from backend.core import clock, db
from backend.core.actor import Actor
from backend.core.policy import PUBLIC, verb
from backend.core.schemas import Output
from backend.core.words import N_
from backend.places import service as places

LATE = timedelta(minutes=15)  # who comes later than this for a time waits like anybody from the street
# Times of counters in the hall; those by phone, by video and at home do not open its doors. With a service only the
# counters that do it, if these have hours of their own.
IN_FORCE = "(r.valid_to IS NULL OR r.valid_to >= $3)"
HOURS = f"""WITH desk AS (
        SELECT unnest(appointments_desks($1, $2, CASE WHEN $4 = '' THEN '{{}}' ELSE ARRAY[$4] END)) AS key),
    own AS (
        SELECT coalesce(r.group_id, r.hall_id) AS key FROM appointments_opening_rule r
            LEFT JOIN appointments_group g ON g.region = r.region AND g.id = r.group_id
        WHERE $4 <> '' AND r.region = $1 AND r.hall_id = $2 AND {IN_FORCE} AND coalesce(g.kind, 'counter') = 'counter'
            AND coalesce(r.group_id, r.hall_id) IN (SELECT key FROM desk)),
    times AS (
        SELECT s.day, s.starts_at, s.ends_at FROM appointments_slot s
            LEFT JOIN appointments_group g ON g.region = s.region AND g.id = s.group_id
        WHERE s.region = $1 AND s.hall_id = $2 AND s.day >= $3 AND s.state = 'open'
            AND coalesce(g.kind, 'counter') = 'counter'
            AND (NOT EXISTS (SELECT 1 FROM own) OR coalesce(s.group_id, s.hall_id) IN (SELECT key FROM own)))
    SELECT EXISTS (SELECT 1 FROM appointments_opening_rule r
            WHERE r.region = $1 AND r.hall_id = $2 AND {IN_FORCE}) AS known,
        (SELECT array_agg(lower(x) ORDER BY x) FROM (
            SELECT unnest(range_agg(tstzrange(starts_at, ends_at))) AS x FROM times WHERE day = $3) t) AS opens,
        (SELECT array_agg(upper(x) ORDER BY x) FROM (
            SELECT unnest(range_agg(tstzrange(starts_at, ends_at))) AS x FROM times WHERE day = $3) t) AS closes,
        (SELECT min(starts_at) FROM times WHERE day > $3) AS next,
        (SELECT count(*) FROM appointments_appointment a JOIN appointments_slot s
                ON s.region = a.region AND s.id = a.slot_id
                LEFT JOIN appointments_group g ON g.region = s.region AND g.id = s.group_id
            WHERE a.region = $1 AND a.hall_id = $2 AND a.state = 'booked' AND a.starts_at >= $5 AND s.day = $3
                AND coalesce(g.kind, 'counter') = 'counter') AS coming"""


class HallHours(Output, frozen=True, kw_only=True):
    """When the counters of a hall are open on a day, in stretches without a gap; none: not at all.

    ``known`` is false where the hall has never said when it opens. ``next`` is when it opens after that day, as far as
    times are made; ``coming``: how many have an appointment at a counter on that day and are not there yet.
    """

    known: bool
    stretches: list[tuple[datetime, datetime]]
    next: datetime | None
    coming: int


@verb("appointments.hours_of", N_("See when a hall is open on a day"), PUBLIC)
async def hours_of(actor: Actor, hall: UUID, day: date, *, item: str = "") -> HallHours:
    """The hours of the whole hall; with ``item`` those of the counters that do this service."""
    region = (await places.hall(actor, hall)).region
    row: Any = await db.fetchrow(HOURS, region, hall, day, item, clock.now() - LATE)
    return HallHours(
        known=row["known"],
        stretches=list(zip(row["opens"] or [], row["closes"] or [], strict=True)),
        next=row["next"],
        coming=row["coming"],
    )
