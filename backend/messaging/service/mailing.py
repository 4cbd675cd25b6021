"""群发: one message to everybody of an area: who writes, sends and stops it. How it goes out: ``spreading``."""

from typing import Any
from uuid import UUID

import msgspec

from backend.core import alerts, bells, cache, clock, db, ids
from backend.core.actor import Actor
from backend.core.events import announce
from backend.core.policy import RECENT, verb
from backend.core.problems import Conflict, Forbidden, Invalid, NotFound
from backend.core.words import N_
from backend.identity import service as identity
from backend.messaging import seam
from backend.messaging.events import (
    BroadcastBegun,
    BroadcastMade,
    BroadcastOver,
    BroadcastRefused,
    BroadcastResumed,
    BroadcastStopped,
)
from backend.messaging.schemas import BroadcastLine, BroadcastRequest, EmergencyRequest, EndRequest, Reach
from backend.messaging.service.texts import template

SENDERS = ("city", "manager")
COLUMNS = """region, id, kind, hazard, drill, division, age_from, age_to, title, texts::text AS texts, state, total,
    seen, told, made_by, made, decided_by, finished, until, ended, clear, cleared, unwound"""
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
        ended = CASE WHEN $4 = ANY('{over,refused}') THEN $5::timestamptz END, clear = $6
    WHERE region = $1 AND id = $2 AND state = ANY($3::text[]) RETURNING id"""
ANSWERED = """SELECT count(*) FROM messaging_recipient
    WHERE region = '000000' AND broadcast = $1 AND answered IS NOT NULL"""
PAST = """UPDATE messaging_broadcast SET state = 'over', ended = $1
    WHERE state IN ('running', 'stopped') AND until <= $1 RETURNING region, id, told"""
TIME_OVER = Actor.system("end warnings whose time is over")


class NoSuchBroadcast(NotFound):
    """No broadcast of the actor's divisions has the id."""

    code, title = "no-such-broadcast", N_("We do not know this message")


class EnglishMissing(Invalid):
    """Some people of the area read English, nobody wrote it, and nobody said that it goes out without."""

    def __init__(self, readers: int) -> None:
        super().__init__(
            {"english": N_("Nobody wrote it in English yet. Write it, or say below that it goes out without.")}
        )
        self.readers = readers


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
    english = await identity.count_area(division, lang="en")
    return Reach(division=division, people=await identity.count_area(division), english=english, exact=not by_age)


@verb("messaging.broadcasts", N_("See messages to everybody of an area"), *SENDERS)
async def broadcasts(actor: Actor, *, kind: str = "") -> list[BroadcastLine]:
    """What was written for my divisions, the latest first."""
    rows = await db.fetch(LIST, actor.within(*SENDERS), kind)
    return [_line(row) for row in rows]


@verb("messaging.broadcast", N_("See how far a message to everybody is"), *SENDERS)
async def broadcast(actor: Actor, broadcast_id: UUID) -> BroadcastLine:
    """One of them, with what became of its messages."""
    line = await of_mine(actor, broadcast_id)
    answered = await db.fetchval(ANSWERED, broadcast_id) if line.kind == "emergency" else 0
    states = await seam.counts_of(broadcast_id, line.kind)
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
    if bool(wanted.english_title.strip()) != bool(wanted.english.strip()):
        lacks = "english" if wanted.english_title.strip() else "english_title"
        raise Invalid({lacks: N_("Write both the heading and the words in English, or neither")})
    require(actor, wanted.division)
    readers = 0 if wanted.english.strip() else await identity.count_area(wanted.division, lang="en")
    if readers and not wanted.chinese_only:
        raise EnglishMissing(readers)
    texts = {
        "zh_CN/standard": wanted.words, "zh_CN/plain": wanted.plain, "en/standard": wanted.english.strip(),
        "en/title": wanted.english_title.strip(),
    }  # fmt: skip
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
        bells.ring("mailing")
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
async def end_broadcast(actor: Actor, broadcast_id: UUID, wanted: EndRequest | None = None) -> None:
    """Over: nobody else is told, what waits does not go out, and a warning comes off the pages.

    Whoever was told a warning hears that it is over, if that is wanted.
    """
    line = await of_mine(actor, broadcast_id)
    clear = line.kind == "emergency" and wanted is not None and wanted.tell
    over = BroadcastOver(region=line.region, subject=line.id, told=line.told)
    await _move(actor, line, ("running", "stopped"), "over", over, clear=clear)


async def end_past() -> int:
    """Warnings whose time is over; returns how many."""
    async with db.transaction():
        found = await db.fetch(PAST, clock.now())
        for row in found:
            await announce(TIME_OVER, BroadcastOver(region=row["region"], subject=row["id"], told=row["told"]))
    if found:
        await alerts.refresh()
        await cache.drop(alerts.TAG)
    return len(found)


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


async def _move(
    actor: Actor, line: BroadcastLine, before: tuple[str, ...], after: str, event: Any, *, clear: bool | None = None
) -> None:
    async with db.transaction():
        if not await db.fetchval(MOVE, line.region, line.id, list(before), after, clock.now(), clear):
            raise NotNow()
        await announce(actor, event)
        bells.ring("mailing")
    await _shown_anew(line)


async def _shown_anew(line: BroadcastLine) -> None:
    """A warning stands on the pages of its area, or no longer does: here at once, elsewhere within a second."""
    if line.kind == "emergency":
        await alerts.refresh()
        await cache.drop(alerts.TAG)


def _line(row: Any) -> BroadcastLine:
    return BroadcastLine(**{**dict(row), "texts": msgspec.json.decode(row["texts"])})


def _asks(texts: list[Any]) -> bool:
    return any("((" in each.body for each in texts)
