"""依法留存: a legal hold wins over deletion, ends by itself, and is explained to the person."""

from datetime import datetime
from typing import Any
from uuid import UUID

from backend.core import clock, db, ids
from backend.core.actor import PROVINCE, Actor
from backend.core.events import announce
from backend.core.policy import RECENT, verb
from backend.core.problems import Invalid, NotFound
from backend.core.sealing import legible
from backend.core.words import N_
from backend.identity import service as identity
from backend.privacy import rules
from backend.privacy.events import HoldLifted, HoldPlaced
from backend.privacy.schemas import HoldLine, HoldRequest
from backend.privacy.sealed import seal

KEEPERS = ("security", "city")
ADD = """INSERT INTO privacy_hold (region, id, person, reason, placed_at, placed_by, until)
    VALUES ('000000', $1, $2, $3, $4, $5, $6)"""
LIFT = """UPDATE privacy_hold SET lifted_at = $2, lifted_by = $3
    WHERE region = '000000' AND id = $1 AND lifted_at IS NULL RETURNING person"""
STANDING = """SELECT id, person, reason, placed_at, until, lifted_at FROM privacy_hold
    WHERE region = '000000' AND person = $1 AND lifted_at IS NULL AND until > $2 ORDER BY until DESC LIMIT 1"""
PEOPLE = "SELECT DISTINCT person FROM privacy_hold WHERE region = '000000' AND lifted_at IS NULL AND until > $1"
OF_PERSON = "SELECT person FROM privacy_hold WHERE region = '000000' AND id = $1"


@verb("privacy.place_hold", N_("Keep data because the law says so"), *KEEPERS, fresh=RECENT)
async def place_hold(actor: Actor, wanted: HoldRequest) -> HoldLine:
    """Stop deletion of a person's data until a day, with a reason that the person can read."""
    await _in_my_division(actor, wanted.person)
    now = clock.now()
    if wanted.until.tzinfo is None or not rules.hold_ok(wanted.until, now):
        raise Invalid({"until": N_("Choose a time in the next three years")})
    new = ids.new()
    async with db.transaction():
        reason = seal("hold", new, "reason", wanted.reason)
        await db.execute(ADD, new, wanted.person, reason, now, actor.acting, wanted.until)
        await announce(actor, HoldPlaced(region=PROVINCE, subject=new, person=wanted.person))
    return HoldLine(
        id=new, person=wanted.person, reason=wanted.reason, placed_at=now, until=wanted.until, lifted_at=None
    )


@verb("privacy.lift_hold", N_("Let data be deleted again"), *KEEPERS, fresh=RECENT)
async def lift_hold(actor: Actor, hold: UUID) -> None:
    """The reason is gone; what was waiting is deleted with the next run."""
    person = await db.fetchval(OF_PERSON, hold)
    if person is None:
        raise NotFound()
    await _in_my_division(actor, person)
    async with db.transaction():
        if await db.fetchval(LIFT, hold, clock.now(), actor.acting) is None:
            raise NotFound()
        await announce(actor, HoldLifted(region=PROVINCE, subject=hold, person=person))


async def standing_hold(person: UUID) -> HoldLine | None:
    """The hold that keeps a person's data now, the longest one."""
    row = await db.fetchrow(STANDING, person, clock.now())
    return _line(row) if row else None


async def held_people(at: datetime | None = None) -> list[UUID]:
    """Everybody under a hold."""
    return [row["person"] for row in await db.fetch(PEOPLE, at or clock.now())]


def _line(row: Any) -> HoldLine:
    values = {name: row[name] for name in ("id", "person", "placed_at", "until", "lifted_at")}
    return HoldLine(**values, reason=legible("hold", row["id"], "reason", row["reason"]))


async def _in_my_division(actor: Actor, person: UUID) -> None:
    """The person must be known here: by their home when it is known, else only the whole city's staff reaches them."""
    found = (await identity.people([person])).get(person)
    if found is None or (found.home and not actor.covers(found.home, *KEEPERS)):
        raise NotFound()
