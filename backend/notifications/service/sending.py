"""Tell people. A message is a row in the caller's transaction: sent if, and only if, what it tells has happened."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from backend.core import bells, clock, db, gathering, ids, masks
from backend.core.actor import Actor
from backend.core.policy import inner
from backend.core.problems import Unavailable
from backend.core.words import N_, words
from backend.notifications import adapters, rules
from backend.notifications.schemas import MessageHeld, MessageLine, Receiver, Template
from backend.notifications.sealed import legible, phone_index, phone_indexes, seal
from backend.notifications.service import chain, reach
from backend.notifications.service.wording import say
from backend.settings import settings

# One statement: the message and its first deliveries, or, when it was told before, neither.
ADD = """WITH told AS (INSERT INTO notifications_message
        (region, id, person, phone, template, channel, lang, body, about, once, state, tries, created, next_try,
        title, next_href, next_text, urgency, scope, item, place, door, expires, phone_index, guard, machines,
        address, subject, many, leave, plain)
    VALUES ('000000', $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,
        $21, $22, $23, $24, $29, $30, $31, $32, $33)
    ON CONFLICT (region, once) DO NOTHING RETURNING id)
    INSERT INTO notifications_delivery (region, id, message, person, channel, state, rank, created, next_try)
    SELECT '000000', d.id, told.id, $2, d.channel, 'queued', $25, $11, d.due
    FROM told, unnest($26::uuid[], $27::text[], $28::timestamptz[]) AS d (id, channel, due)"""
LATEST = """SELECT id, phone, template, channel, body, state, created FROM notifications_message
    WHERE region = '000000' ORDER BY id DESC LIMIT $1"""

OF_PERSON = """SELECT id, template, channel, body, state, created FROM notifications_message
    WHERE region = '000000' AND person = $1 ORDER BY id DESC LIMIT 5000"""
# Codes go to a number before anybody is known by it.
DROP = """DELETE FROM notifications_message
    WHERE region = '000000' AND phone_index = ANY ($1::bytea[]) AND person IS NULL AND created > $2"""
COPY = N_("A copy for you of what we told {who}: {text}")
NOBODYS = timedelta(days=7)  # how long a message to a bare number is kept
FORGET_NOBODYS = """DELETE FROM notifications_message WHERE region = '000000' AND id IN (
    SELECT id FROM notifications_message WHERE region = '000000' AND person IS NULL AND created < $1 LIMIT $2)"""
FORGET = """DELETE FROM notifications_message WHERE region = '000000' AND id IN (
    SELECT id FROM notifications_message WHERE region = '000000' AND created < $1
        AND (person IS NULL OR person <> ALL ($3::uuid[])) LIMIT $2)"""


class SmsNotConfigured(Unavailable):
    """No gateway is set and the demonstration is off: no text message can leave."""

    code, title = "sms-not-configured", N_("We cannot send text messages at the moment")


def require_sms() -> None:
    """Raise ``SmsNotConfigured`` when a text message would reach nobody."""
    if not settings().demo and not settings().sms_gateway_url:
        raise SmsNotConfigured(
            N_("Please call us or come to a hall; we help you there."), next_step=("/halls", N_("Find a hall"))
        )


@inner
async def send(
    actor: Actor,
    to: Receiver,
    template: Template,
    values: dict[str, str],
    *,
    about: UUID | None = None,
    once: str = "",
    item: str = "",
    expires: datetime | None = None,
    copy_of: str = "",
    subject: str = "",
    leave: str = "",
) -> None:
    """Store a message in the receiver's language. ``once`` (e.g. event id and template) makes a repeat harmless.

    ``actor`` is who causes the message; the announcement it goes with keeps that on record. ``item`` is the service
    item that it is about, ``expires`` when it no longer matters. ``copy_of`` is whose message this is a copy of.
    ``subject`` heads an e-mail or a letter to a bare address, sealed as its words are; ``leave`` unsubscribes it.
    """
    new, now = ids.new(), clock.now()
    wish = await reach.wish_of(to.person) if to.person else reach.NOBODY
    to = await _wished(to, template, wish)
    urgency, machines = _urgency(to, template), _machines(to, template, copy_of)
    legs = await chain.first_legs(to, template, wish, urgency, machines=machines)
    body = await _body(to, template, values, copy_of)
    href, following = template.next
    await gathering.do(_add, (
        new, to.person, seal(new, "phone", to.phone), template.id, _kept(to.channel), to.lang,
        seal(new, "body", body), about, once or None, _first_state(legs), now,
        legs[0].due if legs else now, template.title, href.format(about=about or ""), following, urgency,
        template.scope, item, to.place, _kept(to.channel) == "letter", expires,
        phone_index(to.phone) if to.phone else None, template.guard, machines,
        rules.rank(urgency, soon=template.spoken, many=template.many), [each.id for each in legs],
        [each.channel for each in legs], [each.due for each in legs],
        seal(new, "address", to.address), seal(new, "subject", subject), template.many,
        seal(new, "leave", leave), to.plain,
    ))  # fmt: skip
    if legs:
        bells.ring("queued")


async def _add(rows: list[tuple[Any, ...]]) -> None:
    """All messages of a batch in one round of pipelining."""
    if len(rows) == 1:
        await db.execute(ADD, *rows[0])
    else:
        await db.executemany(ADD, rows)


async def _wished(to: Receiver, template: Template, wish: reach.Wish) -> Receiver:
    """The receiver as they wish to be told; what guards the account goes to its own number, not by letter."""
    if to.person is None:
        return to
    if template.guard:
        channel = chain.VISIT if not to.phone else "sms" if to.channel == "letter" else to.channel
        return msgspec.structs.replace(to, channel=channel, lang=wish.lang or to.lang)
    first = await reach.first_phone(to.person)
    phone = first or to.phone
    if phone:  # whom somebody was to go to for want of a number can be rung there
        channel = "call" if to.channel == chain.VISIT else to.channel
    else:
        channel = to.channel if to.channel == chain.VISIT else await _without_number(to.person)
    return msgspec.structs.replace(to, phone=phone, channel=channel, lang=wish.lang or to.lang)


async def _without_number(person: UUID) -> str:
    """Machines that need no number come first; where there are none somebody goes there."""
    return "sms" if await adapters.ways(person, "") & rules.QUICK else chain.VISIT


async def latest(limit: int = 50) -> list[MessageLine]:
    """The newest messages of the installation, readable; only the demonstration may show them."""
    return [
        MessageLine(
            id=row["id"],
            phone_masked=masks.phone(legible(row["id"], "phone", row["phone"])),
            template=row["template"],
            channel=row["channel"],
            body=legible(row["id"], "body", row["body"]),
            state=row["state"],
            created=row["created"],
        )
        for row in await db.fetch(LATEST, limit)
    ]


async def messages_of(person: UUID) -> list[MessageHeld]:
    """What was sent to a person, readable, for their own eyes."""
    return [
        MessageHeld(
            template=row["template"], channel=row["channel"], body=legible(row["id"], "body", row["body"]),
            state=row["state"], created=row["created"],
        )
        for row in await db.fetch(OF_PERSON, person)
    ]  # fmt: skip


async def forget_number(digits: str) -> int:
    """Delete what was sent to a number without a person, such as codes; returns how many messages that were."""
    since = clock.now() - NOBODYS - timedelta(days=1)
    return int((await db.execute(DROP, phone_indexes(digits), since)).rpartition(" ")[2])


async def forget(before: datetime, limit: int, spared: list[UUID]) -> int:
    """Delete messages past their term; those to a bare number go after a week."""
    nobodys = await db.execute(FORGET_NOBODYS, clock.now() - NOBODYS, limit)
    rest = limit - int(nobodys.rpartition(" ")[2])
    return limit - rest + int((await db.execute(FORGET, before, max(rest, 0), spared)).rpartition(" ")[2])


async def _body(to: Receiver, template: Template, values: dict[str, str], copy_of: str) -> str:
    """The words for this receiver; a copy says whose message it is."""
    text = await say(to, template, values)
    return words(to.lang, to.plain).gettext(COPY, who=copy_of, text=text) if copy_of else text


def _machines(to: Receiver, template: Template, copy_of: str) -> bool:
    """Whether nobody rings or knocks when machines fail: a copy, a secret, a code that is read out.

    Nor what is wanted now and would have to be brought to a door: nobody gets there in time.
    """
    return bool(copy_of) or template.machines or (template.spoken and (to.channel == "call" or not to.phone))


def _urgency(to: Receiver, template: Template) -> str:
    """What guards the account is urgent as a text; a person calls about it by day."""
    if template.emergency:
        return "emergency"
    return "urgent" if template.urgent or (template.guard and to.channel == "sms") else "normal"


def _kept(channel: str) -> str:
    """The first channel as it is kept: who is visited gets a letter brought along."""
    return "letter" if channel == chain.VISIT else channel


def _first_state(legs: list[chain.Leg]) -> str:
    """Machines begin, or a person does; where nothing is set up the message stays in the inbox."""
    if not legs:
        return "shown" if settings().demo else "unsent"
    return "calling" if legs[0].by_person else "queued"
