"""消息: what the person was told, with what to do next. Reading one ends every way of telling it that still waits."""

from typing import Any
from uuid import UUID

from backend.core import clock, db, trail
from backend.core.actor import PROVINCE, Actor
from backend.core.events import announce
from backend.core.policy import ANY_SCOPE, inner, verb
from backend.core.problems import NotFound
from backend.core.words import N_
from backend.notifications.events import MessageRead
from backend.notifications.schemas import Inbox, InboxLine
from backend.notifications.sealed import legible

MESSAGES = trail.called("messages", N_("messages to you"))
COLUMNS = "id, title, body, lang, urgency, created, read_at, expires, next_href, next_text"
# Under a mandate only what its scopes and items name; $2 and $3 are null for everybody else.
MINE = """region = '000000' AND person = $1 AND ($2::text[] IS NULL OR scope = ANY($2))
    AND ($3::text[] IS NULL OR item = ANY($3))"""
LIST = f"SELECT {COLUMNS} FROM notifications_message WHERE {MINE} AND id < $4 ORDER BY id DESC LIMIT $5"
PINNED = f"""SELECT {COLUMNS} FROM notifications_message WHERE {MINE} AND read_at IS NULL AND urgency <> 'normal'
    AND (expires IS NULL OR expires > $4) ORDER BY id DESC LIMIT 5"""
ONE = f"SELECT {COLUMNS} FROM notifications_message WHERE {MINE} AND id = $4"
UNREAD = f"""SELECT count(*) FROM (SELECT 1 FROM notifications_message WHERE {MINE} AND read_at IS NULL
    AND (expires IS NULL OR expires > $4) LIMIT 100) waiting"""
READ = """UPDATE notifications_message SET read_at = $3,
        state = CASE WHEN state IN ('queued', 'calling', 'unsent') THEN 'read' ELSE state END
    WHERE region = '000000' AND person = $1 AND read_at IS NULL AND ($2::uuid IS NULL OR id = $2)
        AND ($4::uuid IS NULL OR about = $4) RETURNING id"""
# What was sent arrived, in one way or another; what was not is not needed. What a gateway has in hand ends by itself.
ARRIVED = """UPDATE notifications_delivery SET state = CASE state WHEN 'sent' THEN 'read' ELSE 'dropped' END,
        reason = CASE state WHEN 'sent' THEN '' ELSE 'read' END, ended = $2
    WHERE region = '000000' AND id IN (SELECT id FROM notifications_delivery WHERE region = '000000'
        AND message = ANY ($1::uuid[]) AND state IN ('queued', 'sent') FOR UPDATE SKIP LOCKED)"""
LAST = UUID(int=2**128 - 1)
ROLES = ("resident", "operator", "clerk")
TITLE = N_("A message for you")


class NoSuchMessage(NotFound):
    """No message of this person has the id, or the mandate does not cover it."""

    code, title = "no-such-message", N_("We do not find this message")


@verb("notifications.messages", N_("Read messages"), *ROLES, scope=ANY_SCOPE)
async def messages(actor: Actor, *, after: UUID | None = None, limit: int = 30) -> Inbox:
    """The messages, the latest first. A desk sees them for the person it helps, a delegate those of the mandate."""
    mine, now = _mine(actor), clock.now()
    await _recorded(actor, None)
    rows = await db.fetch(LIST, *mine, after or LAST, limit + 1)
    pinned = [] if after else [_line(row) for row in await db.fetch(PINNED, *mine, now)]
    above = {each.id for each in pinned}
    return Inbox(
        unread=await db.fetchval(UNREAD, *mine, now),
        pinned=pinned,
        items=[_line(row) for row in rows[:limit] if row["id"] not in above],
        next=rows[limit - 1]["id"] if len(rows) > limit else None,
    )


@verb("notifications.message", N_("Read one message"), *ROLES, scope=ANY_SCOPE)
async def message(actor: Actor, message_id: UUID) -> InboxLine:
    """One message, with what to do next."""
    row = await db.fetchrow(ONE, *_mine(actor), message_id)
    if row is None:
        raise NoSuchMessage(next_step=("/messages", N_("See all messages")))
    await _recorded(actor, message_id)
    return _line(row)


@verb("notifications.read_message", N_("Mark a message as read"), "resident")
async def read_message(actor: Actor, message_id: UUID) -> None:
    """Only the person reads a message away: whoever helps may have told them, or not. A repeat changes nothing."""
    await message(actor, message_id)
    await _read(actor, message_id)


@verb("notifications.read_all", N_("Mark all messages as read"), "resident")
async def read_all(actor: Actor) -> None:
    """Everything that is there now."""
    await _read(actor, None)


@verb("notifications.count_unread", N_("See how many messages wait"), *ROLES, scope=ANY_SCOPE)
async def count_unread(actor: Actor) -> int:
    """How many wait to be read, at most a hundred; a number without content, so nothing goes on record."""
    count: int = await db.fetchval(UNREAD, *_mine(actor), clock.now())
    return count


def unread_of(person: str, now: str) -> str:
    """The sub-select that counts what waits for a person, for a statement that runs anyway; both are SQL of ours."""
    return f"""(SELECT count(*) FROM (SELECT 1 FROM notifications_message m WHERE m.region = '000000'
        AND m.person = {person} AND m.read_at IS NULL AND (m.expires IS NULL OR m.expires > {now})
        LIMIT 100) waiting)"""


def _mine(actor: Actor) -> tuple[UUID, list[str] | None, list[str] | None]:
    """The person, and what a mandate limits the view to."""
    if actor.basis != "delegation":
        return actor.person, None, None
    return actor.person, sorted(actor.scopes - {""}), sorted(actor.items) or None


@inner
async def read_by_answer(actor: Actor, person: UUID, about: UUID) -> None:
    """Whoever has answered has read it: no second press for the same thing."""
    await _read(actor, None, person=person, about=about)


async def _read(
    actor: Actor, message_id: UUID | None, *, person: UUID | None = None, about: UUID | None = None
) -> None:
    async with db.transaction():
        rows = await db.fetch(READ, person or actor.person, message_id, clock.now(), about)
        await db.execute(ARRIVED, [row["id"] for row in rows], clock.now())
        for row in rows:
            await announce(actor, MessageRead(region=PROVINCE, subject=row["id"]))


async def _recorded(actor: Actor, about: UUID | None) -> None:
    purpose = N_("Helping you with a matter")
    await trail.viewed(actor, region=PROVINCE, person=actor.person, what=MESSAGES, purpose=purpose, about=about)


def _line(row: Any) -> InboxLine:
    return InboxLine(
        id=row["id"],
        title=row["title"] or TITLE,
        body=legible(row["id"], "body", row["body"]),
        lang=row["lang"],
        urgent=row["urgency"] != "normal",
        created=row["created"],
        read=row["read_at"],
        over=row["expires"] is not None and row["expires"] <= clock.now(),
        next_href=row["next_href"],
        next_text=row["next_text"],
    )
