"""连号: the times at which a visit can begin that takes several of them, for several services or for a long one.

The database decides a booking (``appointments_run``); what is on offer is worked out here by its twin in opening_rules,
from one statement for all days. A visit that fits into any one time never comes here.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any, NamedTuple
from uuid import UUID

from backend.appointments import opening_rules
from backend.core import db

NEEDS = "SELECT item_id, minutes FROM appointments_need WHERE region = $1 AND hall_id = $2 AND item_id = ANY ($3)"
# $1 county, $2 hall, $3 share, $4 now, $5 the default lead, $6 today, $7 the default horizon, $8 services, $9 a day,
# $10 groups.
TIMES = """SELECT s.id, s.day, s.starts_at, s.ends_at, s.group_id, s.ordinal, coalesce(h.capacity - h.taken, 0) AS left,
        coalesce(h.capacity, 0) AS places, s.starts_at >= $4::timestamptz
            + coalesce(make_interval(mins => l.lead_minutes), $5) AS soon
    FROM appointments_slot s
    LEFT JOIN appointments_share h ON h.region = s.region AND h.slot_id = s.id AND h.pool = $3
    LEFT JOIN appointments_limit l ON l.region = s.region AND l.hall_id = s.hall_id
    WHERE s.region = $1 AND s.hall_id = $2 AND s.state = 'open' AND s.day >= $6::date
        AND s.day <= $6::date + coalesce(l.horizon_days, $7) AND ($9::date IS NULL OR s.day = $9)
        AND ($10::uuid[] IS NULL OR s.group_id = ANY ($10))
        AND coalesce(s.group_id, s.hall_id) = ANY ((SELECT appointments_desks($1, $2, $8::text[]))::uuid[])
    ORDER BY s.day, coalesce(s.group_id, s.hall_id), s.starts_at"""


class Start(NamedTuple):
    """A time at which the visit can begin; ``ends_at`` is the end of its last time."""

    id: UUID
    day: date
    starts_at: datetime
    ends_at: datetime
    group_id: UUID | None
    left: int
    units: int
    ordinal: int


class DayRoom(NamedTuple):
    """A day, for how many such visits it has room, and for how many it had."""

    day: date
    left: int
    places: int


async def needs(region: str, hall: UUID, services: Sequence[str]) -> list[int | None]:
    """The minutes that each service needs at a hall; None where nobody has noted them."""
    rows = await db.fetch(NEEDS, region, hall, list(services)) if services else []
    noted = {row["item_id"]: row["minutes"] for row in rows}
    return [noted.get(each) for each in services]


def several(wanted: Sequence[int | None]) -> bool:
    """Whether a visit may take more than one time."""
    return len(wanted) > 1 or any(each is not None for each in wanted)


async def starts(
    asked: tuple[Any, ...], groups: list[UUID] | None, wanted: Sequence[int | None], day: date | None = None
) -> list[Start]:
    """Where the visit can begin, full times too, the earliest first."""
    found = [each for rows in await _desks(asked, groups, day) for each in _starts(rows, wanted)]
    return sorted(found, key=lambda each: (each.starts_at, each.ordinal))


async def days(asked: tuple[Any, ...], groups: list[UUID] | None, wanted: Sequence[int | None]) -> list[DayRoom]:
    """Days on which the visit can begin, and for how many such visits they have room."""
    found: dict[date, tuple[int, int]] = {}
    for rows in await _desks(asked, groups, None):
        lengths = _lengths(rows, wanted)
        if any(lengths):
            left, places = found.get(rows[0]["day"], (0, 0))
            found[rows[0]["day"]] = (
                left + opening_rules.visits(_stretches(rows, "left"), lengths),
                places + opening_rules.visits(_stretches(rows, "places"), lengths),
            )
    return [DayRoom(day, *room) for day, room in sorted(found.items())]


async def _desks(asked: tuple[Any, ...], groups: list[UUID] | None, day: date | None) -> list[list[Any]]:
    """The times of each group of counters on each day."""
    rows = await db.fetch(TIMES, *asked, day, groups)
    return [list(each) for _, each in groupby(rows, key=lambda row: (row["day"], row["group_id"]))]


def _starts(rows: list[Any], wanted: Sequence[int | None]) -> Iterable[Start]:
    for nth, units in enumerate(_lengths(rows, wanted)):
        if units:
            row, taken = rows[nth], rows[nth : nth + units]
            left = min(each["left"] for each in taken)
            yield Start(
                row["id"], row["day"], row["starts_at"], taken[-1]["ends_at"], row["group_id"], left, units,
                row["ordinal"],
            )  # fmt: skip


def _lengths(rows: list[Any], wanted: Sequence[int | None]) -> list[int]:
    times = _stretches(rows, "left")
    return [opening_rules.run(times, nth, wanted) if row["soon"] else 0 for nth, row in enumerate(rows)]


def _stretches(rows: list[Any], places: str) -> list[opening_rules.Stretch]:
    return [opening_rules.Stretch(row["starts_at"], row["ends_at"], row[places]) for row in rows]
