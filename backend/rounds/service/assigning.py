"""派单: a visit is given to a named colleague, taken, given on, or given back."""

import secrets
from collections.abc import Sequence
from datetime import date, time
from typing import Any
from uuid import UUID

from backend.core import clock, db
from backend.core.actor import Actor
from backend.core.events import announce
from backend.core.policy import verb
from backend.core.problems import Conflict
from backend.core.words import N_
from backend.identity import service as identity
from backend.identity.schemas import Colleague
from backend.rounds import access
from backend.rounds.badges import give_number
from backend.rounds.events import VisitReturned, VisitTaken
from backend.rounds.schemas import Walker
from backend.rounds.sealed import seal

# ``$6``: only while nobody goes there, or whoever goes there now.
GIVE = """UPDATE rounds_visit SET staff = $3, code = $4, seen = $5, position = NULL
    WHERE region = $1 AND id = $2 AND state = 'planned' AND (NOT $6 OR staff IS NULL)
        AND staff IS DISTINCT FROM $3 RETURNING id"""
RETURN = """UPDATE rounds_visit SET staff = NULL, code = NULL, seen = NULL, position = NULL
    WHERE region = $1 AND id = $2 AND state = 'planned' AND staff = $3 RETURNING id"""
LOAD = f"""SELECT staff, count(*) AS visits FROM rounds_visit
    WHERE {access.REACHED} AND day = $2 AND state <> 'cancelled' AND staff IS NOT NULL GROUP BY staff"""
NOON = time(12)


class NotOnDuty(Conflict):
    """Whoever is on leave, or has no post for it then, cannot be sent."""

    code, title = "not-on-duty", N_("This colleague is not on duty then")


@verb("rounds.colleagues", N_("See who can go on home visits"), *access.STAFF)
async def colleagues(actor: Actor, day: date) -> list[Walker]:
    """Who is on duty on a day, and how many visits each has: the least first."""
    found: dict[UUID, Colleague] = {}
    for place in actor.divisions(*access.STAFF):
        found |= {each.id: each for each in await identity.on_duty(place, access.WALKERS, clock.at(day, NOON))}
    load = {row["staff"]: row["visits"] for row in await db.fetch(LOAD, access.reach(actor, *access.STAFF), day)}
    walkers = [
        Walker(
            id=each.id, name=each.name, role=each.role, stands_in=each.stands_in, visits=load.get(each.id, 0)
        )
        for each in found.values()
    ]  # fmt: skip
    return sorted(walkers, key=lambda each: (each.visits, each.name, each.id))


@verb("rounds.take", N_("Take over a home visit"), *access.WALKERS)
async def take(actor: Actor, visit: UUID) -> None:
    """我去: of two who take it at once, one has it."""
    row = await access.visit(actor, visit, *access.WALKERS)
    assert actor.acting is not None
    async with db.transaction():
        if not await give_to(actor, row, await on_duty(row, actor.acting), only_free=True):
            raise access.VisitTakenByOther()


@verb("rounds.assign", N_("Give a home visit to a colleague"), "manager")
async def assign(actor: Actor, visit: UUID, staff: UUID) -> None:
    """派给: also when a colleague had it before; giving it to the same colleague twice is once."""
    row = await access.visit(actor, visit, "manager")
    async with db.transaction():
        colleague = await on_duty(row, staff)
        if not await give_to(actor, row, colleague) and (row["state"] != "planned" or row["staff"] != staff):
            raise access.VisitTakenByOther()


@verb("rounds.give_back", N_("Give a home visit back"), *access.STAFF)
async def give_back(actor: Actor, visit: UUID) -> None:
    """退回: whoever was to go cannot; a manager may take it from them. Somebody else can have it then."""
    row = await access.visit(actor, visit, *access.STAFF)
    holder = row["staff"] if actor.covers(row["division"], "manager") else actor.acting
    async with db.transaction():
        if not await hand_back(actor, row, holder):
            raise access.VisitTakenByOther()


async def on_duty(row: Any, staff: UUID) -> Colleague:
    """The colleague, or a refusal where they cannot be sent."""
    found = await walker(row, staff)
    if found is None:
        raise NotOnDuty(N_("Choose somebody else, or another day."))
    return found


async def walker(row: Any, staff: UUID) -> Colleague | None:
    found: Sequence[Colleague] = await identity.on_duty(row["division"], access.WALKERS, row["begins"], staff=staff)
    return found[0] if found else None


async def give_to(actor: Actor, row: Any, to: Colleague, *, only_free: bool = False) -> bool:
    """Four digits that only the new visitor and the person know; the ones before are worth nothing any more."""
    code = seal(row["id"], "code", f"{secrets.randbelow(10_000):04d}")
    seen = clock.now() if actor.acting == to.id else None
    if await db.fetchval(GIVE, row["region"], row["id"], to.id, code, seen, only_free) is None:
        return False
    await give_number(to)
    await announce(actor, VisitTaken(region=row["region"], subject=row["id"], staff=to.id))
    return True


async def hand_back(actor: Actor, row: Any, holder: UUID | None) -> bool:
    if await db.fetchval(RETURN, row["region"], row["id"], holder) is None:
        return False
    await announce(actor, VisitReturned(region=row["region"], subject=row["id"], staff=holder))
    return True
