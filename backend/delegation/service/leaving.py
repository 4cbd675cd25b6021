"""Mandates for the export of their principal, and what becomes of them when an account closes or their term is over."""

from datetime import datetime
from typing import Any
from uuid import UUID

from backend.core import db
from backend.core.actor import Actor
from backend.core.policy import verb
from backend.core.words import N_
from backend.delegation import access
from backend.delegation.schemas import MyMandate, MyStep
from backend.delegation.sealed import unseal
from backend.delegation.service.steps import end

OF_PERSON = f"""SELECT {access.COLUMNS} FROM delegation_mandate WHERE region = '000000' AND principal = $1
    ORDER BY id DESC LIMIT 1000"""
STEPS_OF = """SELECT id, kind, at, basis, channel, why FROM delegation_step WHERE region = '000000' AND person = $1
    ORDER BY id DESC LIMIT 5000"""
RUNNING = f"""SELECT {access.COLUMNS} FROM delegation_mandate
    WHERE region = '000000' AND $1 IN (principal, delegate) AND state <> 'ended' ORDER BY id FOR UPDATE"""
OLD = """SELECT id FROM delegation_mandate
    WHERE region = '000000' AND ended_at < $1 AND NOT principal = ANY ($3::uuid[])
        AND NOT coalesce(delegate, principal) = ANY ($3::uuid[]) ORDER BY ended_at LIMIT $2"""
OWN = "SELECT id FROM delegation_mandate WHERE region = '000000' AND principal = $1"
# A step refers to its mandate: it goes first.
GO = (
    "DELETE FROM delegation_step WHERE region = '000000' AND mandate = ANY ($1::uuid[])",
    "DELETE FROM delegation_mandate WHERE region = '000000' AND id = ANY ($1::uuid[])",
)


async def mandates_of(person: UUID) -> list[MyMandate]:
    """What the person let others do, without those others."""
    return [_mandate(row) for row in await db.fetch(OF_PERSON, person)]


async def steps_of(person: UUID) -> list[MyStep]:
    """The person's own steps, with the reason written down then."""
    return [
        MyStep(
            at=row["at"], kind=row["kind"], basis=row["basis"], channel=row["channel"],
            why=unseal(row["id"], "why", row["why"], table="mandate-step"),
        )
        for row in await db.fetch(STEPS_OF, person)
    ]  # fmt: skip


@verb("delegation.end_all", N_("End the mandates of somebody who closes the account"), "system")
async def end_all(actor: Actor, person: UUID) -> None:
    """On both sides; whoever stays hears of it."""
    for row in await db.fetch(RUNNING, person):
        mine = row["principal"] == person
        await end(actor, row, "revocation" if mine else "resignation", "revoked" if mine else "given-up")


async def erase(person: UUID) -> int:
    """The mandates that the person gave, with their steps; returns how many."""
    return await _go([row["id"] for row in await db.fetch(OWN, person)])


async def forget(before: datetime, limit: int, spared: list[UUID]) -> int:
    """Mandates that ended long ago, with their steps; returns how many."""
    return await _go([row["id"] for row in await db.fetch(OLD, before, limit, spared)])


async def _go(mandates: list[UUID]) -> int:
    if mandates:
        for statement in GO:
            await db.execute(statement, mandates)
    return len(mandates)


def _mandate(row: Any) -> MyMandate:
    papers = unseal(row["id"], "evidence", row["evidence"])
    return MyMandate(
        starts=row["starts"], ends=row["ends"], state=row["state"], ended_why=row["ended_why"] or "",
        relation=unseal(row["id"], "relation", row["relation"]), scopes=list(row["scopes"]), items=list(row["items"]),
        basis=row["basis"], evidence=papers.partition(" ")[2] if papers.startswith("assistance:") else papers,
    )  # fmt: skip
