"""Texts that people send back: STOP and START are kept, 1 and 2 are done, everything else is for an operator to read.

A text answers the last text or call that went to its number, whoever had sent it. Was that another system's, within
the last week, the text is that system's, and nobody else reads or does it. Was it ours, it is ours, also where another
system wrote before: whoever has taken a number over gets a code from us first, so that what they write never goes to a
system that wrote to whoever had the number earlier. 1 and 2 are about what has left, of
people whose number it still is.
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from backend.core import clock, db, ids, masks, rate, trail
from backend.core.actor import PROVINCE, Actor
from backend.core.events import announce
from backend.core.policy import inner, verb
from backend.core.problems import NotFound, Problem, TooMany
from backend.core.words import DEFAULT, N_
from backend.notifications import rules
from backend.notifications.events import MessageAnswered, ReplyRead, TextArrived
from backend.notifications.schemas import ReceivedHeld, Receiver, ReplyLine, Template
from backend.notifications.sealed import legible, phone_index, phone_indexes, seal, unseal
from backend.notifications.service import inbox, people, reach, sending, wishes
from backend.notifications.service.calls import near
from backend.notifications.service.inbox import TITLE

Answer = Callable[[Actor, UUID, bool], Awaitable[None]]
Owns = Callable[[str, UUID], Awaitable[bool]]
_answers: dict[str, Answer] = {}
_systems: list[Owns] = []
SINCE = timedelta(days=30)  # how long 1 and 2 may be about something of ours
ELSEWHERE = timedelta(days=7)  # and any text about something of another system
# To whom this number belongs, by what went there: the latest first.
WENT_THERE = """SELECT id, person, template, about, read_at, expires, sent_at, lang, plain
    FROM notifications_message
    WHERE region = '000000' AND phone_index = ANY ($1::bytea[]) AND person IS NOT NULL AND created > $2
    ORDER BY id DESC LIMIT 20"""
LAST_THERE = """SELECT m.person, m.about FROM notifications_message m
    JOIN notifications_delivery d ON d.region = m.region AND d.message = m.id
    WHERE m.region = '000000' AND m.phone_index = ANY ($1::bytea[]) AND m.created > $2
        AND d.channel IN ('sms', 'voice') AND d.sent_at IS NOT NULL
    ORDER BY d.sent_at DESC, d.id DESC LIMIT 1"""
KEEP = """INSERT INTO notifications_received (region, id, person, phone, body, message, state, at)
    VALUES ('000000', $1, $2, $3, $4, $5, $6, $7)"""
OPEN = """SELECT r.id, r.person, r.phone, r.body, r.at, coalesce(m.title, '') AS title FROM notifications_received r
    LEFT JOIN notifications_message m ON m.region = r.region AND m.id = r.message
    WHERE r.region = '000000' AND r.state = 'open'
        AND (m.place LIKE ANY ($1::text[]) OR coalesce(m.place, '') = '') ORDER BY r.at, r.id LIMIT 50"""
DONE = """UPDATE notifications_received r SET state = 'done', staff = $2, done = $3
    WHERE region = '000000' AND id = $1 AND state = 'open' AND NOT EXISTS (
        SELECT 1 FROM notifications_message m WHERE m.region = '000000' AND m.id = r.message
            AND NOT (m.place LIKE ANY ($4::text[]) OR m.place = '')) RETURNING id"""
HELD = """SELECT id, body, state, at FROM notifications_received
    WHERE region = '000000' AND person = $1 ORDER BY id DESC LIMIT 5000"""
CAME = "SELECT phone, body FROM notifications_received WHERE region = '000000' AND id = $1"
GATEWAY = Actor.system("gateway")
CONFIRMED = (4, 86400)  # texts a day that confirm STOP or START to one number
# To the bare number, at any hour: whoever has just written waits for it, and wants no messages otherwise.
STOPPED = Template(
    id="texts-stopped",
    text=N_("You get no more texts from the city portal, except urgent ones. START begins them again."),
)  # fmt: skip
STARTED = Template(id="texts-started", text=N_("You get texts from the city portal again. STOP ends them."))
PURPOSE = N_("Answering a text that you sent us")


class NoSuchReply(NotFound):
    """No text with this id waits."""

    code, title = "no-such-reply", N_("This text does not wait any more")


def takes_replies(template: str, answer: Answer) -> None:
    """Let a slice do what 1 and 2 say to one of its messages: ``answer(actor, about, yes)``; a Problem is a no."""
    _answers[template] = answer


def use_systems(owns: Owns) -> None:
    """Let a slice say that what was sent to a number (its digits) was another system's: it gets the answer."""
    _systems.append(owns)


async def received(sender: str, text: str) -> None:
    """Keep what came in, and do what it says. An operator reads what no rule understands, or cannot do."""
    phone = people.digits(sender) or ""
    rows = await _went_there(phone) if phone else []
    about = await _elsewhere(phone) if phone else None
    latest, said = (rows[0] if rows else None), rules.meaning(text)
    state = "open"
    whose = await _whose(phone, rows) if said in ("stop", "start") else []
    if whose and (said == "stop" or about is None):  # START to another system asks for nothing of ours
        await _switched(whose, phone, said, latest)
        state = said
    elif about is not None:
        state, latest = "elsewhere", None
    elif said in ("yes", "no"):
        asked = [row for row in rows if row["template"] in _answers and row["about"] and row["sent_at"]]
        latest = next(iter(asked), latest)
        if asked and not (said == "no" and _ambiguous(asked)) and await _done(asked[0], said):
            state = "answered"
    new, person = ids.new(), latest["person"] if latest else next(iter(whose), None)
    await db.execute(
        KEEP, new, None if state == "elsewhere" else person, seal(new, "phone", phone or sender or "-", "received"),
        seal(new, "body", text or "-", "received"), latest["id"] if latest else None, state, clock.now(),
    )  # fmt: skip
    await announce(GATEWAY, TextArrived(region=PROVINCE, subject=new, about=about))


@inner
async def text_that_came(actor: Actor, row: UUID) -> tuple[str, str]:
    """The number and the words of a text, for the slice that it is meant for."""
    found = await db.fetchrow(CAME, row)
    if found is None:
        raise NoSuchReply()
    return unseal(row, "phone", found["phone"], "received"), unseal(row, "body", found["body"], "received")


@verb("notifications.replies", N_("Read what people texted back"), "operator")
async def replies(actor: Actor) -> list[ReplyLine]:
    """What waits for somebody to read it, the oldest first; of people near the operator, or of nobody known."""
    rows = await db.fetch(OPEN, near(actor)[0])
    found = [row["person"] for row in rows if row["person"]]
    names = await people.seen(actor, found)
    await trail.viewed_all(actor, region=PROVINCE, people=found, what=inbox.MESSAGES, purpose=PURPOSE)
    return [_line(row, names) for row in rows if row["person"] is None or row["person"] in names]


@verb("notifications.finish_reply", N_("Put a text aside"), "operator")
async def finish_reply(actor: Actor, reply: UUID) -> None:
    """Somebody looked after it."""
    async with db.transaction():
        if await db.fetchval(DONE, reply, actor.acting, clock.now(), near(actor)[0]) is None:
            raise NoSuchReply(next_step=("/desk/replies", N_("See the texts")))
        await announce(actor, ReplyRead(region=PROVINCE, subject=reply))


async def received_held(person: UUID) -> list[ReceivedHeld]:
    """What the person sent, for their own eyes."""
    return [
        ReceivedHeld(body=legible(row["id"], "body", row["body"], "received"), state=row["state"], at=row["at"])
        for row in await db.fetch(HELD, person)
    ]


async def _went_there(phone: str) -> list[Any]:
    """What went to a number lately, of whose it still is: whoever has a number that was taken away is a stranger."""
    rows = await db.fetch(WENT_THERE, phone_indexes(phone), clock.now() - SINCE)
    owners = {row["person"] for row in rows}
    now = {each for each in owners if phone in (await people.number(each), *await reach.all_phones(each))}
    return [row for row in rows if row["person"] in now]


async def _whose(phone: str, rows: list[Any]) -> list[UUID]:
    """Everybody whose number it is: whom we wrote to there, and whose account has it, however long we were silent."""
    owner = await people.owner(phone) if phone else None
    return list(dict.fromkeys([*(row["person"] for row in rows), *([owner] if owner else [])]))


async def _switched(whose: list[UUID], phone: str, said: str, latest: Any) -> None:
    """No more texts, or texts again; one text confirms it, when it changed anything and not without end."""
    switch = wishes.stop_texts if said == "stop" else wishes.start_texts
    if not any([await switch(_by_text(person)) for person in whose]):
        return
    try:
        await rate.check("texts-switched", phone_index(phone).hex()[:32], limit=CONFIRMED[0], per=CONFIRMED[1])
    except TooMany:
        return
    lang = latest["lang"] if latest else (await reach.wish_of(whose[0])).lang or DEFAULT
    to = Receiver(phone=phone, lang=lang, plain=bool(latest and latest["plain"]))
    await sending.send(GATEWAY, to, STOPPED if said == "stop" else STARTED, {}, about=ids.new())


async def _elsewhere(phone: str) -> UUID | None:
    """What another system had written, when nothing went to this number after it."""
    row = await db.fetchrow(LAST_THERE, phone_indexes(phone), clock.now() - ELSEWHERE)
    if row is None or row["person"] is not None or row["about"] is None:
        return None
    about: UUID = row["about"]
    return about if any([await owns(phone, about) for owns in _systems]) else None


def _ambiguous(asked: list[Any]) -> bool:
    """Whether several things that still matter wait for an answer: nobody loses the wrong one by a short "2"."""
    now = clock.now()
    waiting = [row for row in asked if row["read_at"] is None and (row["expires"] is None or row["expires"] > now)]
    return len({row["about"] for row in (asked[0], *waiting)}) > 1


async def _done(asked: Any, said: str) -> bool:
    """Do it as the person; what is refused leaves nothing behind, and an operator sees the text."""
    actor = _by_text(asked["person"])
    try:
        async with db.transaction():
            await _answers[asked["template"]](actor, asked["about"], said == "yes")
            await inbox.read_message(actor, asked["id"])
            await announce(actor, MessageAnswered(region=PROVINCE, subject=asked["id"], answer=said))
    except Problem:
        return False
    return True


def _by_text(person: UUID) -> Actor:
    """The person, from the number that their messages go to."""
    return Actor(acting=person, principal=person, channel="phone", roles=frozenset({"resident"}))


def _line(row: Any, names: dict[UUID, Any]) -> ReplyLine:
    phone = legible(row["id"], "phone", row["phone"], "received")
    return ReplyLine(
        id=row["id"], person=row["person"], name=names[row["person"]].name if row["person"] else "",
        phone_masked=masks.phone(phone) if phone.isdigit() else "", at=row["at"], answers=row["title"] or TITLE,
        body=legible(row["id"], "body", row["body"], "received"),
    )  # fmt: skip
