"""Sign-in by a one-time code: uniform answers, counted tries, one use, one browser."""

import secrets
from hashlib import sha256
from typing import Any
from uuid import UUID

from backend.core import clock, crypto, db, ids, rate
from backend.core.actor import PROVINCE, Actor, Channel
from backend.core.events import announce
from backend.core.policy import PUBLIC, verb
from backend.core.problems import Gone, Invalid
from backend.core.viewer import Viewer
from backend.core.words import N_
from backend.identity import rules
from backend.identity.events import PersonRegistered
from backend.identity.schemas import CodeRequest, CodeSent, SignedIn, SignIn
from backend.identity.sealed import phone_index, phone_indexes, seal, unseal
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
ENDED = N_("It was used, has run out, or was tried too often. Ask for a new one.")
AGAIN = ("/sign-in", N_("Ask for a new code"))
ADD = """INSERT INTO identity_code
        (region, id, request_hash, purpose, phone, phone_index, code_hash, created, expires_at)
    VALUES ('000000', $1, $2, 'sign-in', $3, $4, $5, $6, $7)"""
# The try is counted before the code is compared, in the statement that checks the limit: parallel guesses all count.
COUNT = """UPDATE identity_code SET tries = tries + 1
    WHERE region = '000000' AND request_hash = $1 AND used_at IS NULL AND tries < $2 AND expires_at > $3
    RETURNING id, phone, phone_index, code_hash, tries"""
USE = "UPDATE identity_code SET used_at = $2 WHERE region = '000000' AND id = $1 AND used_at IS NULL RETURNING id"
PENDING = """SELECT id, phone, created, expires_at FROM identity_code
    WHERE region = '000000' AND request_hash = $1 AND used_at IS NULL AND expires_at > $2"""
KNOWN = """SELECT id, home, mode FROM identity_person
    WHERE region = '000000' AND phone_index = ANY($1::bytea[]) AND state = 'active'"""


class WrongCode(Invalid):
    """Not the code that was sent; the try is counted."""

    code = "wrong-code"


class CodeEnded(Gone):
    """Used, run out, guessed at too often, or asked for in another browser."""

    code, title = "code-ended", N_("This code no longer works")


@verb("identity.request_code", N_("Ask for a code to sign in"), PUBLIC)
async def request_code(actor: Actor, wanted: CodeRequest, *, address: str, lang: str) -> CodeSent:
    """Send a code. The answer is the same whether or not we know the number; limits hold per number and per address."""
    digits = rules.phone(wanted.phone, demo=settings().demo)
    if digits is None:
        raise Invalid({"phone": N_("Enter a mobile number with 11 digits")})
    notifications.require_sms()
    fingerprint = phone_index(digits)
    await _within_limits(address, fingerprint.hex())
    code, row, request = f"{secrets.randbelow(10**6):06d}", ids.new(), crypto.token()
    now = clock.now()
    async with db.transaction():
        await db.execute(
            ADD, row, _hash(request), seal("code", row, "phone", digits), fingerprint, _code_hash(row, code),
            now, now + rules.CODE_LIFE,
        )  # fmt: skip
        to = Receiver(phone=digits, lang=lang, channel="sms")
        minutes = str(rules.CODE_LIFE.seconds // 60)
        await notifications.send(actor, to, CODE_MESSAGE, {"code": code, "minutes": minutes}, about=row)
    return _sent(request, digits, now, now + rules.CODE_LIFE)


@verb("identity.resend_code", N_("Ask for another code"), PUBLIC)
async def resend_code(actor: Actor, request: str, *, address: str, lang: str) -> CodeSent:
    """Send a new code to the number of a running request, so that nobody types it twice."""
    row = await _pending(request)
    digits = unseal("code", row["id"], "phone", row["phone"])
    return await request_code(actor, CodeRequest(phone=digits), address=address, lang=lang)


async def pending_code(request: str) -> CodeSent:
    """What the code page shows of a running request; raises ``CodeEnded``."""
    row = await _pending(request)
    digits = unseal("code", row["id"], "phone", row["phone"])
    return _sent(request, digits, row["created"], row["expires_at"])


async def sign_in(
    wanted: SignIn, *, address: str, user_agent: str, viewer: Viewer, channel: Channel = "web", replacing: str = ""
) -> SignedIn:
    """Exchange the right code for a new session; whoever comes for the first time gets an account."""
    await rate.check(
        "code-guess", _address(address), limit=rules.GUESSES_PER_ADDRESS[0], per=rules.GUESSES_PER_ADDRESS[1]
    )
    async with db.transaction():
        row = await db.fetchrow(COUNT, _hash(wanted.request), rules.CODE_TRIES, clock.now())
    if row is None:
        raise CodeEnded(ENDED, next_step=AGAIN)
    typed = "".join(wanted.code.split())
    if not crypto.fits(row["code_hash"], f"{row['id']}:{typed}", "one-time-code"):
        raise _wrong(rules.CODE_TRIES - row["tries"])
    async with db.transaction():
        if await db.fetchval(USE, row["id"], clock.now()) is None:
            raise CodeEnded(ENDED, next_step=AGAIN)
        person, home, new = await _account(row, viewer)
        actor = Actor(
            acting=person, principal=person, channel=channel, roles=frozenset({"resident"}), region=home[:6] or PROVINCE
        )
        if new:
            await announce(actor, PersonRegistered(region=PROVINCE, subject=person, assurance="phone"))
        token, expires = await open_session(actor, kind="resident", user_agent=user_agent, replacing=replacing)
    return SignedIn(token=token, expires_at=expires, new_person=new)


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


async def _within_limits(address: str, number: str) -> None:
    limit, per = rules.CODES_PER_ADDRESS
    await rate.check("code-address", _address(address), limit=limit, per=per)
    for limit, per in rules.CODE_LIMITS:
        await rate.check(f"code-{per}", number, limit=limit, per=per)
    await rate.check("code-province", "all", limit=rules.CODES_PER_HOUR, per=3600)


async def _pending(request: str) -> Any:
    row = await db.fetchrow(PENDING, _hash(request), clock.now()) if request else None
    if row is None:
        raise CodeEnded(ENDED, next_step=AGAIN)
    return row


def _sent(request: str, digits: str, created: Any, expires: Any) -> CodeSent:
    now = clock.now()
    return CodeSent(
        request=request,
        phone_masked=rules.mask_phone(digits),
        expires_in=max(0, int((expires - now).total_seconds())),
        resend_in=max(0, rules.CODE_LIMITS[0][1] - int((now - created).total_seconds())),
    )


def _wrong(left: int) -> WrongCode:
    if left <= 0:
        return WrongCode({"code": N_("That is not the code, and it was the last try. Ask for a new code")})
    return WrongCode({"code": N_("That is not the code. You can try {left} more times")}, values={"left": left})


def _code_hash(row: UUID, code: str) -> bytes:
    return crypto.index(f"{row}:{code}", "one-time-code")


def _address(address: str) -> str:
    return crypto.index(address, "address").hex()[:32]


def _hash(request: str) -> bytes:
    return sha256(request.encode()).digest()
