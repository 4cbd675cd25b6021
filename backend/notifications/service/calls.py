"""电话和上门通知: what no machine delivers, a named person tells. A call is one colleague's for a quarter of an hour.

One call tells a person everything that waits for them. What came of it decides how the chain goes on; it always ends.
"""

from typing import Any
from uuid import UUID

from backend.core import clock, db, ids, trail
from backend.core.actor import PROVINCE, Actor, stem
from backend.core.events import announce
from backend.core.policy import verb
from backend.core.problems import Conflict, NotFound
from backend.core.words import N_
from backend.notifications import rules
from backend.notifications.events import CallBegun, CallEnded
from backend.notifications.schemas import AttemptLine, CallAnswer, CallHeld, CallMessage, CallSheet, Waiting
from backend.notifications.sealed import legible
from backend.notifications.service import people, reach
from backend.notifications.service.inbox import MESSAGES, TITLE
from backend.notifications.service.story import attempts

CALLERS = ("operator", "grid")
# Whose place lies in the caller's divisions ($1, patterns); whose place nobody knows is for operators ($2).
NEAR = "(place LIKE ANY ($1::text[]) OR (place = '' AND $2))"
WAITING = f"""SELECT person, max(place) AS place, min(created) AS since, count(*) AS messages,
        bool_or(urgency <> 'normal') AS urgent, bool_or(door) AS door, max(calls) AS calls
    FROM notifications_message m WHERE region = '000000' AND state = 'calling' AND next_try <= $3 AND {NEAR}
        AND (expires IS NULL OR expires > $3)
        AND NOT EXISTS (SELECT 1 FROM notifications_call c WHERE c.region = '000000' AND c.person = m.person
            AND c.answer IS NULL AND c.until > $3 AND c.staff <> $4)
    GROUP BY person ORDER BY urgent DESC, since, person LIMIT 50 OFFSET $5"""
COUNT = f"""SELECT count(DISTINCT person) FROM notifications_message
    WHERE region = '000000' AND state = 'calling' AND next_try <= $3 AND {NEAR} AND (expires IS NULL OR expires > $3)"""
FAILED = """SELECT m.person, array_agg(DISTINCT d.channel ORDER BY d.channel) AS channels
    FROM notifications_message m JOIN notifications_delivery d ON d.region = m.region AND d.message = m.id
    WHERE m.region = '000000' AND m.state = 'calling' AND m.person = ANY ($1::uuid[]) AND d.state = 'failed'
    GROUP BY m.person"""
DUE = f"""SELECT EXISTS (SELECT 1 FROM notifications_message WHERE region = '000000' AND state = 'calling'
    AND {NEAR} AND person = $3 AND next_try <= $4 AND (expires IS NULL OR expires > $4))"""
LAPSE = """UPDATE notifications_call SET answer = 'lapsed', ended = until
    WHERE region = '000000' AND person = $1 AND answer IS NULL AND until <= $2"""
BEGIN = """INSERT INTO notifications_call (region, id, person, staff, begun, until)
    VALUES ('000000', $1, $2, $3, $4, $5)
    ON CONFLICT (region, person) WHERE answer IS NULL DO NOTHING RETURNING id"""
OPEN = "SELECT id, staff, begun FROM notifications_call WHERE region = '000000' AND person = $1 AND answer IS NULL"
MINE = """SELECT id, person, begun, until, answer FROM notifications_call
    WHERE region = '000000' AND id = $1 AND staff = $2 FOR UPDATE"""
# What waited when the call began: a message that comes meanwhile was not told.
TOLD = """SELECT id, title, body, lang, phone, urgency, created, place, door, calls, expires FROM notifications_message
    WHERE region = '000000' AND person = $1 AND state = 'calling' AND created <= $2 AND next_try <= $2
        AND (expires IS NULL OR expires > $3)
    ORDER BY urgency <> 'normal' DESC, id"""
ANSWERED = "UPDATE notifications_call SET answer = $2, ended = $3 WHERE region = '000000' AND id = $1"
FOLLOW = """UPDATE notifications_message SET state = $2, next_try = coalesce($3, next_try), door = $4, calls = $5
    WHERE region = '000000' AND id = ANY ($1::uuid[]) AND state = 'calling'"""
# The attempt by a person, as the message shows it: reached, given up, or tried once more.
TRIED = """UPDATE notifications_delivery SET tries = $2, sent_at = $3, reason = $4,
        state = CASE $5::text WHEN 'reached' THEN 'reached' WHEN 'unreached' THEN 'failed' ELSE state END,
        ended = CASE WHEN $5::text IN ('reached', 'unreached') THEN $3::timestamptz END,
        next_try = coalesce($6, next_try)
    WHERE region = '000000' AND message = $1 AND channel IN ('call', 'visit') AND state = 'queued'"""
HELD = """SELECT begun, coalesce(answer, 'open') AS answer FROM notifications_call
    WHERE region = '000000' AND person = $1 ORDER BY id DESC LIMIT 5000"""
LIST = ("/desk/calls", N_("See who waits for a call"))
PURPOSE = N_("Telling you what did not reach you otherwise")


class NobodyWaits(NotFound):
    """Nothing waits for this person, or not in the caller's division."""

    code, title = "nobody-waits", N_("Nobody waits for this call")


class CallTaken(Conflict):
    """A colleague is on it: two must not ring at once."""

    code, title = "call-taken", N_("A colleague is calling this person")


class CallOver(Conflict):
    """The quarter of an hour is over, or the call has been answered differently."""

    code, title = "call-over", N_("This call is over")


@verb("notifications.waiting", N_("See who waits for a call"), *CALLERS)
async def waiting(actor: Actor, *, skip: int = 0, most: int = 50) -> list[Waiting]:
    """Whom to call or to visit now: urgent ones first, then who waits longest. No message is shown yet.

    Fifty at most, and of whom is left out no record says that they were looked at; ``skip`` goes on.
    """
    rows = (await db.fetch(WAITING, *near(actor), clock.now(), actor.acting, skip))[:most]
    found = [row["person"] for row in rows]
    names = await people.seen(actor, found)
    failed = {row["person"]: row["channels"] for row in await db.fetch(FAILED, found)}
    await trail.viewed_all(actor, region=PROVINCE, people=found, what="person", purpose=PURPOSE)
    return [
        Waiting(
            **dict(row),
            name=names[row["person"]].name,
            closed=names[row["person"]].closed,
            failed=failed.get(row["person"], []),
            unreadable=names[row["person"]].unreadable,
        )
        for row in rows
        if row["person"] in names
    ]


@verb("notifications.count_calls", N_("See how many wait for a call"), *CALLERS)
async def count_calls(actor: Actor) -> int:
    """How many people one could call or visit now, for the start page of the desk."""
    found: int = await db.fetchval(COUNT, *near(actor), clock.now())
    return found


@verb("notifications.begin_call", N_("Call somebody, or go there"), *CALLERS)
async def begin_call(actor: Actor, person: UUID) -> CallSheet:
    """Take a call. It is one's own for a quarter of an hour; taking it again goes on with it."""
    now, here = clock.now(), near(actor)
    if not await db.fetchval(DUE, *here, person, now):
        raise NobodyWaits(next_step=LIST)
    await people.require_open(actor, [person])
    async with db.transaction():
        await db.execute(LAPSE, person, now)
        new = await _begun(actor, person) or await _going_on(actor, person) or await _begun(actor, person)
        if new is None:
            raise CallTaken(N_("Take the next one on the list."), next_step=LIST)
        return await call(actor, new)


@verb("notifications.call", N_("See what to read out"), *CALLERS)
async def call(actor: Actor, call_id: UUID) -> CallSheet:
    """The numbers and the words of one's own running call."""
    async with db.transaction():
        row = await _mine(actor, call_id)
        if row["answer"] is not None or row["until"] <= clock.now():
            raise CallOver(N_("Take it once more if the person still waits."), next_step=LIST)
        await people.require_open(actor, [row["person"]])
        told = await db.fetch(TOLD, row["person"], row["begun"], clock.now())
        names = await people.seen(actor, [row["person"]])
        await trail.viewed(actor, region=PROVINCE, person=row["person"], what=MESSAGES, purpose=PURPOSE, about=call_id)
    callee = names.get(row["person"])
    if callee is None or not told:
        raise CallOver(N_("The person has read it meanwhile. Nobody has to call."), next_step=LIST)
    tried = await attempts(each["id"] for each in told)
    return _sheet(row, told, callee.name, await reach.all_phones(row["person"]), tried)


@verb("notifications.answer_call", N_("Record what came of a call"), *CALLERS)
async def answer_call(actor: Actor, call_id: UUID, answer: CallAnswer) -> None:
    """What came of it. The same answer twice is one; another one after it is refused."""
    now = clock.now()
    async with db.transaction():
        row = await _mine(actor, call_id)
        if row["answer"] == answer.answer:
            return
        if row["answer"] is not None or row["until"] <= now:
            raise CallOver(N_("It may be with a colleague by now. Look at the list again."), next_step=LIST)
        told = await db.fetch(TOLD, row["person"], row["begun"], row["begun"])  # also what was over meanwhile
        wish = await reach.wish_of(row["person"])
        for each in told:
            count = each["calls"] + 1
            next_ = rules.after(answer.answer, calls=count, door=each["door"], now=now, again=answer.again)
            urgent = not rules.ordinary(each["urgency"])
            again = next_.again and rules.in_time(next_.again, each["expires"], now)
            again = again and rules.not_before(again, wish.quiet, urgent=urgent)
            await db.execute(FOLLOW, [each["id"]], next_.state, again, next_.door, count)
            await db.execute(TRIED, each["id"], count, now, answer.answer, next_.state, again)
        await db.execute(ANSWERED, call_id, answer.answer, now)
        event = CallEnded(region=PROVINCE, subject=call_id, person=row["person"], answer=answer.answer)
        await announce(actor, event)


async def calls_held(person: UUID) -> list[CallHeld]:
    """Calls and visits for the person's own eyes."""
    return [CallHeld(**dict(row)) for row in await db.fetch(HELD, person)]


def near(actor: Actor) -> tuple[list[str], bool]:
    """The divisions of the posts that call, as patterns, and whether the actor calls people of unknown place."""
    held = actor.grants or frozenset((role, actor.region) for role in actor.roles)
    return sorted({f"{stem(division)}%" for role, division in held if role in CALLERS}), actor.is_("operator")


async def _begun(actor: Actor, person: UUID) -> UUID | None:
    """A new call; none while there is an open one."""
    now, new = clock.now(), ids.new()
    if await db.fetchval(BEGIN, new, person, actor.acting, now, now + rules.LEASE) is None:
        return None
    await announce(actor, CallBegun(region=PROVINCE, subject=new, person=person))
    return new


async def _going_on(actor: Actor, person: UUID) -> UUID | None:
    """One's own open call of this person; somebody else's is refused. None when all that it was to tell is read."""
    row, now = await db.fetchrow(OPEN, person), clock.now()
    if row is None or row["staff"] != actor.acting:
        raise CallTaken(N_("Take the next one on the list."), next_step=LIST)
    if await db.fetch(TOLD, person, row["begun"], now):
        mine: UUID = row["id"]
        return mine
    await db.execute(ANSWERED, row["id"], "lapsed", now)
    return None


async def _mine(actor: Actor, call_id: UUID) -> Any:
    row = await db.fetchrow(MINE, call_id, actor.acting)
    if row is None:
        raise NobodyWaits(next_step=LIST)
    return row


def _sheet(row: Any, told: list[Any], name: str, phones: list[str], tried: dict[UUID, list[AttemptLine]]) -> CallSheet:
    numbers = [legible(each["id"], "phone", each["phone"]) for each in told]
    return CallSheet(
        id=row["id"],
        person=row["person"],
        name=name,
        phones=list(dict.fromkeys(each for each in (*numbers, *phones) if each)),
        place=told[0]["place"],
        door=any(each["door"] for each in told),
        calls=max(each["calls"] for each in told),
        until=row["until"],
        messages=[
            CallMessage(
                title=each["title"] or TITLE, body=legible(each["id"], "body", each["body"]), lang=each["lang"],
                urgent=not rules.ordinary(each["urgency"]), created=each["created"],
                attempts=tried.get(each["id"], []),
            )
            for each in told
        ],
    )  # fmt: skip
