"""Reads of personal data leave a row that the person can see (个人信息保护法 arts. 44–45); so do acts of others."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar
from uuid import UUID

import msgspec

from backend.core import clock, db, ids
from backend.core.actor import Actor
from backend.core.events import Announcement, Event

INSERT = """INSERT INTO core_view (region, id, person, what, purpose, at, acting, principal, basis, channel,
        about, acting_region, acting_role)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"""
SHOWN = "region, id, what, purpose, at, acting, principal, basis, channel, about, acting_region, acting_role"
OF_PERSON = f"""SELECT {SHOWN} FROM core_view WHERE person = $1 AND id < $2 ORDER BY id DESC LIMIT $3"""
ONE = f"SELECT {SHOWN} FROM core_view WHERE person = $1 AND id = $2"
FOR_PERSON = """SELECT region, id, name, subject, at, acting, principal, basis, channel FROM core_announcement
    WHERE principal = $1 AND acting <> principal AND id < $2 ORDER BY id DESC LIMIT $3"""
OF_KIND = """SELECT region, id, name, subject, at, acting, principal, basis, channel, body::text AS body
    FROM core_announcement WHERE principal = $1 AND acting <> principal AND name = $2 AND id > $3 AND id < $4
    ORDER BY id DESC LIMIT $5"""
LAST = UUID(int=2**128 - 1)
CALLED: dict[str, str] = {}
E = TypeVar("E", bound=Event)


class Viewed(msgspec.Struct, frozen=True, kw_only=True):
    """One read: what of the person, what for, by whom in which post, by what right, through which door."""

    region: str
    id: UUID
    what: str
    purpose: str
    at: datetime
    acting: UUID | None
    principal: UUID | None
    basis: str
    channel: str
    about: UUID | None
    acting_region: str
    acting_role: str


async def viewed(
    actor: Actor, *, region: str, person: UUID, what: str, purpose: str, about: UUID | None = None
) -> None:
    """Record that ``actor`` read ``what`` of ``person``; ``about`` is the row. Reading one's own is no disclosure."""
    if actor.acting != person:
        await db.execute(INSERT, *_row(actor, region, person, what, purpose, about))


async def viewed_all(actor: Actor, *, region: str, people: list[UUID], what: str, purpose: str) -> None:
    """The same for a list that shows several people, in one round trip."""
    rows = [_row(actor, region, person, what, purpose, None) for person in people if person != actor.acting]
    if rows:
        await db.executemany(INSERT, rows)


async def views_of(person: UUID, after: UUID | None, limit: int) -> list[Viewed]:
    """Who read the person's data, the latest first, in all divisions; ``after`` is the id of the last one shown."""
    return [Viewed(**row) for row in await db.fetch(OF_PERSON, person, after or LAST, limit)]


async def view_of(person: UUID, view: UUID) -> Viewed | None:
    """One read of the person's data."""
    row = await db.fetchrow(ONE, person, view)
    return Viewed(**row) if row else None


async def acts_of_others(person: UUID, after: UUID | None, limit: int) -> list[Announcement]:
    """What others did for the person, the latest first; ``after`` is the id of the last one shown."""
    return [Announcement(**row) for row in await db.fetch(FOR_PERSON, person, after or LAST, limit)]


async def acts_of_kind(
    person: UUID, kind: type[E], *, since: UUID, until: UUID, limit: int = 200
) -> list[tuple[Announcement, E]]:
    """What others did for the person of one kind, between two ids, with what was announced; the latest first."""
    rows = [dict(row) for row in await db.fetch(OF_KIND, person, kind.__name__, since, until, limit)]
    bodies = [msgspec.json.decode(row.pop("body"), type=kind) for row in rows]
    return [(Announcement(**row), body) for row, body in zip(rows, bodies, strict=True)]


def called(what: str, title: str) -> str:
    """Say in words (a message id) what ``what`` is when a person reads who looked at it; returns ``what``."""
    CALLED[what] = title
    return what


def _row(
    actor: Actor, region: str, person: UUID, what: str, purpose: str, about: UUID | None
) -> Sequence[str | UUID | datetime | None]:
    role = " ".join(sorted(actor.roles))
    return (
        region, ids.new(), person, what, purpose, clock.now(), actor.acting, actor.principal, actor.basis,
        actor.channel, about, actor.region, role,
    )  # fmt: skip
