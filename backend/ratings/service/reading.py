"""What a person sees of their visits: by a link, or signed in."""

from typing import Any
from uuid import UUID

from backend.core import clock, db, trail
from backend.core.actor import PROVINCE, Actor
from backend.core.policy import PUBLIC, verb
from backend.core.words import N_
from backend.places import service as places
from backend.ratings import access, rules
from backend.ratings.schemas import CaseView, Given, StepLine, VisitView
from backend.ratings.sealed import unseal

MINE = f"""SELECT {access.VISIT} FROM ratings_visit v
    WHERE v.person_id = $1 AND v.happened_at > $2 AND v.invited_at IS NOT NULL ORDER BY v.happened_at DESC LIMIT 50"""
RATING = "SELECT level, reasons, note, call_back, given_at FROM ratings_rating WHERE region = $1 AND id = $2"
CASE = "SELECT state, received_at, contact_due, done_due FROM ratings_case WHERE region = $1 AND id = $2"
STEPS = "SELECT id, step, at, text FROM ratings_step WHERE region = $1 AND case_id = $2 ORDER BY id"
ALL = f"SELECT {access.VISIT} FROM ratings_visit v WHERE v.person_id = $1 ORDER BY v.happened_at DESC LIMIT 1000"


@verb("ratings.open_visit", N_("See a visit by its link"), PUBLIC)
async def open_visit(actor: Actor, token: str) -> VisitView:
    """For whoever holds the link or the slip: where and when, what was said, what came of it. No name, no service."""
    return await _shown(actor, await access.visit_of_token(token))


@verb("ratings.my_visits", N_("See visits that can be rated"), "resident", "operator")
async def my_visits(actor: Actor) -> list[VisitView]:
    """The principal's visits of the last thirty days, the latest first."""
    rows = await db.fetch(MINE, actor.person, clock.now() - rules.OPEN_FOR)
    await _recorded(actor)
    return [await _shown(actor, row) for row in rows]


@verb("ratings.visit", N_("See one visit"), "resident", "operator")
async def visit(actor: Actor, visit_id: UUID) -> VisitView:
    """One visit of the principal."""
    row = await access.visit(actor, visit_id)
    await _recorded(actor)
    return await _shown(actor, row)


async def ratings_of(person: UUID) -> list[VisitView]:
    """Everything held of a person's visits, for their own data."""
    return [await _shown(Actor.system("own data"), row) for row in await db.fetch(ALL, person)]


async def steps_of(region: str, case_id: UUID) -> list[StepLine]:
    """The steps of a case, the first one first."""
    return [
        StepLine(step=row["step"], at=row["at"], text=unseal("rating-step", row["id"], "text", row["text"]))
        for row in await db.fetch(STEPS, region, case_id)
    ]


async def _recorded(actor: Actor) -> None:
    if actor.helping:
        await trail.viewed(
            actor, region=PROVINCE, person=actor.person, what="rating", purpose=N_("Serving the person who called")
        )


async def _shown(actor: Actor, row: Any) -> VisitView:
    key = row["region"], row["id"]
    rated, case = await db.fetchrow(RATING, *key), await db.fetchrow(CASE, *key)
    hall = await places.hall(actor, row["hall_id"])
    return VisitView(
        id=row["id"], hall=row["hall_id"], hall_name=hall.name, hall_english=hall.english,
        number=row["number"], happened_at=row["happened_at"], at_home=row["home_visit_id"] is not None,
        rating=Given(
            level=rated["level"], reasons=list(rated["reasons"]), call_back=rated["call_back"],
            note=unseal("rating", row["id"], "note", rated["note"]), given_at=rated["given_at"],
            changeable_until=rated["given_at"] + rules.CHANGEABLE,
        ) if rated else None,
        case=CaseView(**case, steps=await steps_of(*key)) if case else None,
    )  # fmt: skip
