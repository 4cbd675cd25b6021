"""The verbs of home visits; the only writer of their table."""

from datetime import date, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

import asyncpg

from backend.catalogue import service as catalogue
from backend.core import clock, db, ids, trail
from backend.core.actor import PROVINCE, Actor
from backend.core.events import announce
from backend.core.policy import verb
from backend.core.problems import Conflict, Invalid, NotFound
from backend.core.words import N_
from backend.identity import service as identity
from backend.rounds import access, rules
from backend.rounds.events import VisitEnded, VisitPlanned, VisitTaken
from backend.rounds.schemas import MyVisit, Outcome, Visit, VisitRequest
from backend.rounds.sealed import seal, unseal

PLAN = f"""INSERT INTO rounds_visit (region, id, person_id, item_id, place, phone, day, begins, ends, asked_by, made,
        request) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
    ON CONFLICT (region, request) DO NOTHING RETURNING {access.COLUMNS}"""
SAME = f"SELECT {access.COLUMNS} FROM rounds_visit WHERE region = $1 AND request = $2"
ROUND = f"""SELECT {access.COLUMNS} FROM rounds_visit
    WHERE region LIKE ANY($1::text[]) AND day = $2 AND state <> 'cancelled'
        AND ($3::uuid IS NULL OR staff IS NULL OR staff = $3) ORDER BY begins LIMIT 200"""
TAKE = """UPDATE rounds_visit SET staff = $3
    WHERE region = $1 AND id = $2 AND state = 'planned' AND staff IS NULL RETURNING id"""
END = """UPDATE rounds_visit SET state = $3, note = coalesce($4, note), ended_at = $5
    WHERE region = $1 AND id = $2 AND state = 'planned' AND ($6::uuid IS NULL OR staff = $6) RETURNING id"""
OF_PERSON = f"SELECT {access.COLUMNS} FROM rounds_visit WHERE person_id = $1 ORDER BY begins DESC LIMIT 1000"
REMEMBERED = timedelta(days=400)
NOT_THEN = {
    "day": N_("A visit can be planned from now until 30 days ahead"),
    "ends": N_("The window is half an hour to four hours long"),
}


class AlreadyPlanned(Conflict):
    """The same errand on the same day."""

    code, title = "visit-already-planned", N_("A visit for this is planned for that day already")


class VisitTakenByOther(Conflict):
    """A colleague goes there, or it is over."""

    code, title = "visit-not-open", N_("A colleague has this visit, or it is over")


@verb("rounds.plan", N_("Plan a home visit"), "operator", "clerk")
async def plan(actor: Actor, wanted: VisitRequest, *, key: str) -> Visit:
    """For whoever is being helped. The same key makes one visit."""
    person = actor.person
    region = await _county(actor, person)
    begins, ends = clock.at(wanted.day, wanted.begins), clock.at(wanted.day, wanted.ends)
    if wrong := rules.window_fits(wanted.day, begins, ends, clock.now(), clock.today()):
        raise Invalid({wrong: NOT_THEN[wrong]})
    new, request = ids.new(), sha256(f"{actor.acting}:{person}:{key}".encode()).digest()
    try:
        async with db.transaction():
            row = await db.fetchrow(
                PLAN, region, new, person, wanted.item or None, seal(new, "place", wanted.place),
                seal(new, "phone", wanted.phone), wanted.day, begins, ends, actor.acting, clock.now(), request,
            )  # fmt: skip
            if row is not None:
                await announce(actor, VisitPlanned(region=region, subject=new))
    except asyncpg.UniqueViolationError:
        raise AlreadyPlanned(N_("Cancel that one first, or choose another day.")) from None
    return (await _shown(actor, [row or await db.fetchrow(SAME, region, request)]))[0]


@verb("rounds.round", N_("See the home visits of a day"), *access.STAFF)
async def day_round(actor: Actor, day: date, *, place_order: bool = False) -> list[Visit]:
    """上门巡办: mine and what nobody has taken yet; a manager sees all. Each person can see that it was read."""
    if abs(day - clock.today()) > REMEMBERED:
        raise NotFound()
    own = None if actor.is_("manager") else actor.acting
    rows = await db.fetch(ROUND, access.reach(actor, *access.STAFF), day, own)
    visits = await _shown(actor, rows)
    people = sorted({each.person for each in visits})
    purpose = N_("Preparing visits at home")
    await trail.viewed_all(actor, region=PROVINCE, people=people, what="person", purpose=purpose)
    return rules.by_place(visits) if place_order else visits


@verb("rounds.take", N_("Take over a home visit"), *access.WALKERS)
async def take(actor: Actor, visit: UUID) -> None:
    """我去: of two who take it at once, one has it."""
    row = await access.visit(actor, visit, *access.WALKERS)
    async with db.transaction():
        if await db.fetchval(TAKE, row["region"], visit, actor.acting) is None:
            raise VisitTakenByOther()
        assert actor.acting is not None
        await announce(actor, VisitTaken(region=row["region"], subject=visit, staff=actor.acting))


@verb("rounds.finish", N_("Say how a home visit went"), *access.WALKERS)
async def finish(actor: Actor, visit: UUID, outcome: Outcome, *, note: str = "") -> None:
    """已办 or 未遇, by whoever went, with a sealed note."""
    row = await access.visit(actor, visit, *access.WALKERS)
    await _end(actor, row, outcome, seal(visit, "note", note), actor.acting)


@verb("rounds.cancel", N_("Cancel a home visit"), "operator", "clerk", "manager")
async def cancel(actor: Actor, visit: UUID) -> None:
    """The visit is not needed, or not possible."""
    await _end(actor, await access.visit(actor, visit, "operator", "clerk", "manager"), "cancelled", None, None)


async def all_of(person: UUID) -> list[MyVisit]:
    """Every visit of a person, for their own export."""
    rows = await db.fetch(OF_PERSON, person)
    names = await catalogue.names({row["item_id"] for row in rows if row["item_id"]})
    return [
        MyVisit(
            begins=row["begins"], place=unseal(row["id"], "place", row["place"]), item=names.get(row["item_id"], ""),
            state=row["state"],
        )
        for row in rows
    ]  # fmt: skip


@verb("rounds.cancel_all", N_("Cancel the home visits of somebody who closes the account"), "system")
async def cancel_all(actor: Actor, person: UUID) -> None:
    """What is still ahead."""
    for row in await db.fetch(OF_PERSON, person):
        if row["state"] == "planned":
            await _end(actor, row, "cancelled", None, None)


async def _end(actor: Actor, row: Any, state: str, note: bytes | None, staff: UUID | None) -> None:
    async with db.transaction():
        if await db.fetchval(END, row["region"], row["id"], state, note, clock.now(), staff) is None:
            raise VisitTakenByOther()
        await announce(actor, VisitEnded(region=row["region"], subject=row["id"], state=state))


async def _county(actor: Actor, person: UUID) -> str:
    """Where the person lives, so that the staff of that county see it; elsewhere the county of the actor's post."""
    known = (await identity.people([person])).get(person)
    home = known.home[:6] if known else ""
    return home if home and actor.covers(home, "operator", "clerk") else actor.counties("operator", "clerk")[0]


async def _shown(actor: Actor, rows: list[Any]) -> list[Visit]:
    people = await identity.people_seen(actor, sorted({row["person_id"] for row in rows}))
    names = await catalogue.names({row["item_id"] for row in rows if row["item_id"]})
    return [
        Visit(
            id=row["id"], person=row["person_id"], item_name=names.get(row["item_id"], ""), begins=row["begins"],
            name=people[row["person_id"]].name if row["person_id"] in people else "", ends=row["ends"],
            place=unseal(row["id"], "place", row["place"]), phone=unseal(row["id"], "phone", row["phone"]),
            mine=row["staff"] == actor.acting, taken=row["staff"] is not None, state=row["state"],
            note=unseal(row["id"], "note", row["note"]),
        )
        for row in rows
    ]  # fmt: skip
