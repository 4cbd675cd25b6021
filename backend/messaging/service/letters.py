"""Letters of other systems as files: those that we set, and those that come finished."""

from uuid import UUID

from backend.core import clock, crypto, db, ids, rate
from backend.core.actor import Actor
from backend.core.policy import PUBLIC, verb
from backend.core.sealing import place
from backend.core.words import N_
from backend.messaging import seam
from backend.messaging.adapters import pdf
from backend.messaging.schemas import Caller, LetterFileRequest, Notice
from backend.messaging.sealed import seal, unseal
from backend.messaging.service.common import KeyRefused, NoticeRefused
from backend.messaging.service.files import counted
from backend.messaging.service.sending import RATE, enter, notice
from backend.notifications import service as notifications

KIND = "messaging-letter"
KEEP = """INSERT INTO messaging_letter (region, id, pages, postage, secret, content, created)
    VALUES ($1, $2, $3, $4, $5, $6, $7)"""
FILE = "SELECT secret, content FROM messaging_letter WHERE id = $1"


@verb("messaging.send_finished_letter", N_("Send a finished letter for another system"), PUBLIC)
async def send_finished_letter(actor: Actor, caller: Caller, wanted: LetterFileRequest) -> Notice:
    """Take a letter that is a file; where it goes is what the window of its envelope shows."""
    await rate.check("v2", f"{caller.service}:{caller.kind}", limit=RATE, per=60)
    if caller.kind == "team":
        raise KeyRefused("Cannot send letters with a team api key")
    await counted(caller)
    judged = await pdf.judge("letter", wanted.pdf)
    if judged.wrong:
        raise NoticeRefused(f"Letter content {judged.wrong}")
    new = ids.new()
    async with db.transaction():
        await _keep(actor, caller, wanted, new, "\n".join(judged.address), judged.pages)
    return await notice(actor, caller, new)


@verb("messaging.letter_pdf", N_("See a letter of another system as it is printed"), PUBLIC)
async def letter_pdf(actor: Actor, caller: Caller, notice_id: UUID) -> bytes:
    """The letter as a file: as it came, or as we set it."""
    found = await notice(actor, caller, notice_id)
    if found.kind != "letter":
        raise NoticeRefused("Notification is not a letter", "ValidationError")
    if found.template is None:
        return await file_of(notice_id)
    return await notifications.letter_pdf(found.recipient, found.subject, found.body, found.created)


async def file_of(notice_id: UUID) -> bytes:
    """The file of a finished letter; empty when it is forgotten."""
    row = await db.fetchrow(FILE, notice_id)
    if row is None:
        return b""
    secret = unseal(KIND, notice_id, "secret", row["secret"])
    return crypto.unlock(row["content"], secret, place(KIND, "content", notice_id))


async def _keep(actor: Actor, caller: Caller, wanted: LetterFileRequest, new: UUID, address: str, pages: int) -> None:
    """Under a key of its own, which is sealed: a new root key has a few bytes to move, not the letters."""
    now, secret, tested = clock.now(), crypto.token(), caller.kind == "test"
    locked = crypto.lock(wanted.pdf, secret, place(KIND, "content", new))
    await db.execute(KEEP, caller.region, new, pages, wanted.postage, seal(KIND, new, "secret", secret), locked, now)
    if not tested:
        await seam.send_letter_file(actor, address, about=new)
    status = "delivered" if tested else "sending"
    await enter(actor, caller, new, "letter", address, wanted.reference, status)


notifications.encloses(seam.FINISHED, file_of)
