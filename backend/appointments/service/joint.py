"""联办: a group of counters that several halls run together.

Its times, and so its places, its line and its closures, are those of one hall; the others offer them too, and put
counters of their own on its roster. Whoever asks at any of the halls asks for the same places.
"""

from uuid import UUID

from backend.appointments import opening_rules
from backend.appointments.events import OpeningChanged
from backend.appointments.opening_schemas import CounterGroup, JointRequest
from backend.appointments.service import groups, halls, sides
from backend.core import clock, db
from backend.core.actor import Actor
from backend.core.events import announce
from backend.core.policy import PUBLIC, verb
from backend.core.problems import Conflict, Invalid, NotFound
from backend.core.words import N_
from backend.places import service as places

ADD = "INSERT INTO appointments_joint (region, group_id, hall_id) SELECT $1, $2, each FROM unnest($3::uuid[]) AS each"
LEAVE = "DELETE FROM appointments_joint WHERE region = $1 AND group_id = $2 AND hall_id = ANY ($3::uuid[])"
ON_ROSTER = """SELECT EXISTS (SELECT 1 FROM appointments_roster
    WHERE region = $1 AND hall_id = ANY ($2::uuid[]) AND group_key = $3 AND day >= $4)"""
LOCK = "SELECT kind FROM appointments_group WHERE region = $1 AND id = $2 AND hall_id = $3 FOR UPDATE"


class StillOnRoster(Conflict):
    """A counter of the hall that is to leave serves the group on a day ahead."""

    code, title = "still-on-roster", N_("Counters of that hall are on the roster of this group")


@verb("appointments.set_joint", N_("Run a group of counters together with other halls"), *halls.MANAGERS)
async def set_joint(actor: Actor, hall: UUID, group: UUID, wanted: JointRequest) -> CounterGroup:
    """These halls of the county, and no others, offer the times of the group too. Who has a place keeps it.

    Only what is done by telephone, by video or at home; a hall whose counters are on its roster cannot leave yet.
    """
    own = await halls.own_hall(actor, hall)
    further = sorted(set(wanted.halls))
    if hall in further:
        raise Invalid({"halls": N_("This is the group's own hall")})
    regions = {(await halls.own_hall(actor, each)).region for each in further}
    if regions - {own.region}:
        raise Invalid({"halls": N_("Only halls of one county run a group together")})
    async with db.transaction():
        left = await _change(own.region, hall, group, further)
        for each in (hall, *further, *left):
            await announce(actor, OpeningChanged(region=own.region, subject=each))
    return next(each for each in await groups.groups_of(actor, hall) if each.id == group)


async def _change(region: str, hall: UUID, group: UUID, further: list[UUID]) -> list[UUID]:
    """Returns the halls that no longer run it."""
    kind = await db.fetchval(LOCK, region, group, hall)
    if kind is None:
        raise NotFound()
    if further and kind not in opening_rules.JOINT:
        raise Invalid({"halls": N_("Only what is done by telephone, by video or at home can be done together")})
    before = set(await db.fetchval(groups.FURTHER, region, group))
    leaving, joining = sorted(before - set(further)), sorted(set(further) - before)
    if leaving and await db.fetchval(ON_ROSTER, region, leaving, group, clock.today()):
        raise StillOnRoster(N_("Take them off the coming days of that hall's roster first."))
    await db.execute(LEAVE, region, group, leaving)
    await db.execute(ADD, region, group, joining)
    return leaving


@verb("appointments.joint_groups_of", N_("See the groups of other halls that a hall runs too"), PUBLIC)
async def joint_groups_of(actor: Actor, hall: UUID) -> list[CounterGroup]:
    """Groups of other halls whose times this one offers, and on whose roster its counters can be."""
    await places.hall(actor, hall)
    found = await groups.known([group for side in await sides.others(hall) for group in side.groups or ()])
    return sorted(found.values(), key=lambda each: each.id)
