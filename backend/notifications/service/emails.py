"""电子邮箱: the e-mail address of a person. A code proves that it is theirs; the old one is used until then."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from backend.core import clock, crypto, db, ids
from backend.core.actor import PROVINCE, Actor
from backend.core.events import announce
from backend.core.policy import PUBLIC, RECENT, verb
from backend.core.problems import Gone, Invalid, NotFound, Unavailable
from backend.core.words import DEFAULT, N_
from backend.notifications import adapters, rules
from backend.notifications.adapters.mail import use_emails
from backend.notifications.events import (
    NoticeEmailAdded,
    NoticeEmailChanged,
    NoticeEmailConfirmed,
    NoticeEmailRemoved,
)
from backend.notifications.schemas import EmailCode, EmailHeld, EmailLine, EmailNew, EmailWish, Receiver, Template
from backend.notifications.sealed import email_index, legible, seal
from backend.notifications.service import proving, reach, sending
from backend.settings import settings

KIND = "notice-email"
CODE = Template(
    id="email-code", title=N_("Your six digits"),
    text=N_("{code} confirms that messages of the city portal may go to this address. Not expected? Then ignore it."),
    spoken=True,  # somebody waits for it
)  # fmt: skip
COLUMNS = "id, person, address, first, news, added, confirmed, code_hash, code_until, code_tries"
OF_PERSON = f"SELECT {COLUMNS} FROM notifications_email WHERE region = '000000' AND person = $1 ORDER BY confirmed, id"
ONE = f"SELECT {COLUMNS} FROM notifications_email WHERE region = '000000' AND person = $1 AND id = $2 FOR UPDATE"
USED = """SELECT id, address, first, news FROM notifications_email
    WHERE region = '000000' AND person = $1 AND confirmed IS NOT NULL"""
ALONE = "SELECT pg_advisory_xact_lock(hashtextextended($1::text, 19))"
NOT_WAITING = "DELETE FROM notifications_email WHERE region = '000000' AND person = $1 AND confirmed IS NULL"
ADD = """INSERT INTO notifications_email (region, id, person, address, address_index, added, code_hash, code_until)
    VALUES ('000000', $1, $2, $3, $4, $5, $6, $7)"""
TRIED = "UPDATE notifications_email SET code_tries = code_tries + 1 WHERE region = '000000' AND id = $1"
# What was wished for the old address holds for the one that takes its place.
REPLACED = """DELETE FROM notifications_email
    WHERE region = '000000' AND person = $1 AND confirmed IS NOT NULL RETURNING first, news"""
CONFIRM = """UPDATE notifications_email SET confirmed = $2, code_hash = NULL, code_until = NULL, first = $3, news = $4
    WHERE region = '000000' AND id = $1"""
CHANGE = "UPDATE notifications_email SET first = $2, news = $3 WHERE region = '000000' AND id = $1"
REMOVE = "DELETE FROM notifications_email WHERE region = '000000' AND person = $1 AND id = $2"
PERSON = "SELECT person FROM notifications_email WHERE region = '000000' AND id = $1 AND confirmed IS NOT NULL"
FORGET = "DELETE FROM notifications_email WHERE region = '000000' AND confirmed IS NULL AND added < $1"
KEPT = timedelta(days=1)
BACK = ("/messages/preferences", N_("How I am told"))
LEAVING = "unsubscribe"
WHO = ("resident", "operator", "clerk")


class NoSuchEmail(NotFound):
    """No address of this person has the id."""

    code, title = "no-such-email", N_("We do not find this address")


class EmailNotConfigured(Unavailable):
    """This installation has no way to send an e-mail."""

    code, title = "email-not-configured", N_("We do not send e-mails here")


class EmailCodeEnded(Gone):
    """Run out, or guessed at too often."""

    code, title = "email-code-ended", N_("This code no longer works")


@verb("notifications.add_email", N_("Enter an e-mail address for messages"), *WHO, fresh=RECENT)
async def add_email(actor: Actor, wanted: EmailNew, *, lang: str = DEFAULT, plain: bool = False) -> EmailLine:
    """Keep an address and send it a code; the one that was used before is used until the code was entered."""
    address = rules.email(wanted.email)
    if address is None:
        raise Invalid({"email": N_("Enter an e-mail address, such as name@example.org")})
    if not ready():
        raise EmailNotConfigured(next_step=BACK)
    mark = email_index(address)
    await proving.bounded(actor, "notice-email", "notice-email", mark)
    code, new, now = proving.fresh(), ids.new(), clock.now()
    async with db.transaction():
        await db.execute(ALONE, str(actor.person))
        used = await db.fetchrow(USED, actor.person)
        if used is not None and _address(used).lower() == address.lower():
            return await _line_of(actor, used["id"])
        await db.execute(NOT_WAITING, actor.person)
        sealed = seal(new, "address", address, KIND)
        await db.execute(ADD, new, actor.person, sealed, mark, now, proving.mark(new, code), now + rules.CODE_LIFE)
        to = Receiver(address=address, channel="email", lang=lang, plain=plain)
        await sending.send(actor, to, CODE, {"code": code}, about=new)
        await announce(actor, NoticeEmailAdded(region=PROVINCE, subject=new))
        return await _line_of(actor, new)


@verb("notifications.confirm_email", N_("Confirm an e-mail address for messages"), *WHO, fresh=RECENT)
async def confirm_email(actor: Actor, email: UUID, entered: EmailCode) -> None:
    """The code that arrived there; five tries. The try counts although the code was wrong."""
    async with db.transaction():
        await db.execute(ALONE, str(actor.person))
        row = await _mine(actor, email)
        if row["confirmed"] is not None:
            return
        if proving.over(row):
            raise EmailCodeEnded(N_("Enter the address again; then we send a new code."), next_step=BACK)
        good = proving.fits(row, entered.code)
        if good:
            before = await db.fetchrow(REPLACED, actor.person)
            wishes = (before["first"], before["news"]) if before else (False, True)
            await db.execute(CONFIRM, email, clock.now(), *wishes)
            await announce(actor, NoticeEmailConfirmed(region=PROVINCE, subject=email, person=actor.person))
        else:
            await db.execute(TRIED, email)
    if not good:
        raise Invalid({"code": N_("That is not the code we sent. Please look once more.")})


@verb("notifications.change_email", N_("Choose what goes to the e-mail address"), *WHO, fresh=RECENT)
async def change_email(actor: Actor, email: UUID, wish: EmailWish) -> None:
    """Messages go there before they go as texts, or after; and news for everybody of an area do, or not."""
    async with db.transaction():
        row = await _mine(actor, email)
        if row["confirmed"] is None:
            raise NoSuchEmail(N_("Enter the code that we sent there first."), next_step=BACK)
        await _change(actor, row, wish.first, wish.news)


@verb("notifications.remove_email", N_("Take the e-mail address away"), *WHO, fresh=RECENT)
async def remove_email(actor: Actor, email: UUID) -> None:
    """Nothing goes there any more."""
    async with db.transaction():
        await _mine(actor, email)
        await db.execute(REMOVE, actor.person, email)
        await announce(actor, NoticeEmailRemoved(region=PROVINCE, subject=email))


@verb("notifications.stop_news", N_("Get no more e-mails that go to everybody"), PUBLIC)
async def stop_news(actor: Actor, email: UUID, proof: str) -> None:
    """退订 by the link of an e-mail, without signing in: the proof came with it. A repeat changes nothing."""
    if not crypto.signed(LEAVING, str(email), proof):
        raise NoSuchEmail(next_step=("/", N_("Back to start")))
    async with db.transaction():
        person = await db.fetchval(PERSON, email)
        row = await db.fetchrow(ONE, person, email) if person else None
        if row is not None:
            await _change(Actor.system("a link in an e-mail"), row, row["first"], news=False)


async def emails(person: UUID) -> list[EmailLine]:
    """The address that is used and the one that waits for its code, masked."""
    return [_line(row) for row in await db.fetch(OF_PERSON, person)]


async def emails_held(person: UUID) -> list[EmailHeld]:
    """The same for the person's own eyes."""
    return [
        EmailHeld(address=_address(row), added=row["added"], confirmed=row["confirmed"])
        for row in await db.fetch(OF_PERSON, person)
    ]


async def forget_unconfirmed() -> None:
    """An address that nobody confirmed within a day may be a stranger's."""
    await db.execute(FORGET, clock.now() - KEPT)


def leaving(email: UUID) -> str:
    """The address in an e-mail that goes to everybody where one can say: no more of these."""
    proof = crypto.sign(LEAVING, str(email))
    return f"{settings().public_url.rstrip('/')}/messages/news/{email}/{proof}"


def ready() -> bool:
    """Whether this installation sends e-mails."""
    return adapters.ready("email")


async def address_of(person: UUID) -> str:
    """Where a person gets e-mail; empty when nowhere."""
    row = await db.fetchrow(USED, person)
    return _address(row) if row else ""


use_emails(reach.gets_mail)


async def _change(actor: Actor, row: Any, first: bool, news: bool) -> None:
    if (row["first"], row["news"]) == (first, news):
        return
    await db.execute(CHANGE, row["id"], first, news)
    event = NoticeEmailChanged(region=PROVINCE, subject=row["id"], person=row["person"], first=first, news=news)
    await announce(actor, event)


async def _mine(actor: Actor, email: UUID) -> Any:
    row = await db.fetchrow(ONE, actor.person, email)
    if row is None:
        raise NoSuchEmail(next_step=BACK)
    return row


async def _line_of(actor: Actor, email: UUID) -> EmailLine:
    return _line(await _mine(actor, email))


def _line(row: Any) -> EmailLine:
    return EmailLine(
        id=row["id"], email_masked=rules.masked_email(_address(row)), first=row["first"], news=row["news"],
        confirmed=row["confirmed"] is not None,
    )  # fmt: skip


def _address(row: Any) -> str:
    return legible(row["id"], "address", row["address"], KIND)
