"""The second factor of staff: time-based codes (RFC 6238) and recovery codes; what a half-open session waits for."""

import hashlib
import hmac
import secrets
from typing import Any
from uuid import UUID

import pyotp

from backend.core import clock, crypto, db, ids
from backend.core.actor import Actor
from backend.core.events import announce
from backend.core.policy import RECENT, verb
from backend.core.problems import Conflict, Forbidden, Invalid, SignInRequired
from backend.core.words import N_
from backend.identity import rules
from backend.identity.events import FactorEnrolled, FactorReset, RecoveryCodeUsed
from backend.identity.schemas import Enrolled, Enrolment, SignedIn
from backend.identity.sealed import seal, unseal
from backend.identity.service import passwords
from backend.identity.service.again import also_ask
from backend.identity.service.endings import END_FACTOR, END_SESSIONS, stop_helping
from backend.identity.service.membership import in_reach
from backend.identity.service.sessions import HALF, open_session

STEP = 30  # seconds
AROUND = (0, -1, 1)  # clocks of telephones differ
RECOVERY_CODES = 10
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
ISSUER = "Linli"
WAITING = """SELECT s.subject AS staff, s.subject_region AS region, s.last_seen, s.expires_at, st.login,
        f.id AS factor, f.secret, f.confirmed
    FROM identity_session s
    JOIN identity_staff st ON st.region = s.subject_region AND st.id = s.subject AND st.state = 'active'
    LEFT JOIN identity_factor f ON f.region = st.region AND f.staff = st.id AND f.ended IS NULL
    WHERE s.region = '000000' AND s.token_hash = $1 AND s.kind = 'staff' AND s.ended_at IS NULL AND s.proof = $2"""
MINE = """SELECT f.region, f.staff, f.id AS factor, f.secret FROM identity_factor f
    JOIN identity_login l ON l.region = '000000' AND l.id = f.staff AND l.staff_region = f.region
    WHERE f.staff = $1 AND f.confirmed IS NOT NULL AND f.ended IS NULL"""
START = """INSERT INTO identity_factor (region, id, staff, secret, created) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT DO NOTHING RETURNING id"""
CONFIRM = """UPDATE identity_factor SET confirmed = $3, last_step = $4
    WHERE region = $1 AND id = $2 AND confirmed IS NULL AND ended IS NULL RETURNING id"""
# The step moves forward only: of two requests with the same code one finds nothing to change.
TAKE = """UPDATE identity_factor SET last_step = $3
    WHERE region = $1 AND id = $2 AND last_step < $3 AND confirmed IS NOT NULL AND ended IS NULL RETURNING id"""
TAKE_RECOVERY = """UPDATE identity_recovery_code SET used_at = $4
    WHERE region = $1 AND factor = $2 AND code_hash = $3 AND used_at IS NULL RETURNING id"""
LEFT = "SELECT count(*) FROM identity_recovery_code WHERE region = $1 AND factor = $2 AND used_at IS NULL"
WRITE_DOWN = """INSERT INTO identity_recovery_code (region, id, staff, factor, code_hash, created)
    VALUES ($1, $2, $3, $4, $5, $6)"""
LOCKED_CODES = N_("Five wrong codes in a row. Try again in {minutes} minutes, or ask your security administrator.")


class AlreadyEnrolled(Conflict):
    """There is a second factor; a security administrator can take it away."""

    code, title = "already-enrolled", N_("Your second factor is set up already")


class WrongCode(Invalid):
    """Not the code of this moment, or one that was used already."""

    code = "wrong-code"


async def needed(token: str) -> str:
    """What this half-open session waits for: ``code`` or ``enrolment``; raises ``SignInRequired`` for any other."""
    return "code" if (await _waiting(token))["confirmed"] else "enrolment"


async def begin_enrolment(token: str) -> Enrolment:
    """The secret for the authenticator app: the same one until its first code is entered."""
    row = await _waiting(token)
    if row["confirmed"]:
        raise AlreadyEnrolled()
    if row["factor"] is None:
        new = ids.new()
        secret = seal("factor", new, "secret", pyotp.random_base32())
        await db.fetchval(START, row["region"], new, row["staff"], secret, clock.now())
        row = await _waiting(token)
    key = unseal("factor", row["factor"], "secret", row["secret"])
    return Enrolment(key=key, uri=pyotp.TOTP(key).provisioning_uri(name=row["login"], issuer_name=ISSUER))


async def confirm_enrolment(token: str, code: str, *, user_agent: str) -> Enrolled:
    """The first code shows that the app has the secret: the session is complete, and ten recovery codes are given."""
    row = await _waiting(token)
    if row["confirmed"]:
        raise AlreadyEnrolled()
    await passwords.count(passwords.factor_key(row["staff"]), LOCKED_CODES)
    step = _step(row, code) if row["factor"] else None
    if step is None:
        raise WrongCode({"code": N_("This is not the code that the app shows at this moment")})
    async with db.transaction():
        if await db.fetchval(CONFIRM, row["region"], row["factor"], clock.now(), step) is None:
            raise AlreadyEnrolled()
        codes = await _recovery_codes(row)
        actor = await _complete(row)
        await announce(actor, FactorEnrolled(region=row["region"], subject=row["staff"]))
        opened, expires = await open_session(actor, kind="staff", user_agent=user_agent, replacing=token, proof="totp")
    return Enrolled(token=opened, expires_at=expires, recovery_codes=codes)


async def second_factor(token: str, code: str, *, user_agent: str) -> SignedIn:
    """The second of two factors: a new session, under a new token, with the rights of the posts."""
    row = await _waiting(token)
    if not row["confirmed"]:
        raise Forbidden(N_("Set up your second factor first."), next_step=("/staff/sign-in/second", N_("Set it up")))
    await passwords.count(passwords.factor_key(row["staff"]), LOCKED_CODES)  # stays counted when the code is wrong
    async with db.transaction():
        proof = await _take(row, code)
        actor = await _complete(row)
        opened, expires = await open_session(actor, kind="staff", user_agent=user_agent, replacing=token, proof=proof)
    return SignedIn(token=opened, expires_at=expires)


async def check_again(actor: Actor, code: str) -> None:
    """The second factor beside the password, for whoever has one; others came in by a passkey."""
    row = await db.fetchrow(MINE, actor.acting)
    if row is None:
        return
    await passwords.count(passwords.factor_key(row["staff"]), LOCKED_CODES)
    await _take(row, code)
    await passwords.clear(passwords.factor_key(row["staff"]))


@verb("identity.reset_factor", N_("Take a second factor away"), "security", fresh=RECENT)
async def reset_factor(actor: Actor, staff: UUID) -> None:
    """For somebody whose telephone is lost: their sessions end, and the next sign-in sets a new one up."""
    row = await in_reach(actor, staff, "security")
    async with db.transaction():
        now = clock.now()
        await db.execute(END_FACTOR, row["region"], staff, now)
        await db.execute(END_SESSIONS, staff, now)
        await stop_helping(actor, [staff])
        await passwords.clear(passwords.factor_key(staff))
        await announce(actor, FactorReset(region=row["region"], subject=staff))


async def _waiting(token: str) -> Any:
    row = await db.fetchrow(WAITING, _hash(token), HALF)
    if row is None or not rules.live(
        kind="staff", mode="", last_seen=row["last_seen"], expires_at=row["expires_at"], now=clock.now()
    ):
        raise SignInRequired(next_step=("/staff/sign-in", N_("Sign in")))
    return row


async def _take(row: Any, code: str) -> str:
    """Take a code once; returns how it was proved."""
    step = _step(row, code)
    if step is not None and await db.fetchval(TAKE, row["region"], row["factor"], step) is not None:
        return "totp"
    mark = _fingerprint(row["factor"], code)
    used = await db.fetchval(TAKE_RECOVERY, row["region"], row["factor"], mark, clock.now())
    if used is None:
        raise WrongCode({"code": N_("This is not the code of this moment, or it was used already")})
    left = await db.fetchval(LEFT, row["region"], row["factor"])
    who = Actor(acting=row["staff"], basis="official")
    await announce(who, RecoveryCodeUsed(region=row["region"], subject=row["staff"], left=left))
    return "recovery"


async def _complete(row: Any) -> Actor:
    await passwords.clear(passwords.factor_key(row["staff"]))
    return Actor(acting=row["staff"], basis="official", region=row["region"])


def _step(row: Any, code: str) -> int | None:
    """The step whose code this is, among the three around now."""
    typed = "".join(code.split())
    if len(typed) != 6 or not (typed.isascii() and typed.isdecimal()):
        return None
    app = pyotp.TOTP(unseal("factor", row["factor"], "secret", row["secret"]))
    now = int(clock.now().timestamp()) // STEP
    fits = [now + shift for shift in AROUND if hmac.compare_digest(app.generate_otp(now + shift), typed)]
    return max(fits) if fits else None


async def _recovery_codes(row: Any) -> list[str]:
    codes = ["-".join(_letters() for _ in range(3)) for _ in range(RECOVERY_CODES)]
    now = clock.now()
    rows = [
        (row["region"], ids.new(), row["staff"], row["factor"], _fingerprint(row["factor"], code), now)
        for code in codes
    ]
    await db.executemany(WRITE_DOWN, rows)
    return codes


def _letters() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(4))


def _fingerprint(factor: UUID, code: str) -> bytes:
    """Follows from the code alone, which has 59 random bits: a change of keys must not cost anybody the ten codes."""
    return crypto.derived(code.replace("-", "").replace(" ", "").lower(), f"recovery:{factor}")


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


also_ask(check_again)
