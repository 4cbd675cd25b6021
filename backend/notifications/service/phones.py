"""Further numbers of a person. A code proves that it is theirs to be reached at; changes need a fresh proof."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from backend.core import clock, db, ids, masks, trail
from backend.core.actor import PROVINCE, Actor
from backend.core.events import announce
from backend.core.policy import RECENT, verb
from backend.core.problems import Conflict, Gone, Invalid, NotFound
from backend.core.words import DEFAULT, N_
from backend.notifications import rules
from backend.notifications.events import (
    NoticePhoneAdded,
    NoticePhoneConfirmed,
    NoticePhoneMoved,
    NoticePhoneRemoved,
)
from backend.notifications.schemas import (
    PhoneCode,
    PhoneHeld,
    PhoneLine,
    PhoneNew,
    PhoneOrder,
    Receiver,
    Template,
)
from backend.notifications.sealed import legible, phone_index, phone_indexes, seal
from backend.notifications.service import people, proving, sending

WISHES = trail.called("notice-wishes", N_("how you want to be told"))
CODE = Template(
    id="phone-code",
    text=N_("{code} confirms that messages of the city portal may go to this number. Not expected? Then ignore it."),
)
COLUMNS = "id, person, phone, first, added, confirmed, code_hash, code_until, code_tries"
OF_PERSON = f"""SELECT {COLUMNS} FROM notifications_phone WHERE region = '000000' AND person = $1 ORDER BY id"""
ONE = f"SELECT {COLUMNS} FROM notifications_phone WHERE region = '000000' AND person = $1 AND id = $2 FOR UPDATE"
ALONE = "SELECT pg_advisory_xact_lock(hashtextextended($1::text, 17))"
ADD = """INSERT INTO notifications_phone (region, id, person, phone, added, code_hash, code_until)
    VALUES ('000000', $1, $2, $3, $4, $5, $6)"""
TRIED = "UPDATE notifications_phone SET code_tries = code_tries + 1 WHERE region = '000000' AND id = $1"
CONFIRM = """UPDATE notifications_phone SET confirmed = $2, code_hash = NULL, code_until = NULL
    WHERE region = '000000' AND id = $1"""
NOT_FIRST = "UPDATE notifications_phone SET first = false WHERE region = '000000' AND person = $1 AND first"
FIRST = "UPDATE notifications_phone SET first = true WHERE region = '000000' AND id = $1"
REMOVE = "DELETE FROM notifications_phone WHERE region = '000000' AND person = $1 AND id = $2"
FORGET = "DELETE FROM notifications_phone WHERE region = '000000' AND confirmed IS NULL AND added < $1"
KEPT = timedelta(days=1)
# What has not gone out, or may still go on by another machine or by a call.
LED_THERE = """SELECT id FROM notifications_message WHERE region = '000000' AND person = $1
        AND phone_index = ANY ($2::bytea[]) AND read_at IS NULL AND state IN ('queued', 'sent', 'calling')
    ORDER BY id FOR NO KEY UPDATE"""
LEADS = "UPDATE notifications_message SET phone = $2, phone_index = $3 WHERE region = '000000' AND id = $1"
BACK = ("/messages/preferences", N_("See my numbers"))


class NoSuchNumber(NotFound):
    """No number of this person has the id."""

    code, title = "no-such-number", N_("We do not find this number")


class PhonesFull(Conflict):
    """A person has as many further numbers as there may be."""

    code, title = "phones-full", N_("There are three further numbers already")


class PhoneCodeEnded(Gone):
    """Run out, or guessed at too often."""

    code, title = "phone-code-ended", N_("This code no longer works")


class NotConfirmed(Conflict):
    """Nothing goes to a number that nobody has confirmed."""

    code, title = "phone-not-confirmed", N_("This number is not confirmed yet")


@verb("notifications.add_phone", N_("Add a number to be reached at"), "resident", "operator", "clerk", fresh=RECENT)
async def add_phone(actor: Actor, wanted: PhoneNew, *, lang: str = DEFAULT) -> PhoneLine:
    """Keep a number and send it a code; nothing else goes there before the code was entered."""
    digits = people.digits(wanted.phone)
    if digits is None:
        raise Invalid({"phone": N_("Enter a mobile number with 11 digits")})
    sending.require_sms()
    await proving.bounded(actor, "notice-phone", "notice-code", phone_index(digits))
    code, new, now = proving.fresh(), ids.new(), clock.now()
    async with db.transaction():
        await db.execute(ALONE, str(actor.person))
        rows = await db.fetch(OF_PERSON, actor.person)
        for row in rows:  # once more with a number that waits for its code: the new code takes its place
            if legible(row["id"], "phone", row["phone"], "notice-phone") == digits:
                if row["confirmed"] is not None:
                    return _line(row)
                await db.execute(REMOVE, actor.person, row["id"])
                rows = [each for each in rows if each is not row]
        if len(rows) >= rules.PHONES:
            raise PhonesFull(N_("Take one away first."), next_step=BACK)
        sealed = seal(new, "phone", digits, "notice-phone")
        await db.execute(ADD, new, actor.person, sealed, now, proving.mark(new, code), now + rules.CODE_LIFE)
        await sending.send(actor, Receiver(phone=digits, lang=lang), CODE, {"code": code}, about=new)
        await announce(actor, NoticePhoneAdded(region=PROVINCE, subject=new))
    return PhoneLine(id=new, phone_masked=masks.phone(digits), first=False, confirmed=False)


@verb(
    "notifications.confirm_phone", N_("Confirm a number to be reached at"), "resident", "operator", "clerk",
    fresh=RECENT,
)  # fmt: skip
async def confirm_phone(actor: Actor, phone: UUID, entered: PhoneCode) -> None:
    """The code that arrived there; five tries. The try counts although the code was wrong."""
    async with db.transaction():
        row = await _mine(actor, phone)
        if row["confirmed"] is not None:
            return
        if proving.over(row):
            raise PhoneCodeEnded(N_("Enter the number again; then we send a new code."), next_step=BACK)
        good = proving.fits(row, entered.code)
        await (db.execute(CONFIRM, phone, clock.now()) if good else db.execute(TRIED, phone))
        if good:
            event = NoticePhoneConfirmed(region=PROVINCE, subject=phone, person=actor.person)
            await announce(actor, event)
    if not good:
        raise Invalid({"code": N_("That is not the code we sent. Please look once more.")})


@verb(
    "notifications.order_phone", N_("Choose the number that messages go to first"), "resident", "operator", "clerk",
    fresh=RECENT,
)  # fmt: skip
async def order_phone(actor: Actor, phone: UUID, order: PhoneOrder) -> None:
    """Messages go there from now on, or to the account's own number again."""
    async with db.transaction():
        await db.execute(ALONE, str(actor.person))
        row = await _mine(actor, phone)
        if row["first"] == order.first:
            return
        if row["confirmed"] is None:
            raise NotConfirmed(N_("Enter the code that we sent there first."), next_step=BACK)
        await db.execute(NOT_FIRST, actor.person)
        if order.first:
            await db.execute(FIRST, phone)
        else:
            await _led_back(row)
        event = NoticePhoneMoved(region=PROVINCE, subject=phone, person=actor.person, first=order.first)
        await announce(actor, event)


@verb("notifications.remove_phone", N_("Take a number away"), "resident", "operator", "clerk", fresh=RECENT)
async def remove_phone(actor: Actor, phone: UUID) -> None:
    """Nothing goes there any more."""
    async with db.transaction():
        row = await _mine(actor, phone)
        await db.execute(REMOVE, actor.person, phone)
        await _led_back(row)
        await announce(actor, NoticePhoneRemoved(region=PROVINCE, subject=phone))


async def lines(person: UUID) -> list[PhoneLine]:
    """The further numbers, masked."""
    return [_line(row) for row in await db.fetch(OF_PERSON, person)]


async def phones_held(person: UUID) -> list[PhoneHeld]:
    """The further numbers for the person's own eyes."""
    return [
        PhoneHeld(
            phone=legible(row["id"], "phone", row["phone"], "notice-phone"), added=row["added"],
            confirmed=row["confirmed"],
        )
        for row in await db.fetch(OF_PERSON, person)
    ]  # fmt: skip


async def forget_unconfirmed_phones() -> None:
    """A number that nobody confirmed within a day may be a stranger's."""
    await db.execute(FORGET, clock.now() - KEPT)


async def recorded(actor: Actor) -> None:
    """Put on record that somebody else looks at the wishes."""
    purpose = N_("Helping you with a matter")
    await trail.viewed(actor, region=PROVINCE, person=actor.person, what=WISHES, purpose=purpose)


async def _led_back(row: Any) -> None:
    """What still waits to go to this number goes to the account's own; to none where there is none."""
    before = phone_indexes(legible(row["id"], "phone", row["phone"], "notice-phone"))
    waiting = await db.fetch(LED_THERE, row["person"], before)
    own = await people.number(row["person"]) if waiting else ""
    mark = phone_index(own) if own else None
    await db.executemany(LEADS, [(each["id"], seal(each["id"], "phone", own), mark) for each in waiting])


async def _mine(actor: Actor, phone: UUID) -> Any:
    row = await db.fetchrow(ONE, actor.person, phone)
    if row is None:
        raise NoSuchNumber(next_step=BACK)
    return row


def _line(row: Any) -> PhoneLine:
    digits = legible(row["id"], "phone", row["phone"], "notice-phone")
    return PhoneLine(
        id=row["id"], phone_masked=masks.phone(digits), first=row["first"], confirmed=row["confirmed"] is not None
    )
