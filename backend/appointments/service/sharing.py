"""份额: how places are divided between the ways of booking, and the release of those that stay unused."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from uuid import UUID

from backend.appointments import rules
from backend.appointments.events import PlacesReleased, SharesChanged
from backend.appointments.schemas import HallPolicy, PlanView, ShareCount, ShareLine, SharePlan, SharePlanView
from backend.appointments.service.halls import MANAGERS, own_hall
from backend.appointments.service.returning import RELEASED
from backend.core import clock, db, ids
from backend.core.actor import Actor, stem
from backend.core.events import announce
from backend.core.policy import PUBLIC, verb
from backend.core.problems import Invalid
from backend.core.words import N_
from backend.places import service as places
from backend.places.schemas import Hall

PLANS = """SELECT hall_id, valid_from, online, phone, counter, kiosk, helper FROM appointments_share_plan
    WHERE $1::uuid IS NULL OR hall_id = $1 ORDER BY hall_id, valid_from"""
ADD_PLAN = """INSERT INTO appointments_share_plan
        (region, id, hall_id, valid_from, online, phone, counter, kiosk, helper, made_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
    ON CONFLICT (region, hall_id, valid_from) DO UPDATE SET online = excluded.online, phone = excluded.phone,
        counter = excluded.counter, kiosk = excluded.kiosk, helper = excluded.helper, made_at = excluded.made_at"""
POLICY = """SELECT release_hours, keep, others_days FROM appointments_hall_policy WHERE region = $1 AND hall_id = $2"""
SET_POLICY = """INSERT INTO appointments_hall_policy (region, hall_id, release_hours, keep, others_days, residents_of)
    VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (region, hall_id) DO UPDATE SET release_hours = excluded.release_hours, keep = excluded.keep,
        others_days = excluded.others_days, residents_of = excluded.residents_of"""
USE = """SELECT h.pool, sum(h.capacity) AS places, sum(h.taken) AS taken
    FROM appointments_slot s JOIN appointments_share h ON h.region = s.region AND h.slot_id = s.id
    WHERE s.region = $1 AND s.hall_id = $2 AND s.day BETWEEN $3 AND $4 AND s.state = 'open' GROUP BY h.pool"""
NEXT_SLOT = """SELECT sum(h.capacity)::integer FROM appointments_slot s JOIN appointments_share h
        ON h.region = s.region AND h.slot_id = s.id
    WHERE s.region = $1 AND s.hall_id = $2 AND s.starts_at > $3
    GROUP BY s.id, s.starts_at ORDER BY s.starts_at LIMIT 1"""
LAST_DAY = "SELECT max(day) FROM appointments_slot WHERE region = $1 AND hall_id = $2"
RELEASE = "SELECT region, hall_id, slot_id, moved FROM appointments_release_due($1, $2, $3)"
AHEAD = timedelta(days=61)
USED = timedelta(days=28)  # four whole weeks: each weekday counts the same
BATCH = 200  # slots whose unused places are released at once: their shares are locked for that long
SYSTEM = Actor.system("release unused places")


@verb("appointments.shares_ahead", N_("See how places are shared between channels"), PUBLIC)
async def shares_ahead(actor: Actor, hall: UUID) -> list[ShareCount]:
    """How the places from today on are used by each channel: the parity that the shares promise."""
    found = await _use(await places.hall(actor, hall), clock.today(), clock.today() + AHEAD)
    return [ShareCount(pool=pool, places=found[pool][0], taken=found[pool][1]) for pool in rules.POOLS if pool in found]


@verb("appointments.share_plan", N_("See how a hall divides its places"), PUBLIC)
async def share_plan(actor: Actor, hall: UUID) -> SharePlanView:
    """The latest plan, what a time of today's size becomes with it, and the use of the last 28 days beside it."""
    known = await places.hall(actor, hall)
    made = (await plans(hall)).get(hall, [])
    latest = made[-1] if made else PlanView(valid_from=None, plan=SharePlan(**rules.SHARES))
    return await _view(known, latest.plan, made)


@verb("appointments.preview_shares", N_("See what another division would change"), *MANAGERS)
async def preview_shares(actor: Actor, hall: UUID, wanted: SharePlan) -> SharePlanView:
    """The same with a plan that nobody has saved."""
    _checked(wanted)
    return await _view(await own_hall(actor, hall), wanted, (await plans(hall)).get(hall, []))


@verb("appointments.set_shares", N_("Divide the places of a hall"), *MANAGERS)
async def set_shares(actor: Actor, hall: UUID, wanted: SharePlan) -> SharePlanView:
    """Divide the places anew from the first day that nobody can have booked; times on offer stay as they are."""
    _checked(wanted)
    known = await own_hall(actor, hall)
    async with db.transaction():
        await db.execute(
            ADD_PLAN, known.region, ids.new(), hall, await first_free_day(known), wanted.online, wanted.phone,
            wanted.counter, wanted.kiosk, wanted.helper, clock.now(),
        )  # fmt: skip
        await announce(actor, SharesChanged(region=known.region, subject=hall))
    return await share_plan(actor, hall)


@verb("appointments.policy_of", N_("See when a hall releases unused places"), PUBLIC)
async def policy_of(actor: Actor, hall: UUID) -> HallPolicy:
    """When unused places are released, and whether residents book first."""
    row = await db.fetchrow(POLICY, (await places.hall(actor, hall)).region, hall)
    return HallPolicy(**row) if row else HallPolicy()


@verb("appointments.set_policy", N_("Say when a hall releases unused places"), *MANAGERS)
async def set_policy(actor: Actor, hall: UUID, wanted: HallPolicy) -> None:
    """It holds at once, for all times ahead: it takes nothing from anybody who has a place."""
    known = await own_hall(actor, hall)
    async with db.transaction():
        await db.execute(
            SET_POLICY, known.region, hall, wanted.release_hours, wanted.keep, wanted.others_days,
            _residents_of(known) if wanted.others_days else "",
        )  # fmt: skip
        await announce(actor, SharesChanged(region=known.region, subject=hall))


async def release_unused() -> int:
    """Let unused places of the coming hours flow, a bounded batch at a time; returns how many places moved.

    A time that needs it is found again until it is done, so a run that was cut off is made good by the next one.
    """
    moved: dict[tuple[str, UUID], int] = {}
    async with db.transaction():
        now = clock.now()
        released = await db.fetch(RELEASE, now, rules.LAST, BATCH)
        for row in released:
            at = (row["region"], row["hall_id"])
            moved[at] = moved.get(at, 0) + row["moved"]
        for (region, hall), count in moved.items():
            await announce(SYSTEM, PlacesReleased(region=region, subject=hall, places=count))
        await db.fetchval(RELEASED, now, [row["slot_id"] for row in released])
    return sum(moved.values())


async def plans(hall: UUID | None = None) -> dict[UUID, list[PlanView]]:
    """The plans of one hall, or of all, the earliest first."""
    found: dict[UUID, list[PlanView]] = {}
    for row in await db.fetch(PLANS, hall):
        plan = SharePlan(**{pool: row[pool] for pool in rules.POOLS})
        found.setdefault(row["hall_id"], []).append(PlanView(valid_from=row["valid_from"], plan=plan))
    return found


def plan_on(made: Iterable[PlanView], day: date) -> Mapping[str, int]:
    """The plan that holds for slots of a day: the latest that has begun, or the default of the rules."""
    begun = [each for each in made if each.valid_from is not None and each.valid_from <= day]
    return _percent(begun[-1].plan) if begun else rules.SHARES


def released_at(starts_at: datetime, policy: HallPolicy) -> datetime:
    """When the unused places of a slot are released."""
    return starts_at - timedelta(hours=policy.release_hours)


def pool_for(actor: Actor) -> str:
    """The share that an actor draws from."""
    return rules.pool_of(actor.channel, actor.basis, actor.roles)


async def _view(hall: Hall, plan: SharePlan, made: list[PlanView]) -> SharePlanView:
    today = clock.today()
    size = await db.fetchval(NEXT_SLOT, hall.region, hall.id, clock.now()) or 10
    used = await _use(hall, today - USED, today - timedelta(days=1))
    percent, becomes = _percent(plan), rules.shares(size, _percent(plan))
    lines = [
        ShareLine(
            pool=pool, percent=percent[pool], becomes=becomes[pool], places=used.get(pool, (0, 0))[0],
            taken=used.get(pool, (0, 0))[1],
        )
        for pool in rules.POOLS
    ]  # fmt: skip
    return SharePlanView(
        hall=hall.id, size=size, lines=lines, plan=plan, plans=made, holds_from=await first_free_day(hall)
    )


async def _use(hall: Hall, first: date, last: date) -> dict[str, tuple[int, int]]:
    rows = await db.fetch(USE, hall.region, hall.id, first, last)
    return {row["pool"]: (row["places"], row["taken"]) for row in rows}


async def first_free_day(hall: Hall) -> date:
    """Nobody who has looked at a time finds it divided anew."""
    latest: date | None = await db.fetchval(LAST_DAY, hall.region, hall.id)
    return max(clock.today(), latest + timedelta(days=1)) if latest else clock.today()


def _checked(wanted: SharePlan) -> None:
    percent = _percent(wanted)
    errors = {pool: N_("Each of these ways needs a share of its own") for pool in rules.POOLS[1:] if not percent[pool]}
    if percent["online"] > 100 - rules.OFFLINE_LEAST:
        errors["online"] = N_("At most 60 percent: the others are for people who call, come, or are helped")
    if sum(percent.values()) != 100:
        errors.setdefault("online", N_("The five shares must add up to 100 percent"))
    if errors:
        raise Invalid(errors)


def _percent(plan: SharePlan) -> dict[str, int]:
    return {pool: getattr(plan, pool) for pool in rules.POOLS}


def _residents_of(hall: Hall) -> str:
    """The digits that the homes of the hall's division begin with."""
    return stem(hall.division) or stem(hall.region)
