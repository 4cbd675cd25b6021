"""Files that go by e-mail: the message has a link, the file waits here for whoever has it, and then it is gone.

A file is locked under the token of its link. The token stands in the e-mail and in no row that outlives its sending
(a message to a bare address is forgotten after a week), so nobody reads the file without it: not from a dump, and not
with our keys. Whole, not in pieces: 2 MB are in memory once as they came, once as they are kept.
"""

import asyncio
import hmac
import secrets
from collections.abc import Iterable
from datetime import timedelta
from hashlib import sha256
from typing import Any, NamedTuple
from uuid import UUID

from backend.core import clock, crypto, db, ids, rate
from backend.core.actor import Actor
from backend.core.events import announce
from backend.core.policy import PUBLIC, verb
from backend.core.problems import Invalid, NotFound, TooMany
from backend.core.sealing import place
from backend.core.words import N_
from backend.identity import service as identity
from backend.messaging import rules
from backend.messaging.adapters import pdf
from backend.messaging.events import FileDownloaded
from backend.messaging.schemas import Caller, FileAsk, FileGiven, FileOffer, Upload
from backend.messaging.sealed import seal, unseal
from backend.messaging.service.common import NoticeRefused, TooManyFiles, origin

KIND = "messaging-file"
A_DAY = 2000  # files of one service, letters and links together
TRIES, WRONG = 10, 30  # to say the address: in an hour; wrong ones in all, then the link is dead
TESTED = "test-file"  # where the link of a test key leads: to nothing
HIDDEN = "…"  # what stands for a token in what we keep of the message
ADD = """INSERT INTO messaging_file (region, id, service, notice, sender, organisation, token_hash, kind, size, name,
        recipient, confirm, content, created, until)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)"""
_FOUND = """SELECT region, id, service, sender, organisation, kind, size, name, recipient, confirm, until{more}
    FROM messaging_file WHERE token_hash = $1 AND until > $2 AND wrong < $3"""
FOUND, WHOLE = _FOUND.format(more=""), _FOUND.format(more=", content")
COUNT = "UPDATE messaging_file SET wrong = wrong + 1 WHERE region = $1 AND id = $2"
FORGET = """DELETE FROM messaging_file WHERE (region, id) IN (
    SELECT region, id FROM messaging_file WHERE until <= $1 LIMIT $2)"""


class NoSuchFile(NotFound):
    """No file waits under this link; it is not told whether one ever did."""

    code, title = "no-such-file", N_("This file is not here")

    def __init__(self) -> None:
        super().__init__(
            N_("Its time is over, or the link is not whole. Open it in the e-mail once more, or ask who sent it."),
        )


class Waiting(NamedTuple):
    """A file that was looked at and is kept with its message."""

    upload: Upload
    kind: str
    token: str


def links(caller: Caller, uploads: dict[str, Upload]) -> dict[str, str]:
    """A link for each placeholder that has a file."""
    made = (TESTED if caller.kind == "test" else secrets.token_urlsafe(32) for _ in uploads)
    return {name: f"{origin()}/files/{token}" for name, token in zip(uploads, made, strict=True)}


async def looked_at(caller: Caller, uploads: dict[str, Upload], found: dict[str, str]) -> list[Waiting]:
    """The files as what they are; raises ``NoticeRefused`` for one that may not be sent."""
    waiting = []
    for name, upload in uploads.items():
        await counted(caller)
        try:
            kind = await asyncio.to_thread(rules.kind_of, upload.data, upload.name, csv=upload.csv)
        except rules.Unfit as error:
            raise NoticeRefused(str(error)) from None
        if kind == "pdf" and (wrong := (await pdf.judge("file", upload.data)).wrong):
            raise NoticeRefused(f"File {wrong}")
        waiting.append(Waiting(upload, kind, found[name].rpartition("/")[2]))
    return waiting


async def counted(caller: Caller) -> None:
    """One more file of the service today."""
    try:
        await rate.check("v2-files", str(caller.service), limit=A_DAY, per=86400)
    except TooMany as error:
        raise TooManyFiles(f"Exceeded send limits ({A_DAY} files) for today", "TooManyRequestsError") from error


async def keep(caller: Caller, notice: UUID, recipient: str, waiting: Iterable[Waiting]) -> None:
    """Lock the files under their tokens, in the transaction of their message."""
    sender = await identity.organisation_name(caller.organisation)
    for upload, kind, token in waiting:
        new, now = ids.new(), clock.now()
        locked = await asyncio.to_thread(crypto.lock, upload.data, token, place(KIND, "content", new))
        await db.execute(
            ADD, caller.region, new, caller.service, notice, caller.name, sender, _hash(token), kind,
            len(upload.data), seal(KIND, new, "name", upload.name), seal(KIND, new, "recipient", recipient),
            upload.confirm, locked, now, now + timedelta(weeks=upload.weeks),
        )  # fmt: skip


def hidden(text: str, waiting: Iterable[Waiting]) -> str:
    """The words of a message without what opens its files."""
    for each in waiting:
        text = text.replace(each.token, HIDDEN)
    return text


@verb("messaging.file", N_("See a file that waits"), PUBLIC)
async def file(actor: Actor, token: str) -> FileOffer:
    """What waits under a link. The link is the right."""
    row = await _row(token)
    return FileOffer(**{name: row[name] for name in FileOffer.__struct_fields__})


@verb("messaging.download_file", N_("Take a file that waits"), PUBLIC)
async def download_file(actor: Actor, token: str, asked: FileAsk) -> FileGiven:
    """The file, for whoever has the link and, where it is asked, says the address that it was sent to."""
    row = await _row(token)
    if row["confirm"] and not asked.email:
        raise Invalid({"email": N_("Enter an e-mail address, such as name@example.org")})
    await rate.check("file", str(row["id"]), limit=TRIES, per=3600)
    if row["confirm"] and not _theirs(row, asked.email):
        await db.execute(COUNT, row["region"], row["id"])
        raise Invalid(
            {"email": N_("The link was not sent to this address. Enter the one at which the e-mail arrived.")}
        )
    row = await _row(token, WHOLE)
    data = await asyncio.to_thread(crypto.unlock, row["content"], token, place(KIND, "content", row["id"]))
    async with db.transaction():
        event = FileDownloaded(region=row["region"], subject=row["id"], service=row["service"])
        await announce(actor, event)
    name = unseal(KIND, row["id"], "name", row["name"])
    return FileGiven(name=name or f"file.{row['kind']}", kind=row["kind"], data=data)


async def forget_files(limit: int = 200) -> int:
    """Delete files whose time is over; returns how many."""
    return int((await db.execute(FORGET, clock.now(), limit)).rpartition(" ")[2])


async def _row(token: str, sql: str = FOUND) -> Any:
    row = await db.fetchrow(sql, _hash(token), clock.now(), WRONG)
    if row is None:
        raise NoSuchFile()
    return row


def _theirs(row: Any, typed: str) -> bool:
    """Whether it is the receiver's address, whatever its capitals; compared in constant time."""
    kept = unseal(KIND, row["id"], "recipient", row["recipient"])
    return hmac.compare_digest(kept.casefold().encode(), typed.strip().casefold().encode())


def _hash(token: str) -> bytes:
    return sha256(token.encode()).digest()
