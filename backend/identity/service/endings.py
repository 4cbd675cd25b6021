"""Rights end at once: a post, with the stand-ins it gave and the help that ran in it; a membership, with everything."""

from typing import Any
from uuid import UUID

from backend.core import clock, db
from backend.core.actor import Actor
from backend.core.events import announce
from backend.core.problems import NotFound
from backend.identity.events import LeaveEnded, MemberLeft, PostEnded
from backend.identity.service.sessions import close_assistance

END_POSTS = """UPDATE identity_post p SET state = 'ended', ended = $2, ended_by = $3, ended_why = $4
    WHERE p.state IN ('waiting', 'active') AND {which} RETURNING p.region, p.id, p.staff, p.role"""
# Leave from one of these posts, and leave in which one of these members stands in.
END_LEAVES = """UPDATE identity_leave l SET ended = $2, ended_by = $3 WHERE l.ended IS NULL AND {which}
    RETURNING l.region, l.id, l.post"""
HELPING = "SELECT region, id FROM identity_assistance WHERE staff = ANY($1::uuid[]) AND ended IS NULL"
MEMBER = """UPDATE identity_staff SET state = 'ended', ended = $3
    WHERE region = $1 AND id = $2 AND state = 'active' RETURNING id"""
NAME = "DELETE FROM identity_login WHERE region = '000000' AND id = $1 RETURNING id"
END_SESSIONS = """UPDATE identity_session SET ended_at = $2, assistance = NULL
    WHERE region = '000000' AND subject = $1 AND ended_at IS NULL"""
END_FACTOR = "UPDATE identity_factor SET ended = $3 WHERE region = $1 AND staff = $2 AND ended IS NULL"
WITHDRAW = """UPDATE identity_invitation SET withdrawn_at = $2
    WHERE region = '000000' AND made_by = ANY($1::uuid[]) AND used_at IS NULL AND withdrawn_at IS NULL"""


async def end_posts(actor: Actor, which: str, value: object, *, why: str) -> int:
    """End the posts for which ``which`` holds, the leave from them, the posts of their stand-ins, help that runs,
    and the invitations that an administrator made.

    ``which`` is SQL about ``p`` with ``value`` as ``$1``. Returns how many posts ended.
    """
    async with db.transaction():
        rows = list(await db.fetch(END_POSTS.format(which=which), value, clock.now(), actor.acting, why))
        ended = [row["id"] for row in rows]
        if not ended:
            return 0
        stands_in = "p.instead_of = ANY($1::uuid[])"
        rows += await db.fetch(END_POSTS.format(which=stands_in), ended, clock.now(), actor.acting, "absent-left")
        await end_leaves(actor, "l.post = ANY($1::uuid[])", ended)
        await end_leaves(
            actor,
            "EXISTS (SELECT 1 FROM identity_post p WHERE p.id = ANY($1::uuid[]) AND p.instead_of = l.post"
            " AND p.staff = l.stand_in)",
            ended,
        )
        for row in rows:
            event = PostEnded(
                region=row["region"], subject=row["id"], staff=row["staff"], role=row["role"],
                why=why if row["id"] in ended else "absent-left",
            )  # fmt: skip
            await announce(actor, event)
        await stop_helping(actor, [row["staff"] for row in rows])
        await db.execute(WITHDRAW, [row["staff"] for row in rows if row["role"] == "administrator"], clock.now())
    return len(rows)


async def end_leaves(actor: Actor, which: str, value: object) -> list[Any]:
    """End leave for which ``which`` holds (SQL about ``l``, ``value`` is ``$1``): the holder has the rights again."""
    rows = await db.fetch(END_LEAVES.format(which=which), value, clock.now(), actor.acting)
    for row in rows:
        await announce(actor, LeaveEnded(region=row["region"], subject=row["id"], post=row["post"]))
    return list(rows)


async def stop_helping(actor: Actor, staff: list[UUID]) -> None:
    """End the assistance that these members run."""
    for row in await db.fetch(HELPING, staff):
        await close_assistance(actor, row["region"], row["id"], why="post-ended")


async def end_member(actor: Actor, region: str, staff: UUID) -> None:
    """End a membership: posts, stand-ins, assistance, sessions, second factor and open invitations, in one step."""
    async with db.transaction():
        now = clock.now()
        if await db.fetchval(NAME, staff) is None or await db.fetchval(MEMBER, region, staff, now) is None:
            raise NotFound()
        ended = await end_posts(actor, "p.staff = $1", staff, why="left")
        await end_leaves(actor, "l.stand_in = $1", staff)
        await stop_helping(actor, [staff])
        await db.execute(END_SESSIONS, staff, now)
        await db.execute(END_FACTOR, region, staff, now)
        await announce(actor, MemberLeft(region=region, subject=staff, posts=ended))
