"""办事区: which counters of a hall handle a service, how one meets them, and how long a service takes there."""

from collections.abc import Collection, Sequence
from uuid import UUID

from backend.appointments import opening_rules
from backend.appointments.events import OpeningChanged
from backend.appointments.opening_schemas import CounterGroup, GroupRequest, NeedRequest, ServiceDesk
from backend.appointments.schemas import services
from backend.appointments.service import halls, sides
from backend.catalogue import service as catalogue
from backend.core import clock, db, ids
from backend.core.actor import Actor
from backend.core.events import announce
from backend.core.memo import Memo
from backend.core.policy import PUBLIC, verb
from backend.core.problems import Conflict, Invalid, NotFound
from backend.core.words import N_
from backend.places import service as places

COLUMNS = """SELECT g.id, g.hall_id AS hall, g.name, g.kind, g.items, g.themes, ARRAY(
        SELECT j.hall_id FROM appointments_joint j WHERE j.region = g.region AND j.group_id = g.id ORDER BY 1) AS halls
    FROM appointments_group g"""
OF_HALL = f"{COLUMNS} WHERE g.region = $1 AND g.hall_id = $2 ORDER BY g.id"
BY_ID = f"{COLUMNS} WHERE g.id = ANY ($1::uuid[])"
FURTHER = "SELECT ARRAY(SELECT hall_id FROM appointments_joint WHERE region = $1 AND group_id = $2)"
ADD = """INSERT INTO appointments_group (region, id, hall_id, name, kind, items, themes)
    VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (region, hall_id, name) DO NOTHING RETURNING id"""
CHANGE = """UPDATE appointments_group SET name = $3, kind = $4, items = $5, themes = $6
    WHERE region = $1 AND id = $2 AND hall_id = $7 AND NOT EXISTS (SELECT 1 FROM appointments_group o
        WHERE o.region = $1 AND o.hall_id = $7 AND o.name = $3 AND o.id <> $2) RETURNING id"""
IN_USE = """SELECT EXISTS (SELECT 1 FROM appointments_opening_rule WHERE region = $1 AND group_id = $2
            AND (valid_to IS NULL OR valid_to >= $3))
        OR EXISTS (SELECT 1 FROM appointments_slot WHERE region = $1 AND group_id = $2 AND day >= $3)"""
DROP = "DELETE FROM appointments_group WHERE region = $1 AND id = $2 AND hall_id = $3 RETURNING id"
NEEDS = "SELECT item_id, minutes FROM appointments_need WHERE region = $1 AND hall_id = $2 ORDER BY item_id"
NEED = """INSERT INTO appointments_need (region, hall_id, item_id, minutes) VALUES ($1, $2, $3, $4)
    ON CONFLICT (region, hall_id, item_id) DO UPDATE SET minutes = excluded.minutes"""
NO_NEED = "DELETE FROM appointments_need WHERE region = $1 AND hall_id = $2 AND item_id = $3"
DESK = """SELECT appointments_desks($1, $2, $3) AS keys, (SELECT coalesce(sum(minutes), 0) FROM appointments_need
    WHERE region = $1 AND hall_id = $2 AND item_id = ANY ($3)) AS minutes"""
NAME_TAKEN = N_("This hall has a group of this name")


_known: Memo[UUID, CounterGroup] = Memo("opening")


class GroupInUse(Conflict):
    """The group still opens, or has times ahead."""

    code, title = "group-in-use", N_("This group still has opening rules or times ahead")


async def known(ids: Collection[UUID]) -> dict[UUID, CounterGroup]:
    """Groups by id."""
    return await _known.many(ids, _by_id) if ids else {}


@verb("appointments.groups_of", N_("See which counters a hall has for what"), PUBLIC)
async def groups_of(actor: Actor, hall: UUID) -> list[CounterGroup]:
    """The groups of a hall, the oldest first; none where every counter takes everything."""
    region = (await places.hall(actor, hall)).region
    return [CounterGroup(**row) for row in await db.fetch(OF_HALL, region, hall)]


@verb("appointments.desk_of", N_("See where in a hall a service is done"), PUBLIC)
async def desk_of(actor: Actor, hall: UUID, item: str = "", items: Sequence[str] = ()) -> ServiceDesk:
    """The groups that handle a visit at a hall, how one meets them, and how many minutes are noted for it."""
    region, wanted = (await places.hall(actor, hall)).region, services(item, items)
    row = await db.fetchrow(DESK, region, hall, wanted)
    assert row is not None
    joint = [key for side in await sides.others(hall) for key in await sides.desks(region, side, wanted)]
    keys = [*row["keys"], *joint]
    groups = await known([key for key in keys if key != hall])
    return ServiceDesk(
        groups=[key if key != hall else None for key in keys],
        minutes=row["minutes"],
        kinds=sorted({groups[key].kind if key in groups else "counter" for key in keys}),
    )  # fmt: skip


@verb("appointments.add_group", N_("Set up a group of counters"), *halls.MANAGERS)
async def add_group(actor: Actor, hall: UUID, wanted: GroupRequest) -> CounterGroup:
    """A group without opening rules of its own has no times yet; the general counters keep the rest."""
    own = await halls.own_hall(actor, hall)
    await _check(wanted)
    new = ids.new()
    async with db.transaction():
        made = await db.fetchval(ADD, own.region, new, hall, *_columns(wanted))
        if made is None:
            raise Invalid({"name": NAME_TAKEN})
        await announce(actor, OpeningChanged(region=own.region, subject=hall))
    return _group(new, hall, wanted)


@verb("appointments.change_group", N_("Change what a group of counters handles"), *halls.MANAGERS)
async def change_group(actor: Actor, hall: UUID, group: UUID, wanted: GroupRequest) -> CounterGroup:
    """From now on; who has a place keeps it."""
    own = await halls.own_hall(actor, hall)
    await _check(wanted)
    async with db.transaction():
        before = next((each for each in await groups_of(actor, hall) if each.id == group), None)
        if before is None:
            raise NotFound()
        if before.halls and wanted.kind not in opening_rules.JOINT:
            raise Invalid({"kind": N_("Other halls run this group too. End that first.")})
        if await db.fetchval(CHANGE, own.region, group, *_columns(wanted), hall) is None:
            raise Invalid({"name": NAME_TAKEN})
        await announce(actor, OpeningChanged(region=own.region, subject=hall))
    return _group(group, hall, wanted, before.halls)


@verb("appointments.remove_group", N_("Take a group of counters away"), *halls.MANAGERS)
async def remove_group(actor: Actor, hall: UUID, group: UUID) -> None:
    """Only one that opens no more and has no times ahead."""
    own = await halls.own_hall(actor, hall)
    async with db.transaction():
        if await db.fetchval(IN_USE, own.region, group, clock.today()):
            raise GroupInUse(N_("End its opening rules first; it can go when the last time is over."))
        if await db.fetchval(DROP, own.region, group, hall) is None:
            raise NotFound()
        await announce(actor, OpeningChanged(region=own.region, subject=hall))


@verb("appointments.needs_of", N_("See how long services take at a hall"), PUBLIC)
async def needs_of(actor: Actor, hall: UUID) -> list[NeedRequest]:
    """The services of which the hall has said how many minutes they need."""
    region = (await places.hall(actor, hall)).region
    return [NeedRequest(item=row["item_id"], minutes=row["minutes"]) for row in await db.fetch(NEEDS, region, hall)]


@verb("appointments.set_need", N_("Say how long a service takes at a hall"), *halls.MANAGERS)
async def set_need(actor: Actor, hall: UUID, need: NeedRequest) -> None:
    """It then takes as many times one after the other as that needs; 0 minutes take the note away."""
    own = await halls.own_hall(actor, hall)
    if need.item not in await catalogue.names({need.item}):
        raise Invalid({"item": N_("We do not know this service")})
    async with db.transaction():
        if need.minutes:
            await db.execute(NEED, own.region, hall, need.item, need.minutes)
        else:
            await db.execute(NO_NEED, own.region, hall, need.item)
        await announce(actor, OpeningChanged(region=own.region, subject=hall))


async def _check(wanted: GroupRequest) -> None:
    unknown = set(wanted.items) - set(await catalogue.names(wanted.items))
    if unknown:
        raise Invalid({"items": N_("Some of these services are not in the list")})


def _columns(wanted: GroupRequest) -> tuple[str, str, list[str], list[str]]:
    return wanted.name, wanted.kind, sorted(set(wanted.items)), sorted(set(wanted.themes))


def _group(group: UUID, hall: UUID, wanted: GroupRequest, further: Sequence[UUID] = ()) -> CounterGroup:
    name, _, items, themes = _columns(wanted)
    return CounterGroup(id=group, hall=hall, name=name, kind=wanted.kind, items=items, themes=themes, halls=[*further])


async def _by_id(ids: list[UUID]) -> dict[UUID, CounterGroup]:
    return {row["id"]: CounterGroup(**row) for row in await db.fetch(BY_ID, ids)}
