"""The provider of the demonstration, played by hand: its reports are signed and taken like any other's."""

import re
from email.message import EmailMessage
from typing import Literal
from uuid import UUID

import asyncpg
import msgspec

from backend.core import crypto, db, masks
from backend.core.actor import ANONYMOUS
from backend.core.problems import NotFound
from backend.core.schemas import Page
from backend.notifications.adapters import local, smtp
from backend.notifications.adapters.signing import signed
from backend.notifications.rules import masked_email
from backend.notifications.schemas import SentLine
from backend.notifications.sealed import legible, unseal
from backend.notifications.service.callbacks import callback
from backend.notifications.service.deliveries import address_of_row, outgoing
from backend.settings import settings

Event = Literal["delivered", "failed", "received"]
COLUMNS = """d.id, d.channel, d.state, d.cost, coalesce(d.sent_at, d.created) AS at, m.id AS message, m.person, m.phone,
    m.title, m.body, m.lang, m.place, m.next_href, m.next_text, m.urgency, m.expires, m.address, m.subject, m.leave,
    m.many, m.plain, e.id AS email_id, e.address AS email"""
SENT = f"""SELECT {COLUMNS} FROM notifications_delivery d
    JOIN notifications_message m ON m.region = d.region AND m.id = d.message
    LEFT JOIN notifications_email e ON d.channel = 'email' AND e.region = m.region AND e.person = m.person
        AND e.confirmed IS NOT NULL
    WHERE d.region = '000000' AND d.sent_at IS NOT NULL AND d.channel NOT IN ('call', 'visit')"""
STYLES = re.compile(r'<style>.*?</style>| style="[^"]*"', re.DOTALL)
LATEST = f"""{SENT} AND ($2 = '' OR d.channel = $2) AND ($3::uuid IS NULL OR d.id < $3)
    ORDER BY d.id DESC LIMIT $1"""
PAGE = 6  # what three screens of a phone hold
# Numbers are sealed: whose last digits match is found by looking, so far back and no further.
LOOKED_AT, LOOKS = 200, 10
ONE = f"{SENT} AND d.id = $1"


async def sent_here(
    limit: int = PAGE, *, channel: str = "", ends: str = "", before: UUID | None = None
) -> Page[SentLine]:
    """What the local gateway was given, the latest first; only the demonstration may show it.

    ``ends``: only what went to numbers or addresses that end so, as far as they are shown.
    """
    found: list[SentLine] = []
    for _ in range(LOOKS):
        rows = await db.fetch(LATEST, LOOKED_AT if ends else limit + 1, channel, before)
        found += [each for each in map(_line, rows) if each.phone_masked.endswith(ends)]
        if len(found) > limit or not ends or len(rows) < LOOKED_AT:
            break
        before = rows[-1]["id"]
    return Page(items=found[:limit], next=str(found[limit - 1].id) if len(found) > limit else None)


async def one_sent(delivery: UUID) -> SentLine:
    """One of them."""
    return _line(await _row(delivery))


async def email_sent(delivery: UUID) -> bytes:
    """An e-mail whole, as it travels (RFC 5322); any mail program opens it."""
    return (await _email(delivery)).as_bytes()


async def email_page_sent(delivery: UUID) -> str:
    """The page in an e-mail without its styles, which the policy of the portal would refuse anyway."""
    part = (await _email(delivery)).get_body(("html",))
    return STYLES.sub("", str(part.get_content())) if part else ""


async def _email(delivery: UUID) -> EmailMessage:
    row = await _row(delivery)
    if row["channel"] != "email":
        raise NotFound()
    return smtp.whole(outgoing(row))


async def play(delivery: UUID, event: Event, text: str = "") -> None:
    """Report as a provider does: with a signature, a fresh time and a new nonce."""
    row = await _row(delivery)
    said: dict[str, object] = {"event": event}
    if event == "received":
        said |= {"from": unseal(row["message"], "phone", row["phone"]), "text": text}
    else:
        said |= {"id": str(delivery), "reason": "switched-off" if event == "failed" else ""}
    body = msgspec.json.encode(said)
    await callback(ANONYMOUS, row["channel"], signed(local.SECRET, crypto.token(), body), body)


async def _row(delivery: UUID) -> asyncpg.Record:
    row = await db.fetchrow(ONE, delivery) if settings().demo else None
    if row is None:
        raise NotFound()
    return row


def _where(row: asyncpg.Record) -> str:
    """The number or address it went to, masked."""
    if row["channel"] == "email":
        return masked_email(address_of_row(row))
    return masks.phone(legible(row["message"], "phone", row["phone"]))


def _line(row: asyncpg.Record) -> SentLine:
    return SentLine(
        id=row["id"], channel=row["channel"], state=row["state"], cost=row["cost"], at=row["at"], title=row["title"],
        phone_masked=_where(row), lang=row["lang"],
        body=legible(row["message"], "body", row["body"]),
    )  # fmt: skip
