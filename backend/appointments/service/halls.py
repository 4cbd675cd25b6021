"""What the verbs of a hall's opening share: the hall itself, how near and how far it can be booked."""

from uuid import UUID

from backend.appointments import access, opening_rules
from backend.appointments.events import OpeningChanged
from backend.appointments.opening_schemas import HallLimits
from backend.core import db
from backend.core.actor import Actor
from backend.core.events import announce
from backend.core.policy import PUBLIC, verb
from backend.core.words import N_
from backend.places import service as places
from backend.places.schemas import Hall

MANAGERS = ("manager", "city")
OF_HALL = "SELECT lead_minutes, horizon_days, rest FROM appointments_limit WHERE region = $1 AND hall_id = $2"
OF_ALL = "SELECT hall_id, horizon_days FROM appointments_limit"
SET = """INSERT INTO appointments_limit (region, hall_id, lead_minutes, horizon_days, rest) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (region, hall_id) DO UPDATE SET lead_minutes = excluded.lead_minutes,
        horizon_days = excluded.horizon_days, rest = excluded.rest"""
DEFAULTS = HallLimits(lead_minutes=opening_rules.LEAD_MINUTES, horizon_days=opening_rules.HORIZON_DAYS)


async def own_hall(actor: Actor, hall: UUID) -> Hall:
    """The hall, if a manager's post covers it."""
    return await access.own_hall(actor, hall, *MANAGERS)


async def limits_in(region: str, hall: UUID) -> HallLimits:
    """The limits of a hall, or what holds until it says otherwise."""
    row = await db.fetchrow(OF_HALL, region, hall)
    return HallLimits(**row) if row else DEFAULTS


async def horizons() -> dict[UUID, int]:
    """How many days ahead the halls open that have said so."""
    return {row["hall_id"]: row["horizon_days"] for row in await db.fetch(OF_ALL)}


@verb("appointments.limits_of", N_("See how near and how far ahead a hall can be booked"), PUBLIC)
async def limits_of(actor: Actor, hall: UUID) -> HallLimits:
    """The limits of a hall."""
    return await limits_in((await places.hall(actor, hall)).region, hall)


@verb("appointments.set_limits", N_("Set how near and how far ahead a hall can be booked"), *MANAGERS)
async def set_limits(actor: Actor, hall: UUID, limits: HallLimits) -> None:
    """From now on. Times beyond a shorter horizon that are made already stay, and are not shown."""
    known = await own_hall(actor, hall)
    async with db.transaction():
        await db.execute(SET, known.region, hall, limits.lead_minutes, limits.horizon_days, limits.rest)
        await announce(actor, OpeningChanged(region=known.region, subject=hall))
