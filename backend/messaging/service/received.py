"""收到的短信: a text message that came in belongs to the system that wrote to the number last, or to the city.

Which that is, is decided once, in the moment it comes in (``notifications/service/texts.py``): of all that was sent to
the number, ours included, the last one counts, and for a week. By a test key nothing is sent.
"""

from typing import Any
from uuid import UUID

from backend.core import clock, crypto, db, ids
from backend.core.actor import PROVINCE, Actor
from backend.core.events import Announcement, announce, on
from backend.core.policy import PUBLIC, inner, verb
from backend.core.sealing import legible
from backend.core.words import N_
from backend.identity import service as identity
from backend.messaging.events import TextReceived
from backend.messaging.schemas import Caller, ReceivedLine
from backend.messaging.sealed import recipient_indexes, seal
from backend.messaging.service.emergencies import acknowledge_by_text
from backend.notifications import service as notifications
from backend.notifications.events import TextArrived

PAGE = 50
ADD = """INSERT INTO messaging_received (region, id, service, phone, body, created) VALUES ($1, $2, $3, $4, $5, $6)"""
SENT_BY = """SELECT region, service FROM messaging_notice
    WHERE recipient_index = ANY($1::bytea[]) AND id = $2 AND kind = 'sms'"""
LIST = """SELECT id, phone, body, created FROM messaging_received
    WHERE region = $1 AND service = $2 AND id < $3 ORDER BY id DESC LIMIT $4"""
GATEWAY = Actor.system("gateway")
LAST = UUID(int=2**128 - 1)


@on(TextArrived)
async def take_in(event: TextArrived, row: Announcement) -> None:
    """What came back is also for the system that wrote; a repeat is kept twice, which its reader can bear."""
    phone, words = await notifications.text_that_came(GATEWAY, event.subject)
    await receive_text(GATEWAY, phone, words, about=event.about)


@inner
async def receive_text(actor: Actor, phone: str, words: str, *, about: UUID | None = None) -> UUID | None:
    """Keep a text message that the gateway brought, for the system whose message it is ``about``, else for nobody.

    Nothing when the number is none of ours.
    """
    known = identity.phone_fingerprint(phone)
    if known is None:
        return None
    new, now, digits = ids.new(), clock.now(), known[0]
    row = await db.fetchrow(SENT_BY, recipient_indexes(digits), about) if about else None
    region, service = (row["region"], row["service"]) if row else (PROVINCE, None)
    async with db.transaction():
        body = crypto.seal(words[:1000], b"messaging-received:body:" + new.bytes)
        sealed = seal("messaging-received", new, "phone", digits)
        await db.execute(ADD, region, new, service, sealed, body, now)
        await announce(actor, TextReceived(region=region, subject=new, service=service))
        await acknowledge_by_text(actor, digits, words, elsewhere=about is not None)
    return new


@verb("messaging.received_texts", N_("See text messages that came in for another system"), PUBLIC)
async def received_texts(
    actor: Actor, caller: Caller, *, older_than: UUID | None = None, limit: int = PAGE
) -> list[ReceivedLine]:
    """What came in for the service, the newest first."""
    rows = await db.fetch(LIST, caller.region, caller.service, older_than or LAST, limit)
    return [_line(row) for row in rows]


async def owns(digits: str, about: UUID) -> bool:
    """Whether this was a text of another system to this number."""
    return await db.fetchrow(SENT_BY, recipient_indexes(digits), about) is not None


notifications.use_systems(owns)


def _line(row: Any) -> ReceivedLine:
    phone, body = (legible("messaging-received", row["id"], name, row[name]) for name in ("phone", "body"))
    return ReceivedLine(id=row["id"], phone=phone, body=body, created=row["created"])
