"""What waits is handed to its channel, and what was silent too long goes on to the next.

A delivery is committed before it is sent, and marked after: whoever dies in between sends it again under the same key.
"""

import asyncio
import time
from contextlib import AbstractAsyncContextManager, nullcontext
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

import httpx

from backend.core import ahead, clock, db
from backend.core.log import logger
from backend.core.outbound import client, kept
from backend.notifications import adapters, rules
from backend.notifications.adapters import Outgoing, Taken, breaker
from backend.notifications.sealed import unseal
from backend.notifications.service import emails, ends, reach
from backend.notifications.service.chain import follow
from backend.notifications.service.enclosing import enclosed

CONNECTIONS = 50
PIECE = 1000  # queued messages looked at together
# The whole answer of a gateway, however many pieces it comes in and however long the wait for a connection. The batch
# is locked meanwhile, and the database ends a transaction that says nothing for ten seconds: one gateway that drips
# would undo the marks of a hundred messages, again and again.
ANSWER = 6.0  # seconds
RANKS = [*(rules.rank(each) for each in rules.URGENCY), rules.MANY]
# Channels with a lane of their own, and all others but people: each condition is that of an index of its own.
LANED = "channel IN ('sms', 'voice', 'email', 'letter')"
OTHERS = "channel NOT IN ('sms', 'voice', 'email', 'letter', 'call', 'visit')"
TAKEN = ("sent", "delivered")
# Only the delivery is locked while its channel answers: reading the message must not wait for a gateway.
# In the order of the index of what waits, and joined afterwards: of a hundred thousand only these are looked at.
_WAITING = """WITH d AS MATERIALIZED (SELECT id, channel, tries, message, rank, next_try FROM notifications_delivery
        WHERE region = '000000' AND state = 'queued' AND {channels} AND next_try <= $1 AND rank = ANY ($3)
        ORDER BY rank, next_try LIMIT $2 FOR UPDATE SKIP LOCKED)
    SELECT d.id, d.channel, d.tries, d.rank, d.message, m.person, m.about, m.phone, m.body, m.title, m.lang, m.place,
        m.next_href, m.next_text, m.urgency, m.expires, m.read_at, m.address, m.subject, m.leave, m.many, m.plain,
        m.template, e.id AS email_id, e.address AS email
    FROM d LEFT JOIN notifications_message m ON m.region = '000000' AND m.id = d.message
    LEFT JOIN notifications_email e ON d.channel = 'email' AND e.region = '000000' AND e.person = m.person
        AND e.confirmed IS NOT NULL
    ORDER BY d.rank, d.next_try, d.id"""
BY_LANE, OF_THE_REST = _WAITING.format(channels=f"{LANED} AND channel = $4"), _WAITING.format(channels=OTHERS)
# What was taken is marked by one statement for the batch, not two for each: a broadcast pays for every round trip.
SENT = """UPDATE notifications_delivery d SET state = t.state, tries = tries + 1, sent_at = $1, until = t.until,
        provider = t.provider, cost = t.cost, reason = '',
        ended = CASE WHEN t.state = 'delivered' THEN $1::timestamptz END
    FROM unnest($2::uuid[], $3::text[], $4::timestamptz[], $5::text[], $6::int[])
        AS t (id, state, until, provider, cost)
    WHERE d.region = '000000' AND d.id = t.id AND d.state = 'queued'"""
# Its message was forgotten while it waited; left in the queue, a hundred of them would be all that is ever looked at.
FORGOTTEN = """UPDATE notifications_delivery SET state = 'dropped', reason = 'over', ended = $2
    WHERE region = '000000' AND id = ANY ($1::uuid[])"""
ASLEEP = """UPDATE notifications_delivery d SET next_try = t.due
    FROM unnest($1::uuid[], $2::timestamptz[]) AS t (id, due) WHERE d.region = '000000' AND d.id = t.id"""
AGAIN = """UPDATE notifications_delivery SET tries = tries + 1, next_try = $2, reason = $3
    WHERE region = '000000' AND id = $1"""
OVER = """UPDATE notifications_delivery SET state = $2, tries = tries + $3, ended = $4, reason = $5
    WHERE region = '000000' AND id = $1"""
# Locked in the order of their ids: the lanes may each have a delivery of the same two messages in hand.
ON_ITS_WAY = """WITH t AS (SELECT message, min(state) AS state FROM unnest($2::uuid[], $3::text[]) AS u (message, state)
        GROUP BY message),
    held AS MATERIALIZED (SELECT m.id FROM notifications_message m WHERE m.region = '000000'
        AND m.id = ANY ($2::uuid[]) AND m.state IN ('queued', 'sent') ORDER BY m.id FOR NO KEY UPDATE)
    UPDATE notifications_message m SET state = t.state, sent_at = $1 FROM t JOIN held ON held.id = t.message
    WHERE m.region = '000000' AND m.id = held.id"""
SILENT = """UPDATE notifications_delivery SET state = 'failed', reason = 'late', ended = $1
    WHERE region = '000000' AND id IN (SELECT id FROM notifications_delivery WHERE region = '000000'
        AND state = 'sent' AND until <= $1 ORDER BY until LIMIT $2 FOR UPDATE SKIP LOCKED) RETURNING message"""
# By two statements, a piece at a time. As one it was joined row by row whenever the statistics were those of a quiet
# day: the first warning to a county then kept a processor busy for minutes, and nothing else of this went on.
QUEUED = """SELECT id, next_try FROM notifications_message WHERE region = '000000' AND state = 'queued'
        AND next_try <= $1 AND (next_try, id) > ($2, $3)
    ORDER BY next_try, id LIMIT $4"""
CARRIED = """SELECT message FROM notifications_delivery
    WHERE region = '000000' AND message = ANY ($1::uuid[]) AND state IN ('queued', 'sent')"""
# Not while somebody is telling it: what came of that call counts.
UNCALLED = """UPDATE notifications_message SET state = 'unreached' WHERE region = '000000' AND id IN (
    SELECT id FROM notifications_message m WHERE region = '000000' AND state = 'calling' AND expires <= $1
        AND NOT EXISTS (SELECT 1 FROM notifications_call c WHERE c.region = '000000' AND c.person = m.person
            AND c.answer IS NULL AND c.until > $1 AND c.begun < m.expires) LIMIT $2)
    RETURNING id"""
NOBODY_CALLS = """UPDATE notifications_delivery SET state = 'dropped', reason = 'over', ended = $2
    WHERE region = '000000' AND message = ANY ($1::uuid[]) AND state = 'queued'"""


class Lane(NamedTuple):
    """What is handed over side by side with other lanes: so many at a time, of these ranks, of one ``channel``.

    Without one: of all channels that have no lane, one delivery after the other, for they read the database meanwhile.
    """

    channel: str
    at_once: int
    ranks: list[int]


SOON = Lane("sms", 100, [rules.SOON])  # what one person waits for now
SPOKEN_SOON = Lane("voice", 50, [rules.SOON])
REST = Lane("sms", 100, RANKS)
VOICE = Lane("voice", 50, RANKS)
MAIL = Lane("email", 20, RANKS)
PAPER = Lane("letter", 20, RANKS)
OWN = Lane("", 3, RANKS)
ONE_HOST = {each.channel for each in (REST, VOICE, MAIL, PAPER)}  # browsers have many


async def deliver_waiting(lane: Lane, seconds: float = 3.0) -> int:
    """Batch after batch until nothing waits; each is marked and committed by itself. Connections are kept."""
    until, total = time.monotonic() + seconds, 0
    own = f"{lane.channel or 'own'}{'' if lane.ranks == RANKS else '-soon'}"
    async with client(kept(own, CONNECTIONS)) as http:
        while taken := await _batch(http, lane):
            total += taken
            if time.monotonic() > until:
                break
    return total


async def deliver(transport: httpx.AsyncBaseTransport | None = None, *lanes: Lane) -> int:
    """Send one batch of each lane, or of all that need no database; returns how many were taken.

    Several hosts may deliver at once.
    """
    async with client(transport) as http:
        return sum([await _batch(http, lane) for lane in lanes or (REST, VOICE, MAIL, PAPER)])


async def _batch(http: httpx.AsyncClient, lane: Lane) -> int:
    async with db.transaction():
        rows = await enclosed(await _awake(await _waiting(lane)))
        if lane.channel:
            results = await asyncio.gather(*(_send(row, http) for row in rows))
        else:
            results = [await _send(row, http) for row in rows]
        found = list(zip(rows, results, strict=True))
        await _taken([(row, taken) for row, taken in found if taken is not None and taken.state in TAKEN])
        for row, taken in found:
            if taken is None or taken.state not in TAKEN:
                await _not_taken_apart(row, taken)
    await ends.went_on(row["about"] for row in rows if row["person"] is None)
    return sum(each is not None and each.state in TAKEN for each in results)


async def _waiting(lane: Lane) -> list[Any]:
    """What may be due, each with the ``wish`` of its person as it is now.

    A channel that is no longer set up is nobody's: the lane of what needs the database ends its deliveries.
    """
    asked = clock.now(), lane.at_once, lane.ranks
    rows = await (db.fetch(BY_LANE, *asked, lane.channel) if lane.channel else db.fetch(OF_THE_REST, *asked))
    with ahead.batch([row["person"] for row in rows if row["person"]]):
        return [
            {**row, "wish": await reach.wish_of(row["person"]) if row["person"] else reach.NOBODY} for row in rows
        ]  # fmt: skip


async def _awake(rows: list[Any]) -> list[Any]:
    """What may leave now. When a gateway was away, or no worker ran, what was late to leave wakes nobody at night."""
    now, forgotten = clock.now(), [row["id"] for row in rows if row["body"] is None]
    if forgotten:
        await db.execute(FORGOTTEN, forgotten, now)
        rows = [row for row in rows if row["body"] is not None]
    due = {row["id"]: now if _needless(row) else _awake_from(row, now) for row in rows}
    asleep = [each for each in due if due[each] > now]
    if asleep:
        await db.execute(ASLEEP, asleep, [due[each] for each in asleep])
    return [row for row in rows if due[row["id"]] <= now]


def _awake_from(row: Any, at: datetime) -> datetime:
    """From when this delivery may go out, by what the person wishes now."""
    return at if row["channel"] in rules.SILENT else rules.not_before(at, row["wish"].quiet, urgent=_wakes(row))


async def advance(limit: int = 200) -> int:
    """Go on with what was silent too long, and with what lost its way; returns how many."""
    now = clock.now()
    async with db.transaction():
        silent = [row["message"] for row in await db.fetch(SILENT, now, limit)]
        stopped = [*silent, *await _orphans(now, limit)]
        for message in stopped:
            await follow(message)
        over = await db.fetch(UNCALLED, now, limit)
        await db.execute(NOBODY_CALLS, [row["id"] for row in over], now)
    await ends.messages_went_on(stopped)
    return len(stopped) + len(over)


async def _orphans(now: datetime, limit: int) -> list[UUID]:
    """What lost its way: queued, and no delivery carries it on. The oldest first."""
    found: list[UUID] = []
    after = datetime.min.replace(tzinfo=UTC), UUID(int=0)
    while len(found) < limit:
        rows = await db.fetch(QUEUED, now, *after, PIECE)
        carried = {row["message"] for row in await db.fetch(CARRIED, [row["id"] for row in rows])}
        found += [row["id"] for row in rows if row["id"] not in carried]
        if len(rows) < PIECE:
            break
        after = rows[-1]["next_try"], rows[-1]["id"]
    return found[:limit]


async def _send(row: Any, http: httpx.AsyncClient) -> Taken | None:
    """What the channel said; nothing where there is no need to send any more."""
    if _needless(row):
        return None
    if row["channel"] == "sms" and not row["wish"].texts and rules.ordinary(row["urgency"]):
        return Taken(state="failed", reason="refused")  # STOP came while it waited
    if row.get("pdf") == b"":
        return Taken(state="failed", reason="forgotten")  # nothing else may be printed in its place
    channel, watched = adapters.channel(row["channel"]), breaker.of(row["channel"])
    if channel is None:
        return Taken(state="failed", reason="not-set-up")
    if not watched.lets():
        return Taken(state="again", reason=breaker.AWAY)
    try:
        async with asyncio.timeout(ANSWER), _apart(row["channel"]):
            taken = await channel.send(outgoing(row), http)
    except TimeoutError:
        taken = Taken(state="again", reason="TimeoutError", silent=row["channel"] in ONE_HOST)
    except Exception as error:  # an adapter that fails, or a message that cannot be read, must not hold back the others
        logger.log("error", "channel failed", channel=row["channel"], id=str(row["id"]), error=type(error).__name__)
        return Taken(state="again", reason=type(error).__name__)
    watched.heard(answered=not taken.silent)
    return taken


def _apart(channel: str) -> AbstractAsyncContextManager[None]:
    """A channel that reads the database meanwhile does so in a savepoint: what fails there undoes no other mark."""
    return nullcontext() if channel in ONE_HOST else db.transaction()


def outgoing(row: Any) -> Outgoing:
    """A delivery, readable, as its channel gets it."""
    return Outgoing(
        id=row["id"], message=row["message"], person=row["person"], phone=unseal(row["message"], "phone", row["phone"]),
        place=row["place"], title=row["title"], text=unseal(row["message"], "body", row["body"]), lang=row["lang"],
        href=row["next_href"], urgency=row["urgency"], expires=row["expires"], address=address_of_row(row),
        subject=unseal(row["message"], "subject", row["subject"]), next=row["next_text"],
        leave=_leave(row), plain=row["plain"], pdf=row.get("pdf", b""),
    )  # fmt: skip


async def _taken(found: list[tuple[Any, Taken]]) -> None:
    if not found:
        return
    now, states = clock.now(), [taken.state for _, taken in found]
    await db.execute(
        SENT, now, [row["id"] for row, _ in found], states, [_until(row, taken) for row, taken in found],
        [taken.provider for _, taken in found], [taken.cost for _, taken in found],
    )  # fmt: skip
    await db.execute(ON_ITS_WAY, now, [row["message"] for row, _ in found], states)


async def _not_taken_apart(row: Any, taken: Taken | None) -> None:
    """Whoever holds its message at this moment undoes no mark of the others; it comes again with the next batch."""
    try:
        async with db.transaction():
            await _not_taken(row, taken)
    except db.BUSY as error:
        logger.log("warning", "message is held", id=str(row["id"]), error=type(error).__name__)


async def _not_taken(row: Any, taken: Taken | None) -> None:
    now, tries = clock.now(), row["tries"] + 1
    if taken is None:
        await db.execute(OVER, row["id"], "dropped", 0, now, "read" if row["read_at"] else "over")
        await follow(row["message"])
    elif taken.state == "failed" or tries >= rules.SENDINGS:
        level = "error" if taken.state == "again" else "warning"
        logger.log(level, "message given up", id=str(row["id"]), channel=row["channel"], tries=tries)
        await db.execute(OVER, row["id"], "failed", 1, now, taken.reason)
        await follow(row["message"])
    else:
        await db.execute(AGAIN, row["id"], _later(row, tries), taken.reason)


def _later(row: Any, tries: int) -> datetime:
    """Once more in a while, not in quiet hours."""
    return _awake_from(row, clock.now() + rules.pause(tries))


def _wakes(row: Any) -> bool:
    """Whether it goes out at night too: what is urgent, and what the person waits for now."""
    return not rules.ordinary(row["urgency"]) or bool(row["rank"] < rules.rank(row["urgency"]))


def _until(row: Any, taken: Taken) -> datetime | None:
    """When a receipt must have come; none where the channel gives none, or has given it."""
    channel = adapters.channel(row["channel"])
    if channel is None or not channel.receipts() or taken.state == "delivered":
        return None
    now = clock.now()
    return now + rules.term(row["channel"], row["urgency"], row["expires"] - now if row["expires"] else None)


def address_of_row(row: Any) -> str:
    """Where an e-mail or a letter to a bare address goes, or the e-mail address that the person has now."""
    if row["email"] is not None:
        return unseal(row["email_id"], "address", row["email"], emails.KIND)
    return unseal(row["message"], "address", row["address"])


def _leave(row: Any) -> str:
    """Where it can be unsubscribed: at the system that sent it, or with us when everybody gets one."""
    own = unseal(row["message"], "leave", row["leave"])
    return own or (emails.leaving(row["email_id"]) if row["many"] and row["email_id"] else "")


def _needless(row: Any) -> bool:
    """Whether it was read, or no longer matters: then it ends, at any hour."""
    return row["read_at"] is not None or (row["expires"] is not None and row["expires"] <= clock.now())
