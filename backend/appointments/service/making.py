"""Slots are made here and nowhere else: from rules, the working calendar, closures and rosters."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, time, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from backend.appointments import opening_rules, rules
from backend.appointments.opening_rules import Rule, Time
from backend.appointments.service import halls
from backend.appointments.service.sharing import plan_on
from backend.appointments.service.sharing import plans as plans_of_halls
from backend.core import clock, db, ids
from backend.core.actor import Actor
from backend.places import service as places
from backend.places.schemas import Hall

RULES = """SELECT region, id, hall_id, weekdays, opens, closes, minutes, capacity, valid_from, valid_to, source,
        group_id, repeat, every, anchor, nth, season_from, season_to, per_counter
    FROM appointments_opening_rule WHERE (valid_to IS NULL OR valid_to >= $1)"""
CLOSURES = """SELECT hall_id, day, half, group_id, everything FROM appointments_closure
    WHERE day BETWEEN $1 AND $2 AND state = 'closed' AND ($3::uuid IS NULL OR hall_id = $3)"""
# Of a group that halls run together, the counters of the others count at its hall, ``lent`` to it.
ROSTERS = """SELECT hall_id, day, half, group_key, false AS lent, count(*) AS n FROM appointments_roster
        WHERE day BETWEEN $1 AND $2 AND ($3::uuid IS NULL OR hall_id = $3) GROUP BY hall_id, day, half, group_key
    UNION ALL SELECT g.hall_id, r.day, r.half, r.group_key, true, count(*) FROM appointments_roster r
        JOIN appointments_group g ON g.region = r.region AND g.id = r.group_key AND g.hall_id <> r.hall_id
        WHERE r.day BETWEEN $1 AND $2 AND ($3::uuid IS NULL OR g.hall_id = $3)
        GROUP BY g.hall_id, r.day, r.half, r.group_key"""
HAVE = """SELECT hall_id, day, array_agg(DISTINCT coalesce(group_id, hall_id)) AS groups, max(ordinal) AS last
    FROM appointments_slot WHERE day BETWEEN $1 AND $2 AND ($3::uuid IS NULL OR hall_id = $3) GROUP BY hall_id, day"""
# A hall's fortnight is about eight hundred rows: two statements, not one for each row.
ADD_SLOTS = """INSERT INTO appointments_slot (region, id, hall_id, day, ordinal, starts_at, ends_at, group_id)
    SELECT * FROM unnest($1::text[], $2::uuid[], $3::uuid[], $4::date[], $5::integer[], $6::timestamptz[],
        $7::timestamptz[], $8::uuid[])
    ON CONFLICT (region, hall_id, (coalesce(group_id, hall_id)), starts_at) DO NOTHING"""
ADD_SHARES = """INSERT INTO appointments_share (region, slot_id, pool, capacity)
    SELECT w.* FROM unnest($1::text[], $2::uuid[], $3::text[], $4::integer[]) AS w (region, slot_id, pool, capacity)
    WHERE EXISTS (SELECT 1 FROM appointments_slot s WHERE s.region = w.region AND s.id = w.slot_id)
    ON CONFLICT (region, slot_id, pool) DO NOTHING"""
SYSTEM = Actor.system("open slots")
ALL_DAY = opening_rules.HALVES


class Span(NamedTuple):
    """What decides the times of some days: kinds of days, closures and rosters by hall and day."""

    kinds: dict[date, str]
    closures: dict[tuple[UUID, date], list[Any]]
    rosters: dict[tuple[UUID, date], list[Any]]

    def times(self, hall: UUID, day: date, held: Collection[Rule]) -> list[Time]:
        """The times of a hall's day under these rules."""
        groups = {rule.group for rule in held}
        closed = {
            (group, half)
            for row in self.closures.get((hall, day), ())
            for group in groups
            if row["everything"] or row["group_id"] == group
            for half in (ALL_DAY if row["half"] == "day" else (row["half"],))
        }
        return opening_rules.times_of(held, day, self.kinds[day], closed, self._counters(hall, day, groups))

    def _counters(self, hall: UUID, day: date, groups: Iterable[object]) -> dict[tuple[object, str], int]:
        """Counters by group and half day; a half day with a roster has none for groups that are not on it."""
        rows = self.rosters.get((hall, day), [])
        on_roster = {row["half"] for row in rows if not row["lent"]}
        found: dict[tuple[object, str], int] = {(group, half): 0 for group in groups for half in on_roster}
        for row in rows:
            key = (row["group_key"] if row["group_key"] != hall else None, row["half"])
            found[key] = found.get(key, 0) + row["n"]
        return found


async def open_slots_ahead(hall: UUID | None = None) -> int:
    """Make the slots of the horizon that are missing; returns how many. Any number of hosts may do it at once."""
    today, far = clock.today(), await halls.horizons()
    last = today + timedelta(days=max([opening_rules.HORIZON_DAYS, *far.values()]))
    span, plans = await span_of(today, last, hall), await plans_of_halls(hall)
    have = {(row["hall_id"], row["day"]): row for row in await db.fetch(HAVE, today, last, hall)}
    slots: list[tuple[Any, ...]] = []
    shares: list[tuple[Any, ...]] = []
    for (region, each), held in (await rules_from(today, hall)).items():
        for n in range(far.get(each, opening_rules.HORIZON_DAYS) + 1):
            day = today + timedelta(days=n)
            made = have.get((each, day))
            known = {group if group != each else None for group in made["groups"]} if made else set()
            wanted = [time for time in span.times(each, day, held) if time.group not in known]
            make(
                region, each, day, wanted, made["last"] if made else 0, slots, shares, plan_on(plans.get(each, []), day)
            )
    await add(slots, shares)
    return len(slots)


async def span_of(first: date, last: date, hall: UUID | None = None) -> Span:
    """What decides the days from ``first`` to ``last``, of one hall or of all."""
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    known = {each.day: each.kind for each in await places.calendar(SYSTEM, first, last)}
    kinds: dict[date, str] = {day: known.get(day, "workday" if day.isoweekday() < 6 else "weekend") for day in days}
    return Span(
        kinds=kinds,
        closures=by_day(await db.fetch(CLOSURES, first, last, hall)),
        rosters=by_day(await db.fetch(ROSTERS, first, last, hall)),
    )


async def rules_from(first: date, hall: UUID | None = None) -> dict[tuple[str, UUID], list[Rule]]:
    """The rules in force on ``first`` or later, by county and hall."""
    found: dict[tuple[str, UUID], list[Rule]] = {}
    for row in await db.fetch(f"{RULES} AND ($2::uuid IS NULL OR hall_id = $2)", first, hall):
        found.setdefault((row["region"], row["hall_id"]), []).append(rule_of(row))
    return found


async def rules_of(known: Hall) -> list[Rule]:
    """The rules of a hall that are in force today or later."""
    return (await rules_from(clock.today(), known.id)).get((known.region, known.id), [])


def rule_of(row: Any) -> Rule:
    """A stored rule as the pure rules take it."""
    return Rule(
        key=str(row["id"]), group=row["group_id"], repeat=row["repeat"], weekdays=frozenset(row["weekdays"]),
        opens=row["opens"], closes=row["closes"], minutes=row["minutes"], capacity=row["capacity"],
        valid_from=row["valid_from"], valid_to=row["valid_to"], every=row["every"], anchor=row["anchor"],
        nth=frozenset(row["nth"]), season=(row["season_from"], row["season_to"]), per_counter=row["per_counter"],
    )  # fmt: skip


def make(
    region: str, hall: UUID, day: date, times: list[Time], last: int,
    slots: list[tuple[Any, ...]], shares: list[tuple[Any, ...]], plan: Mapping[str, int],
) -> None:  # fmt: skip
    """Rows for times. Ordinals go on over all groups of the hall's day: they make the numbers that people are called
    by."""
    for ordinal, each in enumerate(times, last + 1):
        slot = ids.new()
        begins, ends = clock.at(day, each.begins), clock.at(day, each.ends)
        slots.append((region, slot, hall, day, ordinal, begins, ends, each.group))
        for pool, capacity in rules.shares(each.capacity, plan).items():
            shares.append((region, slot, pool, capacity))


async def add(slots: list[tuple[Any, ...]], shares: list[tuple[Any, ...]]) -> None:
    """Keep the rows; what another host was faster with is left as it is."""
    if slots:
        async with db.transaction():
            await db.execute(ADD_SLOTS, *map(list, zip(*slots, strict=True)))
            await db.execute(ADD_SHARES, *map(list, zip(*shares, strict=True)))


def by_day(rows: list[Any]) -> dict[tuple[UUID, date], list[Any]]:
    found: dict[tuple[UUID, date], list[Any]] = {}
    for row in rows:
        found.setdefault((row["hall_id"], row["day"]), []).append(row)
    return found


def noon(day: date) -> Any:
    """The instant between the halves of a day."""
    return clock.at(day, time(12))
