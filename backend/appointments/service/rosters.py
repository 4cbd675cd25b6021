"""排班: which counter serves which group on which half day; where a rule says so, places follow from it."""

from collections import Counter as Count
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from backend.appointments import opening_rules
from backend.appointments.events import OpeningChanged
from backend.appointments.opening_schemas import (
    DayEffect,
    Duty,
    Effect,
    RosterChange,
    RosterCounter,
    RosterCounterRequest,
    RosterWeek,
)
from backend.appointments.service import halls, making, sides
from backend.appointments.service.planning import carry_out, effect_of, plan_for
from backend.core import clock, db, ids
from backend.core.actor import Actor
from backend.core.events import announce
from backend.core.policy import verb
from backend.core.problems import Conflict, Invalid, NotFound
from backend.core.words import N_
from backend.places import service as places
from backend.places.schemas import Hall

COUNTERS = "SELECT id, label, groups FROM appointments_counter WHERE region = $1 AND hall_id = $2 ORDER BY label, id"
ADD = """INSERT INTO appointments_counter (region, id, hall_id, label, groups) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (region, hall_id, label) DO NOTHING RETURNING id"""
CHANGE = """UPDATE appointments_counter SET groups = $4
    WHERE region = $1 AND hall_id = $2 AND id = $3 RETURNING label"""
AHEAD = "SELECT EXISTS (SELECT 1 FROM appointments_roster WHERE region = $1 AND counter_id = $2 AND day >= $3)"
FORGET = "DELETE FROM appointments_roster WHERE region = $1 AND counter_id = $2"
DROP = "DELETE FROM appointments_counter WHERE region = $1 AND hall_id = $2 AND id = $3 RETURNING id"
DUTIES = """SELECT day, half, counter_id, group_key FROM appointments_roster
    WHERE region = $1 AND hall_id = $2 AND day BETWEEN $3 AND $4 ORDER BY day, half DESC, counter_id"""
SET = """INSERT INTO appointments_roster (region, hall_id, day, half, counter_id, group_key)
    VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (region, counter_id, day, half)
    DO UPDATE SET group_key = excluded.group_key"""
UNSET = "DELETE FROM appointments_roster WHERE region = $1 AND counter_id = $2 AND day = $3 AND half = $4"
GROUPS = "SELECT id FROM appointments_group WHERE region = $1 AND hall_id = $2"
Key = tuple[date, str, UUID | None]  # a half day and what a counter serves then
WEEK, FAR = timedelta(days=7), timedelta(days=400)
REMEMBERED = timedelta(days=1100)
LABEL_TAKEN = N_("This hall has a counter of this name")


class CounterInUse(Conflict):
    """The counter is on the roster of days ahead."""

    code, title = "counter-in-use", N_("This counter is still on the roster")


@verb("appointments.counters_of", N_("See the counters of a hall's roster"), *halls.MANAGERS)
async def counters_of(actor: Actor, hall: UUID) -> list[RosterCounter]:
    """The counters and what each can serve."""
    known = await halls.own_hall(actor, hall)
    return [RosterCounter(**row) for row in await db.fetch(COUNTERS, known.region, hall)]


@verb("appointments.add_counter", N_("Put a counter on the roster of a hall"), *halls.MANAGERS)
async def add_counter(actor: Actor, hall: UUID, wanted: RosterCounterRequest) -> RosterCounter:
    """A counter that serves some groups, or all."""
    known = await halls.own_hall(actor, hall)
    await _check_groups(known, wanted.groups)
    new = ids.new()
    async with db.transaction():
        if await db.fetchval(ADD, known.region, new, hall, wanted.label, wanted.groups) is None:
            raise Invalid({"label": LABEL_TAKEN})
        await announce(actor, OpeningChanged(region=known.region, subject=hall))
    return RosterCounter(id=new, label=wanted.label, groups=wanted.groups)


@verb("appointments.set_skills", N_("Say what a counter can serve"), *halls.MANAGERS)
async def set_skills(actor: Actor, hall: UUID, counter: UUID, groups: list[UUID]) -> RosterCounter:
    """From now on; what is on the roster already stays."""
    known = await halls.own_hall(actor, hall)
    await _check_groups(known, groups)
    async with db.transaction():
        label = await db.fetchval(CHANGE, known.region, hall, counter, groups)
        if label is None:
            raise NotFound()
        await announce(actor, OpeningChanged(region=known.region, subject=hall))
    return RosterCounter(id=counter, label=label, groups=groups)


@verb("appointments.remove_counter", N_("Take a counter off the roster of a hall"), *halls.MANAGERS)
async def remove_counter(actor: Actor, hall: UUID, counter: UUID) -> None:
    """One that is on no roster of today or later."""
    known = await halls.own_hall(actor, hall)
    async with db.transaction():
        if await db.fetchval(AHEAD, known.region, counter, clock.today()):
            raise CounterInUse(N_("Take it off the coming days first."))
        if counter not in {row["id"] for row in await db.fetch(COUNTERS, known.region, hall)}:
            raise NotFound()
        await db.execute(FORGET, known.region, counter)
        await db.fetchval(DROP, known.region, hall, counter)
        await announce(actor, OpeningChanged(region=known.region, subject=hall))


@verb("appointments.roster_of", N_("See the roster of a hall"), *halls.MANAGERS)
async def roster_of(actor: Actor, hall: UUID, week: date) -> RosterWeek:
    """The week of a day at a glance."""
    known = await halls.own_hall(actor, hall)
    monday = _monday(week)
    counters = [RosterCounter(**row) for row in await db.fetch(COUNTERS, known.region, hall)]
    return RosterWeek(monday=monday, counters=counters, duties=await _duties(known, monday, monday + WEEK))


@verb("appointments.preview_roster", N_("See what a change of the roster does"), *halls.MANAGERS)
async def preview_roster(actor: Actor, hall: UUID, change: RosterChange) -> Effect:
    """How the places of the days change; changes nothing."""
    known = await halls.own_hall(actor, hall)
    await _check(known, change.duties)
    first, last = _ends(change.duties)
    before = await _duties(known, first, last + FAR)
    change_of = Count(_key(each) for each in _applied(before, change.duties))
    change_of.subtract(_key(each) for each in before)
    found = []
    for each in await _touched(actor, known):
        rows = _then(await db.fetch(making.ROSTERS, first, last + FAR, each.id), known, each, change_of)
        plan = await plan_for(each, first, await making.rules_of(each), roster=rows)
        found.append(await effect_of(actor, each, plan))
    return _together(found)


@verb("appointments.change_roster", N_("Change the roster of a hall"), *halls.MANAGERS)
async def change_roster(actor: Actor, hall: UUID, change: RosterChange) -> Effect:
    """Who serves what; times that nobody booked get the places that follow, booked ones keep theirs."""
    known = await halls.own_hall(actor, hall)
    await _check(known, change.duties)
    async with db.transaction():
        for each in change.duties:
            if each.group is None:
                await db.execute(UNSET, known.region, each.counter, each.day, each.half)
            else:
                await db.execute(SET, known.region, hall, each.day, each.half, each.counter, each.group)
        found = []
        for at in await _touched(actor, known):
            plan = await carry_out(at, _ends(change.duties)[0], await making.rules_of(at))
            await announce(actor, OpeningChanged(region=at.region, subject=at.id))
            found.append(await effect_of(actor, at, plan))
        return _together(found)


@verb("appointments.copy_roster", N_("Take over last week's roster"), *halls.MANAGERS)
async def copy_roster(actor: Actor, hall: UUID, week: date) -> Effect:
    """The days of a week, from today on, get the roster of the week before."""
    known = await halls.own_hall(actor, hall)
    monday = _monday(week)
    before = await _duties(known, monday - WEEK, monday)
    if not before:
        raise Invalid({"week": N_("There is no roster in the week before")})
    now = await _duties(known, monday, monday + WEEK)
    shut = [Duty(day=each.day, half=each.half, counter=each.counter) for each in now]
    taken = [Duty(day=each.day + WEEK, half=each.half, counter=each.counter, group=each.group) for each in before]
    duties = [each for each in _applied(shut, taken, keep=True) if each.day >= clock.today()]
    if not duties:
        raise Invalid({"week": N_("This week is over")})
    return await change_roster(actor, hall, RosterChange(duties=duties))


def _monday(day: date) -> date:
    """Of the week of a day; rosters are kept and made for some years, not for the ends of the calendar."""
    if abs(day - clock.today()) > REMEMBERED:
        raise NotFound()
    return day - timedelta(days=day.isoweekday() - 1)


async def _duties(known: Hall, first: date, end: date) -> list[Duty]:
    rows = await db.fetch(DUTIES, known.region, known.id, first, end - timedelta(days=1))
    return [Duty(day=row["day"], half=row["half"], counter=row["counter_id"], group=row["group_key"]) for row in rows]


def _applied(duties: list[Duty], changes: list[Duty], *, keep: bool = False) -> list[Duty]:
    """Duties after changes; shut half days are left out, unless they are to be ``keep``-t as what is to be done."""
    found = {(each.counter, each.day, each.half): each for each in [*duties, *changes]}
    return [each for each in found.values() if keep or each.group is not None]


async def _touched(actor: Actor, known: Hall) -> list[Hall]:
    """The halls whose places follow from a hall's roster: its own, and those whose groups it runs too."""
    others = await places.halls_by_id(actor, [side.hall for side in await sides.others(known.id)])
    return [known, *sorted(others.values(), key=lambda each: each.id)]


def _then(rows: list[Any], known: Hall, at: Hall, change: Count[Key]) -> list[Any]:
    """What decides the places of a hall once the duties of ``known`` have changed so."""
    counts = Count({(row["day"], row["half"], row["group_key"], row["lent"]): row["n"] for row in rows})
    for (day, half, group), n in change.items():
        counts[day, half, group, at.id != known.id] += n
    return [
        {"hall_id": at.id, "day": day, "half": half, "group_key": group, "lent": lent, "n": n}
        for (day, half, group, lent), n in counts.items()
        if n > 0
    ]


def _together(effects: list[Effect]) -> Effect:
    """Effects on several halls as one."""
    days: dict[date, DayEffect] = {}
    for each in (day for effect in effects for day in effect.days):
        same = days.get(each.day, DayEffect(day=each.day, before=0, after=0))
        days[each.day] = DayEffect(day=each.day, before=same.before + each.before, after=same.after + each.after)
    return Effect(
        added=sum(each.added for each in effects), removed=sum(each.removed for each in effects),
        resized=sum(each.resized for each in effects), kept=sum(each.kept for each in effects),
        held=sum(each.held for each in effects), days=[each for _, each in sorted(days.items())],
        conflicts=[person for effect in effects for person in effect.conflicts],
    )  # fmt: skip


def _key(duty: Duty) -> Key:
    return duty.day, duty.half, duty.group


def _ends(duties: list[Duty]) -> tuple[date, date]:
    days = [each.day for each in duties]
    return min(days), max(days)


async def _check(known: Hall, duties: list[Duty]) -> None:
    first, last = _ends(duties)
    if first < clock.today() or last > clock.today() + FAR:
        raise Invalid({"duties": N_("A roster can be changed from today on, for a year")})
    counters = {row["id"]: row["groups"] for row in await db.fetch(COUNTERS, known.region, known.id)}
    await _check_groups(known, [each.group for each in duties if each.group is not None])
    for each in duties:
        if each.counter not in counters:
            raise Invalid({"duties": N_("This hall has no such counter")})
        if each.group is not None and not opening_rules.may_serve(counters[each.counter], each.group):
            raise Invalid({"duties": N_("A counter is to serve what it has not been set up for")})


async def _check_groups(known: Hall, groups: list[UUID]) -> None:
    there = {known.id, *(row["id"] for row in await db.fetch(GROUPS, known.region, known.id))}
    there.update(group for side in await sides.others(known.id) for group in side.groups or ())
    if not set(groups) <= there:
        raise Invalid({"groups": N_("This hall has no such group")})
