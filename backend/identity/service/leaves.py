"""休假代班: while a colleague is away somebody stands in, with the rights of that post and no longer."""

from datetime import time
from typing import Any
from uuid import UUID

import asyncpg

from backend.core import clock, db, ids
from backend.core.actor import Actor
from backend.core.events import announce
from backend.core.policy import RECENT, verb
from backend.core.problems import Conflict, Invalid, NotFound
from backend.core.words import N_
from backend.identity import rules
from backend.identity.events import LeaveGranted
from backend.identity.schemas import LeaveRequest
from backend.identity.service.endings import end_leaves, end_posts, stop_helping
from backend.identity.service.posts import OwnPost, day_after, member_of, post_row, within_reach, write_post

INSERT = """INSERT INTO identity_leave (region, id, post, staff, stand_in, stand_in_region, begins, until,
        made_by, made)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"""
ONE = """SELECT l.region, l.id, l.post, l.stand_in, p.division, l.staff FROM identity_leave l
    JOIN identity_post p ON p.region = l.region AND p.id = l.post WHERE l.id = $1 AND l.ended IS NULL"""
LOGIN = "SELECT id FROM identity_login WHERE region = '000000' AND login = $1"


class OnLeave(Conflict):
    """There is a leave for this post already."""

    code, title = "on-leave", N_("A leave is arranged for this post already")


@verb("identity.grant_leave", N_("Arrange leave with a stand-in"), "administrator", fresh=RECENT)
async def grant_leave(actor: Actor, wanted: LeaveRequest) -> UUID:
    """From the first to the last day the rights of the post rest, and the stand-in has them.

    A post that had to be approved must be approved for the stand-in too; until then nobody has its rights.
    """
    begins, until = max(clock.now(), clock.at(wanted.begins, time.min)), day_after(wanted.until)
    if until <= begins or until - begins > rules.LONGEST_LEAVE:
        raise Invalid({"until": N_("Choose a last day after the first, within a year")})
    async with db.transaction():
        post = await post_row(wanted.post)
        if not actor.covers(post["division"], "administrator") or post["state"] != "active" or _borrowed(post):
            raise NotFound()
        stand_in = await _colleague(actor, wanted.stand_in)
        if stand_in["id"] == post["staff"]:
            raise Invalid({"stand_in": N_("Somebody else must stand in")})
        if actor.acting in (post["staff"], stand_in["id"]):
            raise OwnPost()
        return await _write(actor, post, stand_in, begins, until)


@verb("identity.end_leave", N_("End a leave early"), "administrator", fresh=RECENT)
async def end_leave(actor: Actor, leave: UUID) -> None:
    """The colleague is back: the stand-in's rights end at once."""
    async with db.transaction():
        row = await db.fetchrow(ONE, leave)
        if row is None or not actor.covers(row["division"], "administrator"):
            raise NotFound()
        if row["staff"] == actor.acting:
            raise OwnPost()
        await end_leaves(actor, "l.id = $1", leave)
        await end_posts(actor, "p.instead_of = $1", row["post"], why="ended")


async def _write(actor: Actor, post: Any, stand_in: Any, begins: Any, until: Any) -> UUID:
    new = ids.new()
    try:
        async with db.transaction():
            await db.execute(
                INSERT, post["region"], new, post["id"], post["staff"], stand_in["id"], stand_in["region"], begins,
                until, actor.acting, clock.now(),
            )  # fmt: skip
    except asyncpg.UniqueViolationError:
        raise OnLeave() from None
    organisation = {"id": post["organisation"], "region": post["organisation_region"]}
    await write_post(
        actor, stand_in, organisation, role=post["role"], division=post["division"], begins=begins, until=until,
        made_by=actor.acting, instead=post,
    )  # fmt: skip
    if begins <= clock.now():
        await stop_helping(actor, [post["staff"]])
    event = LeaveGranted(
        region=post["region"], subject=new, post=post["id"], staff=post["staff"], stand_in=stand_in["id"]
    )
    await announce(actor, event)
    return new


def _borrowed(post: Any) -> bool:
    """A stand-in cannot hand the rights on."""
    return post["instead_of"] is not None


async def _colleague(actor: Actor, login: str) -> Any:
    staff = await db.fetchval(LOGIN, login.strip().lower())
    member = await member_of(staff) if staff else None
    if member is None or not await within_reach(actor, member):
        raise Invalid({"stand_in": N_("Nobody in your division has this login name")})
    return member
