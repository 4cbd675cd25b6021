"""Organisations: departments, halls, communities, property companies, merchants, volunteer groups."""

import re
from typing import Any
from uuid import UUID

import asyncpg

from backend.core import clock, db, ids
from backend.core.actor import Actor
from backend.core.events import announce
from backend.core.policy import RECENT, verb
from backend.core.problems import Conflict, Forbidden, Invalid, NotFound
from backend.core.words import N_
from backend.identity import rules
from backend.identity.events import OrganisationAdded, OrganisationClosed
from backend.identity.schemas import OrganisationLine, OrganisationRequest
from backend.identity.service.endings import end_posts
from backend.identity.service.standing import reach

VIEWERS = ("administrator", "security", "auditor", "manager", "city")
INSERT = """INSERT INTO identity_organisation (region, id, kind, name, division, hall, code, parent, created)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"""
LIST = """SELECT o.region, o.id, o.kind, o.name, o.division, o.code, o.state, o.parent, o.hall,
        (SELECT count(*) FROM identity_post p WHERE p.organisation = o.id AND p.state IN ('waiting', 'active')) AS posts
    FROM identity_organisation o
    WHERE o.division LIKE ANY($1::text[]) AND o.state = 'active' AND strpos(o.name, $2) > 0
    ORDER BY o.division, o.name LIMIT 500"""
ONE = """SELECT region, id, kind, name, division, code, state, parent, hall FROM identity_organisation
    WHERE id = $1 AND state = 'active'"""
NAME = "SELECT name FROM identity_organisation WHERE id = $1"
CLOSE = """UPDATE identity_organisation SET state = 'closed', closed = $3
    WHERE region = $1 AND id = $2 AND state = 'active' RETURNING id"""
CREDIT_CODE = re.compile(r"^[0-9A-HJ-NP-RTUWXY]{2}[0-9]{6}[0-9A-HJ-NP-RTUWXY]{10}$")


class NameTaken(Conflict):
    """The county has an organisation of this name."""

    code, title = "organisation-name-taken", N_("There is an organisation of this name already")


@verb("identity.organisations", N_("See the organisations"), *VIEWERS)
async def organisations(actor: Actor, *, search: str = "") -> list[OrganisationLine]:
    """The organisations in the divisions of my posts, by division and name."""
    rows = await db.fetch(LIST, reach(actor, *VIEWERS), search.strip())
    return [_line(row) for row in rows]


@verb("identity.add_organisation", N_("Add an organisation"), "administrator")
async def add_organisation(actor: Actor, wanted: OrganisationRequest) -> OrganisationLine:
    """Write down an organisation of my division."""
    if not actor.covers(wanted.division, "administrator"):
        raise Forbidden(N_("This division is not part of yours."))
    if wanted.code and not CREDIT_CODE.match(wanted.code.upper()):
        raise Invalid({"code": N_("A unified social credit code has 18 digits and letters")})
    if wanted.parent is not None:
        await organisation_of(wanted.parent)
    return await insert_organisation(actor, wanted)


@verb("identity.close_organisation", N_("Close an organisation"), "administrator", fresh=RECENT)
async def close_organisation(actor: Actor, organisation: UUID) -> None:
    """Close an organisation: every post in it ends at once."""
    async with db.transaction():
        known = await organisation_of(organisation, lock="FOR UPDATE")
        if not actor.covers(known["division"], "administrator"):
            raise NotFound()
        await db.execute(CLOSE, known["region"], known["id"], clock.now())
        ended = await end_posts(actor, "p.organisation = $1", known["id"], why="closed")
        await announce(actor, OrganisationClosed(region=known["region"], subject=known["id"], posts=ended))


async def organisation_of(organisation: UUID, *, lock: str = "") -> Any:
    """The row of an organisation that is not closed; raises ``Invalid``, for it was chosen in a form."""
    row = await db.fetchrow(f"{ONE} {lock}", organisation)
    if row is None:
        raise Invalid({"organisation": N_("Please choose an organisation")})
    return row


async def organisation_name(organisation: UUID) -> str:
    """What an organisation is called, for whoever gets something from it; empty when there is none."""
    return str(await db.fetchval(NAME, organisation) or "")


async def insert_organisation(actor: Actor, wanted: OrganisationRequest) -> OrganisationLine:
    """Write the row; raises ``NameTaken``."""
    region, new, code = rules.post_region(wanted.division), ids.new(), wanted.code.upper()
    try:
        async with db.transaction():
            await db.execute(
                INSERT, region, new, wanted.kind, wanted.name, wanted.division, wanted.hall, code, wanted.parent,
                clock.now(),
            )  # fmt: skip
            event = OrganisationAdded(region=region, subject=new, kind=wanted.kind, division=wanted.division)
            await announce(actor, event)
    except asyncpg.UniqueViolationError:
        raise NameTaken() from None
    return OrganisationLine(
        id=new, region=region, kind=wanted.kind, name=wanted.name, division=wanted.division, code=code, state="active",
        parent=wanted.parent, hall=wanted.hall,
    )  # fmt: skip


def _line(row: Any) -> OrganisationLine:
    return OrganisationLine(**{name: row[name] for name in OrganisationLine.__struct_fields__})
