"""What gateways report, signed: it arrived, it failed, somebody sent a text. Each report is taken once."""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

import msgspec

from backend.core import clock, db
from backend.core.actor import Actor
from backend.core.log import logger
from backend.core.policy import PUBLIC, verb
from backend.core.problems import BadRequest, Conflict, Forbidden
from backend.core.words import N_
from backend.notifications import rules
from backend.notifications.adapters import signing
from backend.notifications.adapters.secrets import PROVIDERS, secret_of
from backend.notifications.schemas import Callback
from backend.notifications.service import ends, texts
from backend.notifications.service.chain import follow

# Gateways may share one secret, and what is signed does not name them: a nonce counts for all of them.
FIRST = """INSERT INTO notifications_nonce (region, provider, nonce, at) SELECT '000000', $1, $2, $3
    WHERE NOT EXISTS (SELECT 1 FROM notifications_nonce
        WHERE region = '000000' AND provider = ANY ($4::text[]) AND nonce = $2)
    ON CONFLICT DO NOTHING RETURNING nonce"""
# Also when it is late: then nobody needs to be told by the way that was taken meanwhile.
ARRIVED = """UPDATE notifications_delivery SET state = 'delivered', ended = $3, reason = '', cost = coalesce($4, cost)
    WHERE region = '000000' AND id = $1 AND channel = $2
        AND (state IN ('queued', 'sent') OR (state = 'failed' AND reason = 'late')) RETURNING message"""
FAILED = """UPDATE notifications_delivery SET state = 'failed', ended = $3, reason = $4, cost = coalesce($5, cost)
    WHERE region = '000000' AND id = $1 AND channel = $2 AND state IN ('queued', 'sent') RETURNING message"""
KNOWN = """UPDATE notifications_message SET state = 'delivered'
    WHERE region = '000000' AND id = $1 AND state IN ('queued', 'sent', 'calling', 'failed', 'unsent', 'unreached')
    RETURNING id"""
# What is urgent goes on by the other machines; a person need not ring any more.
SPARED = """UPDATE notifications_delivery d SET state = 'dropped', reason = 'arrived', ended = $2
    WHERE region = '000000' AND message = $1 AND state = 'queued' AND (channel IN ('call', 'visit') OR EXISTS (
        SELECT 1 FROM notifications_message m
        WHERE m.region = '000000' AND m.id = d.message AND m.urgency = 'normal'))"""
OF_MESSAGE = """SELECT id FROM notifications_delivery
    WHERE region = '000000' AND message = $1 AND channel = $2 AND state <> 'delivered'"""
FORGET = "DELETE FROM notifications_nonce WHERE region = '000000' AND at < $1"
KEPT = timedelta(seconds=4 * signing.WINDOW)
# Whoever prints our letters has a secret too, but brings no texts: those do what the person says.
PHONES = frozenset({"sms", "voice"})
REASON = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-")


class CallbackRefused(Forbidden):
    """The same for a wrong signature, an old one, and a provider that nobody knows."""

    code, title = "callback-refused", N_("This report is not signed as agreed")


class CallbackRepeated(Conflict):
    """The nonce was used before."""

    code, title = "callback-repeated", N_("This report was taken already")


class CallbackUnreadable(BadRequest):
    """Signed, but no report."""

    code, title = "callback-unreadable", N_("We cannot read this report")


@verb("notifications.callback", N_("Report what became of a message"), PUBLIC)
async def callback(actor: Actor, provider: str, headers: Mapping[str, str], body: bytes) -> None:
    """Take one report. The signature is checked before anything of it is read."""
    secret = secret_of(provider) if provider in PROVIDERS else ""
    if not signing.believable(secret, headers, body):
        raise CallbackRefused()
    try:
        said = msgspec.json.decode(body, type=Callback)
    except (msgspec.DecodeError, RecursionError) as error:
        raise CallbackUnreadable() from error
    if said.event == "received" and provider not in PHONES:
        raise CallbackUnreadable()
    async with db.transaction():
        if await db.fetchval(FIRST, provider, headers[signing.NONCE], clock.now(), sorted(PROVIDERS)) is None:
            raise CallbackRepeated()
        message = await _take(provider, said)
    await ends.messages_went_on([message] if message else [])


async def arrived(message: UUID, channel: str) -> None:
    """A channel that knows messages, not deliveries, says that one was shown. A repeat changes nothing."""
    delivery = await db.fetchval(OF_MESSAGE, message, channel)
    if delivery is not None:
        async with db.transaction():
            await _take(channel, Callback(event="delivered", id=delivery))


async def bounced(report: bytes) -> bool:
    """What a mail server reports about an e-mail; whether it was about one of ours that was on its way."""
    found = rules.bounced(report)
    if found is None:
        return False
    async with db.transaction():
        message = await _take("email", Callback(event="failed", id=found[0], reason=found[1]))
    await ends.messages_went_on([message] if message else [])
    return message is not None


async def forget_callbacks() -> None:
    """Nonces are needed only as long as a signature is fresh."""
    await db.execute(FORGET, clock.now() - KEPT)


async def _take(provider: str, said: Callback) -> UUID | None:
    """Do what a report says; the message that it was about, if any."""
    now = clock.now()
    if said.event == "received":
        await texts.received(said.sender, said.text)
        return None
    if said.event == "delivered":
        message: UUID | None = await db.fetchval(ARRIVED, said.id, provider, now, said.cost)
        if message is not None and await db.fetchval(KNOWN, message) is not None:
            await db.execute(SPARED, message, now)
    else:
        reason = said.reason.strip().lower().replace(" ", "-")[:40]
        kept = reason if reason and REASON.issuperset(reason) else "refused"
        message = await db.fetchval(FAILED, said.id, provider, now, kept, said.cost)
        if message is not None:
            await follow(message)
    if message is None:
        logger.log("warning", "report about nothing", provider=provider, event=said.event, id=str(said.id))
    return message
