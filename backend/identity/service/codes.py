"""Sign-in by a one-time code: uniform answers, counted tries, one use, one browser."""

import secrets
from hashlib import sha256
from typing import Any
from uuid import UUID

from backend.core import clock, crypto, db, ids, masks, rate
from backend.core.actor import PROVINCE, Actor, Channel
from backend.core.events import announce
from backend.core.policy import PUBLIC, verb
from backend.core.problems import Conflict, Gone, Invalid
from backend.core.viewer import Viewer
from backend.core.words import N_
from backend.identity import rules
from backend.identity.events import PersonRegistered
from backend.identity.schemas import CodeRequest, CodeSent, SignedIn, SignIn
from backend.identity.sealed import phone_index, phone_indexes, seal, unseal
from backend.identity.service import code_limits
from backend.identity.service.known_devices import recognise, tell_of_new_device
from backend.identity.service.people import insert_person
from backend.identity.service.sessions import open_session
from backend.notifications import service as notifications
from backend.notifications.schemas import Receiver, Template
from backend.settings import settings

CODE_MESSAGE = Template(
    id="sign-in-code",
    text=N_(
        "{code} is your code to sign in. It works for {minutes} minutes. Never tell it to anybody, not even to us."
    ),
)
# Read out by the gateway's voice, never by a person: whoever knows the code could sign in.
CODE_CALL = Template(
    id="sign-in-code",
    text=N_(
        "This is the city's service portal. Your six digits are: {digits}. Once more: {digits}. They work for "
        "{minutes} minutes. Never tell them to anybody, not even to us."
    ),
    spoken=True,
)
ENDED = N_("It was used, has run out, or was tried too often. Ask for a new one.")
AGAIN = ("/sign-in", N_("Ask for a new code"))
ADD = """INSERT INTO identity_code
        (region, id, request_hash, purpose, phone, phone_index, code_hash, created, expires_at, channel, subject)
    VALUES ('000000', $1, $2, $8, $3, $4, $5, $6, $7, $9, $10)"""
# The try is counted before the code is compared, in the statement that checks the limit: parallel guesses all count.
COUNT = """UPDATE identity_code SET tries = tries + 1
    WHERE region = '000000' AND request_hash = $1 AND purpose = $4 AND subject IS NOT DISTINCT FROM $5
        AND used_at IS NULL AND tries < $2 AND expires_at > $3
    RETURNING id, phone, phone_index, code_hash, tries"""
USE = "UPDATE identity_code SET used_at = $2 WHERE region = '000000' AND id = $1 AND used_at IS NULL RETURNING id"
PENDING = """SELECT id, phone, created, expires_at, purpose, subject, channel, extended_at FROM identity_code
    WHERE region = '000000' AND request_hash = $1 AND used_at IS NULL AND expires_at > $2"""
EXTEND = """UPDATE identity_code SET expires_at = created + 2 * (expires_at - created), extended_at = $2
    WHERE region = '000000' AND request_hash = $1 AND used_at IS NULL AND expires_at > $2 AND extended_at IS NULL
    RETURNING id"""
KNOWN = """SELECT id, home, mode FROM identity_person
    WHERE region = '000000' AND phone_index = ANY($1::bytea[]) AND state = 'active'"""


class WrongCode(Invalid):
    """Not the code that was sent; the try is counted."""

    code = "wrong-code"


class CodeEnded(Gone):
    """Used, run out, guessed at too often, or asked for in another browser."""

    code, title = "code-ended", N_("This code no longer works")


class ExtendedOnce(Conflict):
    """A code gets more time once, to twice its life."""

    code, title = "extended-once", N_("This code already got more time")


@verb("identity.request_code", N_("Ask for a code to sign in"), PUBLIC)
async def request_code(actor: Actor, wanted: CodeRequest, *, address: str, lang: str) -> CodeSent:
    """Send a code. The answer is the same whether or not we know the number; limits hold per number and per address."""
    digits = rules.phone(wanted.phone, demo=settings().demo)
    if digits is None:
        raise Invalid({"phone": N_("Enter a mobile number with 11 digits")})
    return await send_code(actor, digits, "sign-in", by=wanted.channel, address=address, lang=lang)


async def send_code(
    actor: Actor, digits: str, purpose: str, *, by: str, address: str, lang: str, subject: UUID | None = None
) -> CodeSent:
    """Send a code for one purpose, written or read out; ``subject`` is the one person whom it can prove again."""
    notifications.require_sms()
    fingerprint = phone_index(digits)
    await code_limits.check(address, digits, fingerprint.hex())
    code, row, request = f"{secrets.randbelow(10**6):06d}", ids.new(), crypto.token()
    now = clock.now()
    async with db.transaction():
        await db.execute(
            ADD, row, _hash(request), seal("code", row, "phone", digits), fingerprint, _code_hash(row, code),
            now, now + rules.CODE_LIFE, purpose, by, subject,
        )  # fmt: skip
        to = Receiver(phone=digits, lang=lang, channel=by)
        values = {"minutes": str(rules.CODE_LIFE.seconds // 60)}
        values |= {"code": code} if by == "sms" else {"digits": " ".join(code)}
        await notifications.send(actor, to, CODE_MESSAGE if by == "sms" else CODE_CALL, values, about=row)
    return _sent(request, digits, now, now + rules.CODE_LIFE, by, extendable=True)


@verb("identity.resend_code", N_("Ask for another code"), PUBLIC)
async def resend_code(actor: Actor, request: str, *, address: str, lang: str, by: str = "sms") -> CodeSent:
    """Send or read out a new code to the number of a running request, so that nobody types it twice."""
    row = await _pending(request)
    if row["subject"] not in (None, actor.acting):
        raise CodeEnded(ENDED, next_step=AGAIN)
    digits = unseal("code", row["id"], "phone", row["phone"])
    return await send_code(actor, digits, row["purpose"], by=by, address=address, lang=lang, subject=row["subject"])


@verb("identity.extend_code", N_("More time for a code"), PUBLIC)
async def extend_code(actor: Actor, request: str) -> CodeSent:
    """Twice the life for a running code, once: some people need longer to find and type it (工信部适老化规范)."""
    if await db.fetchval(EXTEND, _hash(request), clock.now()) is None:
        await _pending(request)
        raise ExtendedOnce(N_("If it runs out, ask for a new one; that takes a moment only."), next_step=AGAIN)
    return await pending_code(request)


async def pending_code(request: str) -> CodeSent:
    """What the code page shows of a running request; raises ``CodeEnded``."""
    row = await _pending(request)
    digits = unseal("code", row["id"], "phone", row["phone"])
    return _sent(
        request, digits, row["created"], row["expires_at"], row["channel"], extendable=row["extended_at"] is None
    )


async def sign_in(
    wanted: SignIn, *, address: str, user_agent: str, viewer: Viewer, channel: Channel = "web", replacing: str = "",
    at: UUID | None = None,
) -> SignedIn:  # fmt: skip
    """Exchange the right code for a new session; whoever comes for the first time gets an account."""
    row = await right_code(wanted.request, wanted.code, "sign-in", address=address)
    async with db.transaction():
        await use_code(row["id"])
        person, home, new = await _account(row, viewer)
        actor = Actor(
            acting=person, principal=person, channel=channel, roles=frozenset({"resident"}), region=home[:6] or PROVINCE
        )
        if new:
            await announce(actor, PersonRegistered(region=PROVINCE, subject=person, assurance="phone"))
        device, unknown = await recognise(person, wanted.device)
        token, expires = await open_session(actor, kind="resident", user_agent=user_agent, replacing=replacing, at=at)
        if unknown:
            await tell_of_new_device(actor, user_agent)
    return SignedIn(token=token, expires_at=expires, new_person=new, device=device)


async def right_code(request: str, code: str, purpose: str, *, address: str, subject: UUID | None = None) -> Any:
    """The row of a code that was typed rightly; counts the try first. Raises ``WrongCode`` or ``CodeEnded``."""
    limit, per = rules.GUESSES_PER_ADDRESS
    await rate.check("code-guess", code_limits.fingerprint(address), limit=limit, per=per)
    async with db.transaction():
        row = await db.fetchrow(COUNT, _hash(request), rules.CODE_TRIES, clock.now(), purpose, subject)
    if row is None:
        raise CodeEnded(ENDED, next_step=AGAIN)
    typed = "".join(code.split())
    if not crypto.fits(row["code_hash"], f"{row['id']}:{typed}", "one-time-code"):
        raise _wrong(rules.CODE_TRIES - row["tries"])
    return row


async def use_code(code: UUID) -> None:
    """Use a right code up, in the transaction of what it allows; the second of two at once comes too late."""
    if await db.fetchval(USE, code, clock.now()) is None:
        raise CodeEnded(ENDED, next_step=AGAIN)


async def _account(row: Any, viewer: Viewer) -> tuple[UUID, str, bool]:
    """The person of the number, made now when there is none: (id, home, new). Elder mode chosen here is kept."""
    digits = unseal("code", row["id"], "phone", row["phone"])
    mode = "elder" if viewer.mode == "elder" else "standard"
    new = ids.new()
    if await insert_person(new, phone=digits, home=viewer.place, lang=viewer.lang, mode=mode):
        return new, viewer.place, True
    known = await db.fetchrow(KNOWN, phone_indexes(digits))
    if known is None:
        raise CodeEnded(N_("This account was closed. Please call us."))
    if mode == "elder" and known["mode"] == "standard":
        await db.execute("UPDATE identity_person SET mode = 'elder' WHERE region = '000000' AND id = $1", known["id"])
    return known["id"], known["home"], False


async def _pending(request: str) -> Any:
    row = await db.fetchrow(PENDING, _hash(request), clock.now()) if request else None
    if row is None:
        raise CodeEnded(ENDED, next_step=AGAIN)
    return row


def _sent(request: str, digits: str, created: Any, expires: Any, by: str, *, extendable: bool) -> CodeSent:
    now = clock.now()
    return CodeSent(
        request=request,
        phone_masked=masks.phone(digits),
        expires_in=max(0, int((expires - now).total_seconds())),
        resend_in=max(0, rules.CODE_LIMITS[0][1] - int((now - created).total_seconds())),
        channel=by,
        extendable=extendable,
    )


def _wrong(left: int) -> WrongCode:
    if left <= 0:
        return WrongCode({"code": N_("That is not the code, and it was the last try. Ask for a new code")})
    return WrongCode({"code": N_("That is not the code. You can try {left} more times")}, values={"left": left})


def _code_hash(row: UUID, code: str) -> bytes:
    return crypto.index(f"{row}:{code}", "one-time-code")


def _hash(request: str) -> bytes:
    return sha256(request.encode()).digest()
