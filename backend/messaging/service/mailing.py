"""群发: one message to everybody of an area. It goes out in bounded pieces, can be stopped, and goes on where it was.

A piece is told and its cursor moved in one transaction: after a crash it is told again or not at all, and ``once``
makes telling twice a single message. News waits while its own last messages still wait for the gateway, so a reminder
or a call of a ticket is never more than one small piece behind it.
"""

import time
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec

from backend.core import alerts, cache, clock, db, ids
from backend.core.actor import Actor, stem
from backend.core.events import Announcement, Event, announce, on
from backend.core.policy import RECENT, verb
from backend.core.problems import Conflict, Forbidden, Invalid, NotFound
from backend.core.words import N_
from backend.identity import service as identity
from backend.identity.schemas import PersonSummary
from backend.messaging import seam
from backend.messaging.events import (
    BroadcastBegun,
    BroadcastMade,
    BroadcastOver,
    BroadcastRefused,
    BroadcastResumed,
    BroadcastStopped,
    WarningWentOn,
)
from backend.messaging.schemas import BroadcastLine, BroadcastRequest, EmergencyRequest, Reach
from backend.messaging.service.texts import template

SYSTEM = Actor.system("messages to everybody of an area")
SENDERS = ("city", "manager")
PIECE = 50  # people of one transaction
ROOM = 100  # messages of one broadcast that may wait for the gateway before it goes on
SECONDS = {"emergency": 2.0, "news": 0.5}  # of one run: other timed work waits no longer
COLUMNS = """region, id, kind, hazard, drill, division, age_from, age_to, title, texts::text AS texts, state, total,
    seen, told, made_by, made, decided_by, finished, until, ended"""
ADD = """INSERT INTO messaging_broadcast (region, id, kind, hazard, drill, division, age_from, age_to, hours, title,
        texts, state, total, made_by, made)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11::jsonb, 'waiting', $12, $13, $14)"""
LIST = f"""SELECT {COLUMNS} FROM messaging_broadcast
    WHERE division LIKE ANY($1::text[]) AND ($2 = '' OR kind = $2) ORDER BY id DESC LIMIT 60"""
ONE = f"SELECT {COLUMNS} FROM messaging_broadcast WHERE id = $1"
BEGIN = """UPDATE messaging_broadcast SET state = 'running', decided_by = $3, decided = $4::timestamptz,
        until = CASE WHEN kind = 'emergency' THEN $4::timestamptz + make_interval(hours => hours) END
    WHERE region = $1 AND id = $2 AND state = 'waiting' RETURNING id"""
MOVE = """UPDATE messaging_broadcast SET state = $4,
        ended = CASE WHEN $4 = ANY('{over,refused}') THEN $5::timestamptz END
    WHERE region = $1 AND id = $2 AND state = ANY($3::text[]) RETURNING id"""
RUNNING = """SELECT region, id, kind, drill, division, age_from, age_to, title, texts::text AS texts, cursor_home,
        cursor_person, until
    FROM messaging_broadcast WHERE region = $1 AND id = $2 AND state = 'running' AND finished IS NULL
    FOR UPDATE SKIP LOCKED"""
WORK = """SELECT region, id, kind FROM messaging_broadcast WHERE state = 'running' AND finished IS NULL
        AND (kind = 'news' OR coalesce(moved, decided) <= $1)
    ORDER BY kind, decided LIMIT 20"""
KIND = "SELECT kind FROM messaging_broadcast WHERE region = $1 AND id = $2 AND state = 'running'"
WENT_ON = """UPDATE messaging_broadcast SET cursor_home = $3, cursor_person = $4, seen = seen + $5, told = told + $6,
        moved = $7
    WHERE region = $1 AND id = $2"""
FINISHED = """UPDATE messaging_broadcast SET finished = $3::timestamptz,
        state = CASE WHEN kind = 'news' THEN 'over' ELSE state END,
        ended = CASE WHEN kind = 'news' THEN $3::timestamptz END
    WHERE region = $1 AND id = $2 RETURNING told"""
RECIPIENTS = """INSERT INTO messaging_recipient (region, broadcast, person, place, told)
    VALUES ('000000', $1, $2, $3, $4) ON CONFLICT (region, broadcast, person) DO NOTHING"""
ANSWERED = """SELECT count(*) FROM messaging_recipient
    WHERE region = '000000' AND broadcast = $1 AND answered IS NOT NULL"""
PAST = "UPDATE messaging_broadcast SET state = 'over', ended = $1 WHERE state = 'running' AND until <= $1 RETURNING id"


class NoSuchBroadcast(NotFound):
    """No broadcast of the actor's divisions has the id."""

    code, title = "no-such-broadcast", N_("We do not know this message")


class SecondPersonNeeded(Forbidden):
    """Whoever wrote a real warning does not send it alone."""

    code, title = "second-person-needed", N_("A second person must confirm a real warning")


class NotNow(Conflict):
    """It has begun, was stopped, or is over."""

    code, title = "broadcast-not-now", N_("This is not possible any more")


@verb("messaging.reach", N_("See how many people a message would reach"), *SENDERS)
async def reach(actor: Actor, division: str, *, by_age: bool = False) -> Reach:
    """How many people live there; who is of the ages is known only while sending, for birthdays are sealed."""
    require(actor, division)
    return Reach(division=division, people=await identity.count_area(division), exact=not by_age)


@verb("messaging.broadcasts", N_("See messages to everybody of an area"), *SENDERS)
async def broadcasts(actor: Actor, *, kind: str = "") -> list[BroadcastLine]:
    """What was written for my divisions, the latest first."""
    rows = await db.fetch(LIST, [f"{stem(each)}%" for each in actor.counties(*SENDERS)], kind)
    return [_line(row) for row in rows]


@verb("messaging.broadcast", N_("See how far a message to everybody is"), *SENDERS)
async def broadcast(actor: Actor, broadcast_id: UUID) -> BroadcastLine:
    """One of them, with what became of its messages."""
    line = await of_mine(actor, broadcast_id)
    answered = await db.fetchval(ANSWERED, broadcast_id) if line.kind == "emergency" else 0
    states = await seam.counts_of(broadcast_id)
    return msgspec.structs.replace(line, states=states, answered=answered)


@verb("messaging.make_broadcast", N_("Write a message to everybody of an area"), *SENDERS)
async def make_broadcast(actor: Actor, wanted: BroadcastRequest) -> BroadcastLine:
    """News in the words of a template. It waits until it is sent."""
    found = await template(actor, wanted.template)
    if found.service is not None or found.kind != "sms" or found.required or _asks(found.texts):
        raise Invalid({"template": N_("Choose a text template of the city without placeholders")})
    if wanted.age_from is not None and wanted.age_to is not None and wanted.age_from > wanted.age_to:
        raise Invalid({"age_to": N_("This must not be less than the first age")})
    texts = {f"{each.lang}/{each.wording}": each.body for each in found.texts}
    return await _add(actor, "news", wanted.division, wanted.title, texts, ages=(wanted.age_from, wanted.age_to))


@verb("messaging.make_emergency", N_("Write a warning for an area"), *SENDERS, fresh=RECENT)
async def make_emergency(actor: Actor, wanted: EmergencyRequest) -> BroadcastLine:
    """A warning, or a drill of one. It waits: a real one for a second person."""
    texts = {"zh_CN/standard": wanted.words, "zh_CN/plain": wanted.plain, "en/standard": wanted.english}
    return await _add(
        actor, "emergency", wanted.division, wanted.title, {name: text for name, text in texts.items() if text},
        hazard=wanted.hazard, drill=wanted.drill, hours=wanted.hours,
    )  # fmt: skip


@verb("messaging.begin_broadcast", N_("Send a message to everybody of an area"), *SENDERS, fresh=RECENT)
async def begin_broadcast(actor: Actor, broadcast_id: UUID) -> None:
    """It goes out from now on. A real warning is sent by somebody else than who wrote it."""
    line = await of_mine(actor, broadcast_id)
    if line.kind == "emergency" and not line.drill and line.made_by == actor.acting:
        raise SecondPersonNeeded(N_("Ask a colleague to open this page and to confirm it."))
    async with db.transaction():
        if not await db.fetchval(BEGIN, line.region, line.id, actor.acting, clock.now()):
            raise NotNow()
        event = BroadcastBegun(region=line.region, subject=line.id, kind=line.kind, drill=line.drill)
        await announce(actor, event)
    await _shown_anew(line)


@verb("messaging.refuse_broadcast", N_("Do not send a message to everybody"), *SENDERS)
async def refuse_broadcast(actor: Actor, broadcast_id: UUID) -> None:
    """It is not sent."""
    line = await of_mine(actor, broadcast_id)
    await _move(actor, line, ("waiting",), "refused", BroadcastRefused(region=line.region, subject=line.id))


@verb("messaging.stop_broadcast", N_("Stop a message to everybody"), *SENDERS)
async def stop_broadcast(actor: Actor, broadcast_id: UUID) -> None:
    """No more people are told until it is resumed."""
    line = await of_mine(actor, broadcast_id)
    await _move(actor, line, ("running",), "stopped", BroadcastStopped(region=line.region, subject=line.id))


@verb("messaging.resume_broadcast", N_("Go on with a message to everybody"), *SENDERS, fresh=RECENT)
async def resume_broadcast(actor: Actor, broadcast_id: UUID) -> None:
    """Those who were not told yet are told."""
    line = await of_mine(actor, broadcast_id)
    await _move(actor, line, ("stopped",), "running", BroadcastResumed(region=line.region, subject=line.id))


@verb("messaging.end_broadcast", N_("End a message to everybody"), *SENDERS)
async def end_broadcast(actor: Actor, broadcast_id: UUID) -> None:
    """Over: nobody else is told, and a warning comes off the pages."""
    line = await of_mine(actor, broadcast_id)
    over = BroadcastOver(region=line.region, subject=line.id, told=line.told)
    await _move(actor, line, ("running", "stopped"), "over", over)


@on(BroadcastBegun)
async def warn_at_once(event: BroadcastBegun, row: Announcement) -> None:
    """A warning does not wait for timed work: the relay carries it piece by piece, with what else it has in between."""
    await _carry(event)


@on(BroadcastResumed)
async def warn_again(event: BroadcastResumed, row: Announcement) -> None:
    """So it does when it is resumed."""
    await _carry(event)


@on(WarningWentOn)
async def warn_on(event: WarningWentOn, row: Announcement) -> None:
    """And after each piece."""
    await _carry(event)


async def _carry(event: Event) -> None:
    kind = await db.fetchval(KIND, event.region, event.subject)
    told = await _go_on(event.region, event.subject, PIECE) if kind == "emergency" else None
    if told is not None:
        await announce(SYSTEM, WarningWentOn(region=event.region, subject=event.subject, told=told))


async def send_some(*, piece: int = PIECE, idle: timedelta = timedelta(0)) -> int:
    """Go on with everything that runs, warnings first; returns how many people were told.

    ``idle`` leaves a warning alone that went on so short a time ago: the relay has it.
    """
    told = 0
    for work in await db.fetch(WORK, clock.now() - idle):
        end = time.monotonic() + SECONDS[work["kind"]]
        while time.monotonic() < end:
            went = await _go_on(work["region"], work["id"], piece)
            if went is None:
                break
            told += went
    return told


async def end_past() -> int:
    """Warnings whose time is over; returns how many."""
    async with db.transaction():
        found = await db.fetch(PAST, clock.now())
    if found:
        await alerts.refresh()
        await cache.drop(alerts.TAG)
    return len(found)


async def _go_on(region: str, broadcast_id: UUID, piece: int) -> int | None:
    """The next piece of one broadcast; how many were told, or none when it has to wait or is through."""
    async with db.transaction():
        row = await db.fetchrow(RUNNING, region, broadcast_id)
        if row is None or (row["kind"] == "news" and await seam.waiting_of(broadcast_id, ROOM) >= ROOM):
            return None
        found = await identity.people_of_area(row["division"], (row["cursor_home"], row["cursor_person"]), piece)
        if not found:
            told = await db.fetchval(FINISHED, region, broadcast_id, clock.now())
            if row["kind"] == "news":
                await announce(SYSTEM, BroadcastOver(region=region, subject=broadcast_id, told=told))
            return None
        wanted = [each for each in found if _of_age(row, each)]
        await _tell(row, wanted)
        last = found[-1]
        await db.execute(WENT_ON, region, broadcast_id, last.home, last.id, len(found), len(wanted), clock.now())
        return len(wanted)


async def _tell(row: Any, people: list[PersonSummary]) -> None:
    texts: dict[str, str] = msgspec.json.decode(row["texts"])
    for each in people:
        words = text_for(texts, each.language, each.mode == "elder")
        if row["kind"] == "news":
            await seam.tell_news(SYSTEM, each.id, row["title"], words, about=row["id"])
        else:
            await seam.warn(SYSTEM, each, row["title"], words, about=row["id"], drill=row["drill"], until=row["until"])
    if row["kind"] == "emergency":
        now = clock.now()
        await db.executemany(RECIPIENTS, [(row["id"], each.id, each.home, now) for each in people])


def text_for(texts: dict[str, str], lang: str, plain: bool) -> str:
    """The words that fit a reader best; standard Chinese when all else fails."""
    wanted = [f"{lang}/plain"] if plain else []
    found = next((texts[name] for name in [*wanted, f"{lang}/standard"] if name in texts), None)
    return found or texts["zh_CN/standard"]


def require(actor: Actor, division: str) -> None:
    """Raise unless one of the actor's posts covers the division."""
    if not actor.covers(division, *SENDERS):
        raise Forbidden(N_("This division is not part of yours."))


async def of_mine(actor: Actor, broadcast_id: UUID) -> BroadcastLine:
    """A broadcast of the actor's divisions."""
    row = await db.fetchrow(ONE, broadcast_id)
    if row is None or not actor.covers(row["division"], *SENDERS):
        raise NoSuchBroadcast(next_step=("/desk/broadcasts", N_("See all messages")))
    return _line(row)


async def _add(
    actor: Actor,
    kind: str,
    division: str,
    title: str,
    texts: dict[str, str],
    *,
    ages: tuple[int | None, int | None] = (None, None),
    hazard: str = "",
    drill: bool = False,
    hours: int = 0,
) -> BroadcastLine:
    require(actor, division)
    region, new = division[:6], ids.new()
    total = await identity.count_area(division)
    async with db.transaction():
        await db.execute(
            ADD, region, new, kind, hazard, drill, division, *ages, hours, title, msgspec.json.encode(texts).decode(),
            total, actor.acting, clock.now(),
        )  # fmt: skip
        await announce(actor, BroadcastMade(region=region, subject=new, kind=kind, division=division, drill=drill))
    return await of_mine(actor, new)


async def _move(actor: Actor, line: BroadcastLine, before: tuple[str, ...], after: str, event: Any) -> None:
    async with db.transaction():
        if not await db.fetchval(MOVE, line.region, line.id, list(before), after, clock.now()):
            raise NotNow()
        await announce(actor, event)
    await _shown_anew(line)


async def _shown_anew(line: BroadcastLine) -> None:
    """A warning stands on the pages of its area, or no longer does: here at once, elsewhere within a second."""
    if line.kind == "emergency":
        await alerts.refresh()
        await cache.drop(alerts.TAG)


def _of_age(row: Any, person: PersonSummary) -> bool:
    """Whether somebody belongs to the audience; who has told no birthday belongs to one without ages only."""
    if row["age_from"] is None and row["age_to"] is None:
        return True
    return person.age is not None and (row["age_from"] or 0) <= person.age <= (row["age_to"] or 200)


def _line(row: Any) -> BroadcastLine:
    return BroadcastLine(**{**dict(row), "texts": msgspec.json.decode(row["texts"])})


def _asks(texts: list[Any]) -> bool:
    return any("((" in each.body for each in texts)
