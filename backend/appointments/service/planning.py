"""A change of the opening: what it does is known before it is done, and doing it does exactly that.

A time that nobody has ever booked goes or changes with the rules. One with bookings keeps its people and its places; it
takes no more when its rule is gone, and whoever is booked there is named, so that nobody is forgotten.
"""

from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from backend.appointments import opening_rules
from backend.appointments.events import OpeningChanged
from backend.appointments.opening_rules import Rule, Time
from backend.appointments.opening_schemas import Affected, DayEffect, Effect, OpeningChange, RuleRequest
from backend.appointments.service import halls, making, shutting
from backend.appointments.service.sharing import plan_on
from backend.appointments.service.sharing import plans as plans_of_halls
from backend.core import clock, db, ids, trail
from backend.core.actor import Actor
from backend.core.events import announce
from backend.core.policy import verb
from backend.core.problems import Invalid, NotFound
from backend.core.words import N_
from backend.identity import service as identity
from backend.places import service as places
from backend.places.schemas import Hall

EXISTING = """SELECT s.id, s.group_id, s.day, s.ordinal, s.starts_at, s.ends_at, s.state, h.capacity, h.taken, h.issued
    FROM appointments_slot s JOIN appointments_share h ON h.region = s.region AND h.slot_id = s.id
    WHERE s.region = $1 AND s.hall_id = $2 AND s.day BETWEEN $3 AND $4 AND s.starts_at > $5
    ORDER BY h.slot_id, h.pool"""
BOOKED = """SELECT id, number, starts_at, person_id, pool FROM appointments_appointment
    WHERE region = $1 AND state = 'booked' AND (slot_id = ANY ($2::uuid[]) OR id IN (
        SELECT owner FROM appointments_further WHERE region = $1 AND slot_id = ANY ($2::uuid[])))
    ORDER BY starts_at, number LIMIT 500"""
DROP_SHARES = "DELETE FROM appointments_share WHERE region = $1 AND slot_id = ANY ($2::uuid[])"
DROP_SLOTS = "DELETE FROM appointments_slot WHERE region = $1 AND id = ANY ($2::uuid[])"
STATE = "UPDATE appointments_slot SET state = $3 WHERE region = $1 AND id = ANY ($2::uuid[])"
ADD_RULE = """INSERT INTO appointments_opening_rule (region, id, hall_id, weekdays, opens, closes, minutes, capacity,
        valid_from, valid_to, source, group_id, repeat, every, anchor, nth, season_from, season_to, per_counter)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'manager', $11, $12, $13, $9, $14, $15, $16, $17)"""
END_RULE = """UPDATE appointments_opening_rule SET valid_to = $4
    WHERE region = $1 AND hall_id = $2 AND id = $3 AND valid_from <= $4 RETURNING id"""
DROP_RULE = "DELETE FROM appointments_opening_rule WHERE region = $1 AND hall_id = $2 AND id = $3 RETURNING id"
GROUPS = "SELECT id FROM appointments_group WHERE region = $1 AND hall_id = $2"
FARTHEST = timedelta(days=400)  # how far ahead a change may begin, and is looked at
PURPOSE = N_("Changing the opening of the hall")
MEETS = N_("These hours meet those of another rule for the same counters. End that one, or choose other hours.")


class Slot(NamedTuple):
    """A time that exists: ``touched`` once somebody booked or held it."""

    id: UUID
    time: Time
    state: str
    touched: bool
    ordinal: int


class Plan(NamedTuple):
    """What is to be done on the days that change."""

    add: dict[date, list[Time]]
    drop: list[UUID]
    close: list[UUID]
    reopen: list[UUID]
    days: list[DayEffect]
    numbers: dict[str, int]
    last: dict[date, int]


@verb("appointments.preview_opening", N_("See what a change of the opening does"), *halls.MANAGERS)
async def preview_opening(actor: Actor, hall: UUID, change: OpeningChange) -> Effect:
    """What the change would do, and who is booked outside the new hours. Changes nothing."""
    known = await halls.own_hall(actor, hall)
    plan = await plan_for(known, change.begins, await _changed(known, change))
    return await effect_of(actor, known, plan)


@verb("appointments.change_opening", N_("Change the opening of a hall"), *halls.MANAGERS)
async def change_opening(actor: Actor, hall: UUID, change: OpeningChange) -> Effect:
    """Do it from its first day on. Who is booked outside the new hours keeps the place and is named in the answer."""
    known = await halls.own_hall(actor, hall)
    async with db.transaction():
        held = await _changed(known, change)
        if change.ends is not None:
            await _end(known, change.ends, change.begins)
        if change.rule is not None:
            await db.execute(ADD_RULE, known.region, ids.new(), hall, *_columns(change.begins, change.rule))
        plan = await carry_out(known, change.begins, held)
        await places.set_bookable(actor, hall, bookable=True)
        await announce(actor, OpeningChanged(region=known.region, subject=hall))
        return await effect_of(actor, known, plan)


async def carry_out(known: Hall, first: date, held: list[Rule]) -> Plan:
    """Bring the times of a hall in line with its rules, in the running transaction; bookings wait for it a moment."""
    plan = await plan_for(known, first, held, lock=True)
    await db.execute(DROP_SHARES, known.region, plan.drop)
    await db.execute(DROP_SLOTS, known.region, plan.drop)
    await db.execute(STATE, known.region, plan.close, "closed")
    await shutting.let_go(known, plan.close)
    await db.execute(STATE, known.region, plan.reopen, "open")
    slots: list[tuple[Any, ...]] = []
    shares: list[tuple[Any, ...]] = []
    plans = (await plans_of_halls(known.id)).get(known.id, [])
    for day, times in plan.add.items():
        last = plan.last.get(day, 0)
        making.make(known.region, known.id, day, times, last, slots, shares, plan_on(plans, day))
    await making.add(slots, shares)
    return plan


async def plan_for(
    known: Hall, first: date, held: list[Rule], *, lock: bool = False, roster: list[Any] | None = None
) -> Plan:
    """What is to be done from ``first`` to the end of the horizon. ``roster``: rows instead of those kept."""
    horizon = (await halls.limits_in(known.region, known.id)).horizon_days
    first, last = max(first, clock.today()), clock.today() + timedelta(days=horizon)
    plan = Plan({}, [], [], [], [], dict.fromkeys(("added", "removed", "resized", "kept", "held"), 0), {})
    if first > last:
        return plan
    span = await making.span_of(first, last, known.id)
    if roster is not None:
        span = span._replace(rosters=making.by_day(roster))
    existing = await _existing(known, first, last, lock=lock)
    for n in range((last - first).days + 1):
        day = first + timedelta(days=n)
        wanted = [each for each in span.times(known.id, day, held) if clock.at(day, each.begins) > clock.now()]
        _compare(plan, day, existing.get(day, []), wanted)
    return plan


async def effect_of(actor: Actor, known: Hall, plan: Plan) -> Effect:
    """The plan in numbers, with the people who are booked at times that go; that they were named is recorded."""
    people = await named(actor, known.region, await db.fetch(BOOKED, known.region, plan.close), PURPOSE)
    n = plan.numbers
    return Effect(
        added=n["added"], removed=n["removed"], resized=n["resized"], kept=n["kept"], held=n["held"], days=plan.days,
        conflicts=people,
    )  # fmt: skip


async def named(actor: Actor, region: str, rows: list[Any], purpose: str) -> list[Affected]:
    """Appointments with the names that staff may see; each person can know."""
    people = sorted({row["person_id"] for row in rows})
    seen = await identity.people_seen(actor, people)
    await trail.viewed_all(actor, region=region, people=people, what="appointment", purpose=purpose)
    return [
        Affected(
            appointment=row["id"], number=row["number"], starts_at=row["starts_at"], person=row["person_id"],
            name=seen[row["person_id"]].name if row["person_id"] in seen else "", pool=row["pool"],
        )
        for row in rows
    ]  # fmt: skip


def _compare(plan: Plan, day: date, slots: list[Slot], wanted: list[Time]) -> None:
    """Sort the times of a day into what comes, goes, takes no more, or stays as it is."""
    live = [each for each in slots if each.state == "open"]
    change = opening_rules.difference([each.time for each in slots], wanted)
    gone, resized = {_key(each) for each in change.removed}, {_key(old) for old, _ in change.resized}
    plan.add[day] = list(change.added)
    kept = 0
    for slot in slots:
        key, is_open = _key(slot.time), slot.state == "open"
        if key in gone:
            _put(plan, slot, "kept" if is_open else "", "removed" if is_open else "")
        elif key in resized and not slot.touched:
            plan.drop.append(slot.id)
            plan.add[day].append(next(new for old, new in change.resized if _key(old) == key))
            plan.numbers["resized"] += 1
        else:
            kept += slot.time.capacity
            plan.numbers["held"] += key in resized
            if not is_open:
                plan.reopen.append(slot.id)
    plan.last[day] = max((each.ordinal for each in slots), default=0)
    plan.numbers["added"] += len(change.added)
    before, after = sum(each.time.capacity for each in live), kept + sum(each.capacity for each in plan.add[day])
    if before != after or change.added or gone & {_key(each.time) for each in live}:
        plan.days.append(DayEffect(day=day, before=before, after=after))


def _put(plan: Plan, slot: Slot, kept: str, removed: str) -> None:
    """A time that goes: with bookings it only takes no more."""
    if not slot.touched:
        plan.drop.append(slot.id)
        if removed:
            plan.numbers[removed] += 1
    elif kept:
        plan.close.append(slot.id)
        plan.numbers[kept] += 1


async def _existing(known: Hall, first: date, last: date, *, lock: bool) -> dict[date, list[Slot]]:
    sql = EXISTING + (" FOR NO KEY UPDATE OF h" if lock else "")
    found: dict[UUID, list[Any]] = {}
    for row in await db.fetch(sql, known.region, known.id, first, last, clock.now()):
        found.setdefault(row["id"], []).append(row)
    days: dict[date, list[Slot]] = {}
    for rows in found.values():
        one = rows[0]
        begins, ends = clock.local(one["starts_at"]).time(), clock.local(one["ends_at"]).time()
        time = Time(one["group_id"], begins, ends, sum(row["capacity"] for row in rows), "")
        touched = any(row["taken"] or row["issued"] for row in rows)
        days.setdefault(one["day"], []).append(Slot(one["id"], time, one["state"], touched, one["ordinal"]))
    return days


async def _changed(known: Hall, change: OpeningChange) -> list[Rule]:
    """The rules as they will be; raises ``Invalid`` for a change that makes no sense."""
    held = await making.rules_of(known)
    if change.begins < clock.today():
        raise Invalid({"begins": N_("A change begins today or later")})
    if change.begins > clock.today() + FARTHEST:
        raise Invalid({"begins": N_("Choose a day from today on, within a year")})
    before = change.begins - timedelta(days=1)
    if change.ends is not None:
        if str(change.ends) not in {rule.key for rule in held}:
            raise NotFound()
        held = [each._replace(valid_to=before) if each.key == str(change.ends) else each for each in held]
    if change.rule is None:
        return held
    await _check(known, change.begins, change.rule)
    new = _rule(change.begins, change.rule)
    if any(_meet(new, each, change.begins) for each in held):
        raise Invalid({"opens": MEETS})
    return [*held, new]


async def _check(known: Hall, begins: date, wanted: RuleRequest) -> None:
    errors = {}
    if wanted.opens >= wanted.closes:
        errors["closes"] = N_("The closing time must be after the opening time")
    if wanted.repeat != "once" and not wanted.weekdays:
        errors["weekdays"] = N_("Please choose at least one weekday")
    if wanted.repeat == "monthly" and not wanted.nth:
        errors["nth"] = N_("Please choose which of the month")
    if bool(wanted.season_from) != bool(wanted.season_to):
        errors["season_to"] = N_("Give both ends of the season, or neither")
    if wanted.until is not None and wanted.until < begins:
        errors["until"] = N_("The last day must not be before the first")
    if wanted.group is not None:
        groups = {row["id"] for row in await db.fetch(GROUPS, known.region, known.id)}
        if wanted.group not in groups:
            errors["group"] = N_("This hall has no such group")
    if errors:
        raise Invalid(errors)


def _meet(one: Rule, other: Rule, first: date) -> bool:
    """Whether two rules of one group open at the same hour of a day; what is for one day only replaces the rest."""
    if one.group != other.group or ("once" in (one.repeat, other.repeat) and one.repeat != other.repeat):
        return False
    if one.closes <= other.opens or other.closes <= one.opens:
        return False
    days = (first + timedelta(days=n) for n in range(FARTHEST.days))
    return any(opening_rules.opens(one, day, "workday") and opening_rules.opens(other, day, "workday") for day in days)


def _rule(begins: date, wanted: RuleRequest) -> Rule:
    return Rule(
        key="new", group=wanted.group, repeat=wanted.repeat, weekdays=frozenset(wanted.weekdays), opens=wanted.opens,
        closes=wanted.closes, minutes=wanted.minutes, capacity=wanted.capacity, valid_from=begins,
        valid_to=begins if wanted.repeat == "once" else wanted.until, every=wanted.every, anchor=begins,
        nth=frozenset(wanted.nth), season=(wanted.season_from, wanted.season_to), per_counter=wanted.per_counter,
    )  # fmt: skip


def _columns(begins: date, wanted: RuleRequest) -> tuple[Any, ...]:
    rule = _rule(begins, wanted)
    return (
        sorted(rule.weekdays), rule.opens, rule.closes, rule.minutes, rule.capacity, begins, rule.valid_to, rule.group,
        rule.repeat, rule.every, sorted(rule.nth), *rule.season, rule.per_counter,
    )  # fmt: skip


async def _end(known: Hall, rule: UUID, begins: date) -> None:
    """From ``begins`` on it no longer holds; one that has not begun by then is as if it had never been written."""
    if await db.fetchval(END_RULE, known.region, known.id, rule, begins - timedelta(days=1)) is None:
        await db.fetchval(DROP_RULE, known.region, known.id, rule)


def _key(time: Time) -> tuple[object, ...]:
    return time.group, time.begins, time.ends
