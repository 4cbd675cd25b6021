"""Reads of personal data leave a row that the person can see (个人信息保护法 arts. 44–45)."""

from uuid import UUID

from backend.core import clock, db, ids
from backend.core.actor import Actor

INSERT = """INSERT INTO core_view (region, id, person, what, purpose, at, acting, principal, basis, channel)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"""


async def viewed(actor: Actor, *, region: str, person: UUID, what: str, purpose: str) -> None:
    """Record that ``actor`` read ``what`` of ``person``. One's own data read by oneself is not a disclosure."""
    if actor.acting == person:
        return
    await db.execute(
        INSERT, region, ids.new(), person, what, purpose, clock.now(),
        actor.acting, actor.principal, actor.basis, actor.channel,
    )  # fmt: skip


async def viewed_all(actor: Actor, *, region: str, people: list[UUID], what: str, purpose: str) -> None:
    """The same for a list that shows several people, in one round trip."""
    rows = [
        (
            region,
            ids.new(),
            person,
            what,
            purpose,
            clock.now(),
            actor.acting,
            actor.principal,
            actor.basis,
            actor.channel,
        )
        for person in people
        if person != actor.acting
    ]
    if rows:
        await db.executemany(INSERT, rows)
