"""From which halls times are on offer at a hall: its own, and those of groups that it runs together with others."""

from collections.abc import Sequence
from typing import NamedTuple, TypeVar
from uuid import UUID

import msgspec

from backend.appointments.schemas import BookingRequest, WaitRequest
from backend.core import db
from backend.core.memo import Memo

SIDES = """SELECT j.hall_id AS hall, g.hall_id AS owner, array_agg(g.id ORDER BY g.id) AS groups
    FROM appointments_joint j JOIN appointments_group g ON g.region = j.region AND g.id = j.group_id
    WHERE j.hall_id = ANY ($1::uuid[]) GROUP BY j.hall_id, g.hall_id ORDER BY g.hall_id"""
OWNER = "SELECT hall_id FROM appointments_slot WHERE region = $1 AND id = $2 AND group_id = ANY ($3::uuid[])"
DESKS = "SELECT appointments_desks($1, $2, $3::text[])"
T = TypeVar("T", BookingRequest, WaitRequest)


class Side(NamedTuple):
    """A hall, and of its groups only these; all where none are named."""

    hall: UUID
    groups: list[UUID] | None


_others: Memo[UUID, list[Side]] = Memo("opening")


async def others(hall: UUID) -> list[Side]:
    """The other halls whose groups a hall offers too; none for most."""
    return (await _others.many([hall], _load)).get(hall, [])


async def every(hall: UUID) -> list[Side]:
    """The hall itself, and those others."""
    return [Side(hall, None), *(await others(hall))]


async def hall_of(region: str, hall: UUID, slot: UUID) -> UUID:
    """The hall whose time it is, seen from a hall that may offer it; that hall itself for every other time."""
    offered = [group for side in await others(hall) for group in side.groups or ()]
    owner: UUID | None = await db.fetchval(OWNER, region, slot, offered) if offered else None
    return owner or hall


async def at_its_hall(region: str, wanted: BookingRequest) -> BookingRequest:
    """A wish at the hall whose time it is: the one that was named, or the one whose group that one offers too."""
    return _at(wanted, await hall_of(region, wanted.hall, wanted.slot))


async def in_its_line(region: str, wanted: WaitRequest, items: Sequence[str]) -> WaitRequest:
    """A wish to wait at the hall that can offer something: the named one, or whose joint group alone does it."""
    known = await others(wanted.hall)
    if not known or await desks(region, Side(wanted.hall, None), items):
        return wanted
    for side in known:
        if await desks(region, side, items):
            return _at(wanted, side.hall)
    return wanted


async def desks(region: str, side: Side, items: Sequence[str]) -> list[UUID]:
    """The counters of a hall that do all of these services; the hall's own id stands for the general ones."""
    found = await db.fetchval(DESKS, region, side.hall, list(items))
    return [each for each in found if side.groups is None or each in side.groups]


def _at(wanted: T, hall: UUID) -> T:
    return wanted if hall == wanted.hall else msgspec.structs.replace(wanted, hall=hall)


async def _load(asked: list[UUID]) -> dict[UUID, list[Side]]:
    found: dict[UUID, list[Side]] = {hall: [] for hall in asked}
    for row in await db.fetch(SIDES, asked):
        found[row["hall"]].append(Side(row["owner"], row["groups"]))
    return found
