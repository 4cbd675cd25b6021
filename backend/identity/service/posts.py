"""Posts: given by one administrator, approved by another where they reach far, moved, ended."""

from datetime import date, datetime, time, timedelta
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
from backend.identity.events import PostApproved, PostGiven, PostRefused
from backend.identity.schemas import MoveRequest, PostRequest
from backend.identity.service.endings import end_leaves, end_posts
from backend.identity.service.organising import organisation_of

INSERT = """INSERT INTO identity_post (region, id, staff, organisation, organisation_region, role, division, begins,
        until, state, instead_of, instead_region, made_by, made)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"""
# The name in the directory is there as long as the membership, and ending it takes this row first.
MEMBER = """SELECT staff_region AS region, id FROM identity_login WHERE region = '000000' AND id = $1 FOR UPDATE"""
HELD = "SELECT division FROM identity_post WHERE staff = $1 AND state IN ('waiting', 'active')"
ONE = """SELECT region, id, staff, organisation, organisation_region, role, division, begins, until, state,
        instead_of, made_by
    FROM identity_post WHERE id = $1 FOR UPDATE"""
APPROVE = """UPDATE identity_post SET state = 'active', approved_by = $3, approved = $4
    WHERE region = $1 AND id = $2 AND state = 'waiting' AND staff <> $3 AND made_by <> $3 RETURNING id"""
REFUSE = """UPDATE identity_post SET state = 'refused', ended = $4, ended_by = $3, ended_why = $5
    WHERE region = $1 AND id = $2 AND state = 'waiting' RETURNING id"""


class ThreePeople(Conflict):
    """三员分立: nobody holds two of system, security and audit administration."""

    code, title = "three-people", N_("This person already has another of the three administrations")


class OwnPost(Forbidden):
    """Nobody gives, approves or prolongs a post of their own."""

    code, title = "own-post", N_("Somebody else must do this for your own post")


class AlreadyDecided(Conflict):
    """Somebody else approved, refused or ended the post in the meantime."""

    code, title = "already-decided", N_("This has been decided already")


@verb("identity.give_post", N_("Give a member of staff a post"), "administrator", fresh=RECENT)
async def give_post(actor: Actor, wanted: PostRequest) -> UUID:
    """Give a post in my division; one that reaches far waits for a security administrator."""
    begins = clock.at(wanted.begins, time.min) if wanted.begins else clock.now()
    until = day_after(wanted.until) if wanted.until else None
    if until is not None and until <= max(begins, clock.now()):
        raise Invalid({"until": N_("The last day is before the first")})
    async with db.transaction():
        member = await member_of(wanted.staff)
        if not await within_reach(actor, member):
            raise NotFound()
        return await _give(actor, member, wanted, begins=begins, until=until)


@verb("identity.approve_post", N_("Approve a post"), "security", fresh=RECENT)
async def approve_post(actor: Actor, post: UUID) -> None:
    """The second person says yes: the post counts from now on."""
    async with db.transaction():
        row = await _to_decide(actor, post)
        if await db.fetchval(APPROVE, row["region"], post, actor.acting, clock.now()) is None:
            raise AlreadyDecided()
        event = PostApproved(region=row["region"], subject=post, staff=row["staff"], role=row["role"])
        await announce(actor, event)


@verb("identity.refuse_post", N_("Refuse a post"), "security")
async def refuse_post(actor: Actor, post: UUID, *, why: str = "") -> None:
    """The second person says no."""
    async with db.transaction():
        row = await _to_decide(actor, post)
        if await db.fetchval(REFUSE, row["region"], post, actor.acting, clock.now(), why) is None:
            raise AlreadyDecided()
        await announce(actor, PostRefused(region=row["region"], subject=post, staff=row["staff"], role=row["role"]))


@verb("identity.withdraw_post", N_("End a post"), "administrator", fresh=RECENT)
async def withdraw_post(actor: Actor, post: UUID) -> None:
    """End one post: its rights, its stand-ins and the help that runs end at once."""
    row = await _in_my_division(actor, post)
    if not await end_posts(actor, "p.id = $1", row["id"], why="ended"):
        raise AlreadyDecided()


@verb("identity.move_post", N_("Move a member of staff to another post"), "administrator", fresh=RECENT)
async def move_post(actor: Actor, post: UUID, wanted: MoveRequest) -> UUID:
    """调岗: one post ends and another begins, in one step. The new one must be in my division too."""
    async with db.transaction():
        row = await _in_my_division(actor, post)
        member = await member_of(row["staff"])
        if not await end_posts(actor, "p.id = $1", row["id"], why="moved"):
            raise AlreadyDecided()
        return await _give(actor, member, wanted, begins=clock.now(), until=None)


async def write_post(
    actor: Actor, member: Any, organisation: Any, *, role: str, division: str, begins: datetime,
    until: datetime | None = None, made_by: UUID | None = None, instead: Any = None,
) -> UUID:  # fmt: skip
    """Write the row of a post and announce it; raises ``ThreePeople``. Without ``made_by`` it is set-up and counts."""
    new = ids.new()
    state = "waiting" if made_by and rules.needs_approval(role, division) else "active"
    try:
        async with db.transaction():
            await db.execute(
                INSERT, member["region"], new, member["id"], organisation["id"], organisation["region"], role,
                division, begins, until, state, instead and instead["id"], instead and instead["region"], made_by,
                clock.now(),
            )  # fmt: skip
    except asyncpg.ExclusionViolationError:
        raise ThreePeople(N_("System, security and audit administration are three different people.")) from None
    event = PostGiven(
        region=member["region"], subject=new, staff=member["id"], role=role, division=division, state=state,
        instead_of=instead and instead["id"],
    )  # fmt: skip
    await announce(actor, event)
    return new


async def member_of(staff: UUID) -> Any:
    """Region and id of a member who has not left, held in place until the end of the transaction."""
    row = await db.fetchrow(MEMBER, staff)
    if row is None:
        raise NotFound()
    return row


async def within_reach(actor: Actor, member: Any) -> bool:
    """Whether a member is registered, or has a post, in a division that the actor administers."""
    held = [row["division"] for row in await db.fetch(HELD, member["id"])]
    return any(actor.covers(division, "administrator") for division in [member["region"], *held])


async def post_row(post: UUID) -> Any:
    """The row of a post, whatever its state."""
    row = await db.fetchrow(ONE, post)
    if row is None:
        raise NotFound()
    return row


def day_after(day: date) -> datetime:
    """The instant at which the last day is over; of the last day that there is, its last hour."""
    return clock.at(day, time(23)) if day == date.max else clock.at(day + timedelta(days=1), time.min)


async def close_past_posts() -> None:
    """Posts and leave whose last day is over are ended, so that lists and the three administrations are right."""
    job = Actor.system("close past posts")
    async with db.transaction():
        await end_posts(job, "p.until <= $1", clock.now(), why="past")
        await end_leaves(job, "l.until <= $1", clock.now())


async def _give(
    actor: Actor, member: Any, wanted: PostRequest | MoveRequest, *, begins: datetime, until: datetime | None
) -> UUID:
    if member["id"] == actor.acting:
        raise OwnPost()
    organisation = await organisation_of(wanted.organisation, lock="FOR SHARE")
    if not actor.covers(wanted.division, "administrator") or not actor.covers(
        organisation["division"], "administrator"
    ):
        raise Forbidden(N_("This division is not part of yours."))
    return await write_post(
        actor, member, organisation, role=wanted.role, division=wanted.division, begins=begins, until=until,
        made_by=actor.acting,
    )  # fmt: skip


async def _to_decide(actor: Actor, post: UUID) -> Any:
    row = await post_row(post)
    if not actor.covers(row["division"], "security"):
        raise NotFound()
    if actor.acting in (row["staff"], row["made_by"]):
        raise OwnPost()
    return row


async def _in_my_division(actor: Actor, post: UUID) -> Any:
    row = await post_row(post)
    if not actor.covers(row["division"], "administrator"):
        raise NotFound()
    if row["staff"] == actor.acting:
        raise OwnPost()
    return row
