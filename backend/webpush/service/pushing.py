"""Send to the browsers of a person, and hear from them that a message was shown."""

import asyncio
from datetime import datetime
from typing import Any
from uuid import UUID

import httpx
import msgspec

from backend.core import clock, crypto, db
from backend.core.actor import PROVINCE, Actor
from backend.core.ahead import Ahead
from backend.core.events import announce
from backend.core.log import logger
from backend.core.outbound import client, guarded
from backend.core.policy import PUBLIC, inner, verb
from backend.core.problems import NotFound
from backend.core.words import N_, words
from backend.settings import settings
from backend.webpush import rules, vapid
from backend.webpush.events import PushShown
from backend.webpush.schemas import Note, Pushed, Receipt
from backend.webpush.sealed import unseal
from backend.webpush.service.subscribing import drop

OF_PERSON = """SELECT id, endpoint, browser_key, auth, key_id, service, lang, refused FROM webpush_subscription
    WHERE region = '000000' AND person = $1 AND (expires IS NULL OR expires > $2) ORDER BY id DESC LIMIT 50"""
ANY = """SELECT DISTINCT person FROM webpush_subscription
    WHERE region = '000000' AND person = ANY ($1::uuid[]) AND (expires IS NULL OR expires > $2)"""
ACCEPTED = "UPDATE webpush_subscription SET refused = 0 WHERE region = '000000' AND id = $1 AND refused > 0"
REFUSED = "UPDATE webpush_subscription SET refused = refused + 1 WHERE region = '000000' AND id = $1"
SHOWN = """UPDATE webpush_subscription SET received = $3, shown = $2
    WHERE region = '000000' AND id = $1 AND shown IS DISTINCT FROM $2 RETURNING id"""
PROOF = "push-receipt"
URGENCY = {"normal": "normal", "urgent": "high"}


class NotOurs(NotFound):
    """This receipt was not made by us."""

    code, title = "no-such-receipt", N_("We do not know this message")


async def reachable(person: UUID) -> bool:
    """Whether the person has a browser that messages could be shown in."""
    return bool(await _ANY.of(person))


async def _any(people: list[UUID]) -> dict[UUID, bool]:
    return {row["person"]: True for row in await db.fetch(ANY, people, clock.now())}


_ANY = Ahead(_any)  # for all at once where many are told


@inner
async def push(actor: Actor, person: UUID, note: Note, *, transport: httpx.AsyncBaseTransport | None = None) -> Pushed:
    """Hand ``note`` to the push service of each browser of the person. A repeat replaces what was not yet shown.

    A browser that its service no longer knows is forgotten at once, one refused five times in a row too.
    """
    rows = [row for row in await db.fetch(OF_PERSON, person, clock.now()) if vapid.known(row["key_id"])]
    if not rows:
        return Pushed()
    async with client(transport or guarded()) as http:
        answers = await asyncio.gather(*(_answered(http, row, note) for row in rows))
    accepted, waits = 0, []
    for row, (said, again) in zip(rows, answers, strict=True):
        accepted += said == "accepted"
        waits += [again] if said == "later" and again else []
        await _note(actor, row, said)
    return Pushed(accepted=accepted, again=min(waits) if waits and not accepted else None)


@verb("webpush.push_shown", N_("Say that a message was shown"), PUBLIC)
async def push_shown(actor: Actor, receipt: Receipt) -> None:
    """The service worker says so with the proof that came with the message. A repeat changes nothing."""
    if not crypto.signed(PROOF, f"{receipt.message}:{receipt.browser}", receipt.proof):
        raise NotOurs()
    async with db.transaction():
        if await db.fetchval(SHOWN, receipt.browser, receipt.message, clock.now()) is not None:
            await announce(actor, PushShown(region=PROVINCE, subject=receipt.message, browser=receipt.browser))


async def _answered(http: httpx.AsyncClient, row: Any, note: Note) -> tuple[rules.Answer, datetime | None]:
    """One browser that nobody can write to, such as with a key that cannot be read any more, holds back no other."""
    try:
        return await _post(http, row, note)
    except Exception as error:
        logger.log("error", "browser cannot be told", id=str(row["id"]), error=type(error).__name__)
        return "later", None


async def _post(http: httpx.AsyncClient, row: Any, note: Note) -> tuple[rules.Answer, datetime | None]:
    endpoint, now = unseal(row["id"], "endpoint", row["endpoint"]), clock.now()
    if not rules.service_of(endpoint, settings().push_hosts):
        return "gone", None  # a service that was allowed when the browser came, and is no more
    body = vapid.encrypt(
        endpoint, unseal(row["id"], "browser_key", row["browser_key"]), unseal(row["id"], "auth", row["auth"]),
        _content(row, note),
    )  # fmt: skip
    try:
        async with http.stream("POST", endpoint, content=body, headers=_headers(endpoint, row, note, now)) as answer:
            said, status = rules.answer(answer.status_code), answer.status_code
            again = now + rules.wait(answer.headers.get("retry-after", ""), now) if said == "later" else None
    except httpx.HTTPError as error:
        logger.log("warning", "push service not reached", service=row["service"], error=type(error).__name__)
        return "later", now + rules.BACKOFF
    if said != "accepted":
        level = "error" if status in (401, 403) else "warning"
        logger.log(level, "push not accepted", service=row["service"], status=status)
    return said, again


def _headers(endpoint: str, row: Any, note: Note, now: datetime) -> dict[str, str]:
    headers = {
        "authorization": vapid.authorization(endpoint, row["key_id"], now),
        "content-encoding": "aes128gcm",
        "content-type": "application/octet-stream",
        "ttl": str(rules.lasts(note.urgency, note.expires, now)),
        "urgency": URGENCY[note.urgency],
    }
    return headers | ({"topic": note.topic.hex} if note.topic else {})


def _content(row: Any, note: Note) -> bytes:
    """What the browser shows. A service abroad carries nothing of the matter, not even encrypted (个保法 art. 38)."""
    say = words(row["lang"]).gettext
    here = rules.inside(row["service"], settings().push_hosts)
    shown = {
        "title": say(note.title) if here and note.title else say(N_("You have a new message")),
        "body": say(N_("Press to read it in the portal.")),
        "href": note.href if here else "/messages",
        "tag": (note.topic or note.message).hex,
        "receipt": {
            "message": note.message,
            "browser": row["id"],
            "proof": crypto.sign(PROOF, f"{note.message}:{row['id']}"),
        },
    }
    return msgspec.json.encode(shown)


async def _note(actor: Actor, row: Any, said: rules.Answer) -> None:
    if said == "accepted":
        await db.execute(ACCEPTED, row["id"])
    elif said == "gone" or (said == "refused" and row["refused"] + 1 >= rules.GIVEN_UP):
        await drop(actor, row["id"], "gone" if said == "gone" else "refused")
    elif said == "refused":
        await db.execute(REFUSED, row["id"])
