"""应急通知: what a warning says, who said that it reached them, and whom somebody must look for.

Whoever lives there answers with one press, by text, or to a grid worker at the door. Reading the message counts too.
"""

from typing import Any
from uuid import UUID

import msgspec

from backend.core import alerts, clock, db, trail
from backend.core.actor import PROVINCE, Actor, stem
from backend.core.alerts import Standing
from backend.core.events import announce
from backend.core.policy import PUBLIC, inner, verb
from backend.core.problems import Conflict, NotFound
from backend.core.schemas import Page
from backend.core.words import N_, words
from backend.identity import service as identity
from backend.messaging import seam
from backend.messaging.events import WarningAcknowledged
from backend.messaging.rules import drilled, heading
from backend.messaging.schemas import Alert, BroadcastLine, NotReached, WarningHeld
from backend.messaging.service.mailing import COLUMNS
from backend.messaging.service.tongues import heading_for, text_for, written
from backend.notifications import service as notifications

SEEKERS = ("grid", "operator", "manager", "city")
SAFE = frozenset({"安全", "平安"})  # mean a warning, whatever was sent since
RECEIVED = SAFE | {"收到", "已收到", "知道了", "ok"}  # too, unless another system was the last to write
SHOWN = "kind = 'emergency' AND state IN ('running', 'stopped', 'over') AND decided IS NOT NULL"
MOST = 2000  # warnings of all divisions at once: in a storm every county and street of the province has its own
ONE = f"SELECT {COLUMNS} FROM messaging_broadcast WHERE id = $1 AND {SHOWN}"
STANDING = f"""SELECT id, division, hazard, title, texts->>'en/title' AS english, drill, until FROM messaging_broadcast
    WHERE {SHOWN} AND state <> 'over' AND until > $1 ORDER BY drill, decided DESC LIMIT {MOST}"""
NEAR = f"""SELECT {COLUMNS} FROM messaging_broadcast
    WHERE {SHOWN} AND state <> 'over' AND until > $1 ORDER BY drill, decided DESC LIMIT {MOST}"""
MINE = """SELECT told, answered FROM messaging_recipient
    WHERE region = '000000' AND broadcast = $1 AND person = $2"""
ANSWER = """INSERT INTO messaging_recipient AS r (region, broadcast, person, place, told, answered, how, by)
    VALUES ('000000', $1, $2, $3, $4, $4, $5, $6)
    ON CONFLICT (region, broadcast, person) DO UPDATE SET answered = $4, how = $5, by = $6
    WHERE r.answered IS NULL RETURNING person"""
UNANSWERED = f"""SELECT broadcast FROM messaging_recipient
    WHERE region = '000000' AND person = $1 AND answered IS NULL AND broadcast IN (
        SELECT id FROM messaging_broadcast WHERE {SHOWN} AND state <> 'over' AND until > $2)
    ORDER BY broadcast LIMIT {MOST}"""
MISSING = """SELECT person, place, told FROM messaging_recipient
    WHERE region = '000000' AND broadcast = $1 AND answered IS NULL AND place LIKE ANY($2::text[])
        AND (place, person) > ($3, $4)
    ORDER BY place, person LIMIT $5"""
PLACE = """SELECT place FROM messaging_recipient
    WHERE region = '000000' AND broadcast = $1 AND person = $2 AND place LIKE ANY($3::text[])"""
HELD = """SELECT told, answered, coalesce(how, '') AS how FROM messaging_recipient
    WHERE region = '000000' AND person = $1 ORDER BY told DESC LIMIT 1000"""
SOUGHT = trail.called("warning", N_("whether a warning reached you"))
PURPOSE = N_("Making sure that a warning reached you")
LOOKED_AT = 1000  # rows of one look; who has read it meanwhile is left out of them, then comes the next look
LISTED = 60


class NoSuchWarning(NotFound):
    """No warning has this id, or it was never sent."""

    code, title = "no-such-warning", N_("We do not know this warning")


class NotForYou(Conflict):
    """The person lives elsewhere."""

    code, title = "warning-not-for-you", N_("This warning is for another area")


@verb("messaging.warning", N_("Read a warning"), PUBLIC)
async def warning(actor: Actor, warning_id: UUID, *, lang: str = "zh_CN", plain: bool = False) -> Alert:
    """What it says, in the reader's language and wording; for whoever it concerns, whether they answered."""
    line = await _shown(warning_id)
    mine = await db.fetchrow(MINE, warning_id, actor.principal) if actor.principal else None
    alert = _alert(line, lang, plain)
    if mine is None:
        return msgspec.structs.replace(alert, told=await _lives_there(actor, line))
    return msgspec.structs.replace(alert, told=True, answered=mine["answered"])


@verb("messaging.acknowledge", N_("Say that a warning arrived"), "resident", "operator", "clerk")
async def acknowledge(actor: Actor, warning_id: UUID) -> None:
    """It reached the person. One press; a repeat changes nothing."""
    line = await _shown(warning_id)
    if not await db.fetchrow(MINE, warning_id, actor.person) and not await _lives_there(actor, line):
        raise NotForYou(next_step=("/", N_("Back to start")))
    await _answer(actor, warning_id, actor.person, "page")


@verb("messaging.warnings_here", N_("See the warnings of my divisions"), *SEEKERS)
async def warnings_here(actor: Actor) -> list[BroadcastLine]:
    """Warnings that stand in places where one works: at the door one must know which."""
    rows = [_line(row) for row in await db.fetch(NEAR, clock.now())]
    mine = [stem(each) for each in _divisions(actor)]
    return [each for each in rows if any(_meets(stem(each.division), one) for one in mine)]


@verb("messaging.not_reached", N_("See whom a warning did not reach"), *SEEKERS)
async def not_reached(actor: Actor, warning_id: UUID, *, after: str = "") -> Page[NotReached]:
    """Whom to look for in one's divisions, by place: nobody who answered, nobody who read it. ``after`` goes on.

    While a real warning stands a child is named too, whose record is closed otherwise: nobody finds a child without a
    name, and nobody has the time to ask (个人信息保护法 art. 13, 4: to protect life and health in an emergency).
    """
    line = await _shown(warning_id)
    rows = await _missing(warning_id, _patterns(actor), _place(after))
    more, rows = len(rows) > LISTED, rows[:LISTED]
    found = [row["person"] for row in rows]
    people = await (identity.people(found) if _stands(line) else identity.people_seen(actor, found))
    await trail.viewed_all(actor, region=PROVINCE, people=found, what=SOUGHT, purpose=PURPOSE)
    listed = [
        NotReached(
            person=row["person"], name=people[row["person"]].name, closed=people[row["person"]].closed,
            place=row["place"], phone_masked=people[row["person"]].phone_masked, told=row["told"],
            unreadable=people[row["person"]].unreadable,
        )
        for row in rows if row["person"] in people
    ]  # fmt: skip
    return Page(items=listed, next=f"{rows[-1]['place']}.{rows[-1]['person']}" if more else None)


@verb("messaging.mark_reached", N_("Record that somebody was told a warning"), *SEEKERS)
async def mark_reached(actor: Actor, warning_id: UUID, person: UUID) -> None:
    """I told them, at the door or on the phone."""
    await _shown(warning_id)
    if await db.fetchval(PLACE, warning_id, person, _patterns(actor)) is None:
        raise NoSuchWarning()
    await _answer(actor, warning_id, person, "grid")


@inner
async def acknowledge_by_text(actor: Actor, phone: str, said: str, *, elsewhere: bool = False) -> int:
    """An answer by text to whatever stands where the number's owner lives; returns how many warnings it answered.

    ``elsewhere``: another system wrote after the warning. "收到" may mean that one, and nobody would look for them.
    """
    meant = said.strip().casefold().rstrip("。.!！") in (SAFE if elsewhere else RECEIVED)
    person = await identity.person_of_number(phone) if meant else None
    if person is None:
        return 0
    open_ = await db.fetch(UNANSWERED, person, clock.now())
    return sum([await _answer(actor, row["broadcast"], person, "text") for row in open_])


async def answered_by_text(actor: Actor, warning_id: UUID, yes: bool) -> None:
    """1 to the text of a warning; whoever says 2 needs somebody, so an operator reads it."""
    if not yes:
        raise NotForYou()
    await _answer(actor, warning_id, actor.person, "text")


async def warnings_held(person: UUID) -> list[WarningHeld]:
    """Warnings that concerned a person, for their own eyes."""
    return [WarningHeld(**dict(row)) for row in await db.fetch(HELD, person)]


async def standing() -> list[Standing]:
    """What stands on the pages now."""
    return [
        Standing(
            division=row["division"], title=row["title"], href=f"/emergencies/{row['id']}", until=row["until"],
            drill=row["drill"], english=row["english"] or "", kind=heading(row["hazard"]),
        )
        for row in await db.fetch(STANDING, clock.now())
    ]  # fmt: skip


alerts.use(standing)
notifications.takes_replies("emergency", answered_by_text)


def _place(after: str) -> tuple[str, UUID]:
    """Where a list goes on; what is no such place is its beginning."""
    place, _, person = after.partition(".")
    try:
        return place, UUID(person)
    except ValueError:
        return "", UUID(int=0)


async def _missing(warning_id: UUID, patterns: list[str], after: tuple[str, UUID]) -> list[Any]:
    """The next who neither answered nor read it, however many before them have read it; one more than are listed."""
    found: list[Any] = []
    while len(found) <= LISTED:
        rows = await db.fetch(MISSING, warning_id, patterns, *after, LOOKED_AT)
        read = await seam.readers_of(warning_id, [row["person"] for row in rows]) if rows else set()
        found += [row for row in rows if row["person"] not in read]
        if len(rows) < LOOKED_AT:
            break
        after = rows[-1]["place"], rows[-1]["person"]
    return found[: LISTED + 1]


async def _answer(actor: Actor, warning_id: UUID, person: UUID, how: str) -> int:
    async with db.transaction():
        found = (await identity.people([person])).get(person)
        home = found.home if found else ""  # the account was closed meanwhile; where to look stands in the list
        new = await db.fetchval(ANSWER, warning_id, person, home, clock.now(), how, actor.acting)
        if new is None:
            return 0
        if how != "grid" and not actor.helping:
            await seam.read_by_answer(actor, person, warning_id)
        await announce(actor, WarningAcknowledged(region=PROVINCE, subject=warning_id, person=person, how=how))
    return 1


async def _shown(warning_id: UUID) -> BroadcastLine:
    row = await db.fetchrow(ONE, warning_id)
    if row is None:
        raise NoSuchWarning(next_step=("/", N_("Back to start")))
    return _line(row)


def _stands(line: BroadcastLine) -> bool:
    """Whether it is real and not over."""
    return not line.drill and line.state != "over" and line.until is not None and line.until > clock.now()


async def _lives_there(actor: Actor, line: BroadcastLine) -> bool:
    if actor.principal is None:
        return False
    found = await identity.people([actor.principal])
    return actor.principal in found and found[actor.principal].home.startswith(stem(line.division))


def _line(row: Any) -> BroadcastLine:
    return BroadcastLine(**{**dict(row), "texts": msgspec.json.decode(row["texts"])})


def _alert(line: BroadcastLine, lang: str, plain: bool) -> Alert:
    """In the reader's language if somebody wrote it; otherwise an official heading, and the words in Chinese."""
    own = written(line.texts, lang)
    named = heading_for(line.texts, line.title, lang, line.hazard)
    title = drilled(words(lang).gettext, named, line.drill)
    over = line.state == "over" or (line.until is not None and line.until <= clock.now())
    return Alert(
        id=line.id, hazard=line.hazard, drill=line.drill, division=line.division, title=title,
        words=text_for(line.texts, lang, plain), lang=lang if own else "zh_CN", original="" if own else line.title,
        until=line.until, over=over,
    )  # fmt: skip


def _divisions(actor: Actor) -> list[str]:
    """The divisions of the posts, down to a grid's own."""
    held = actor.grants or frozenset((role, actor.region) for role in actor.roles)
    return sorted({division for role, division in held if role in SEEKERS})


def _patterns(actor: Actor) -> list[str]:
    return [f"{stem(each)}%" for each in _divisions(actor)]


def _meets(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)
