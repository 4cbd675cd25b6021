"""Passwords of staff: which are good enough, and the lock after five wrong ones."""

from datetime import timedelta
from uuid import UUID

from backend.core import clock, crypto, db, ids
from backend.core.problems import Invalid, TooMany
from backend.core.words import N_
from backend.identity import rules
from backend.identity.service import hashing

# Counted before the secret is compared, for unknown names as well: parallel guesses count, and a lock tells nothing.
COUNT = """INSERT INTO identity_attempt AS a (region, id, login_index, failures, locked_until, changed)
    VALUES ('000000', $1, $2, 1, NULL, $3)
    ON CONFLICT (region, login_index) DO UPDATE SET changed = $3,
        failures = CASE WHEN a.locked_until <= $3 OR a.changed < $5::timestamptz THEN 1 ELSE a.failures + 1 END,
        locked_until = CASE WHEN a.locked_until <= $3 OR a.changed < $5 THEN NULL
            WHEN a.failures + 1 >= $6 THEN $4::timestamptz END
    WHERE a.locked_until IS NULL OR a.locked_until <= $3
    RETURNING failures"""
LOCKED = "SELECT locked_until FROM identity_attempt WHERE region = '000000' AND login_index = $1"
CLEAR = "DELETE FROM identity_attempt WHERE region = '000000' AND login_index = ANY($1::bytea[])"
ANY_LOCK = """SELECT 1 FROM identity_attempt
    WHERE region = '000000' AND login_index = ANY($1::bytea[]) AND locked_until > $2 LIMIT 1"""


class WrongPassword(Invalid):
    """Name and password do not fit together; which of the two is not said."""

    code = "wrong-password"


class LockedOut(TooMany):
    """Five wrong passwords, or five wrong codes of the second factor, in a row."""

    code, title = "locked-out", N_("This sign-in is locked for a while")


def login_key(login: str) -> bytes:
    """Under which wrong passwords of a login name are counted."""
    return crypto.index(login, "login")


def factor_key(staff: UUID) -> bytes:
    """Under which wrong codes of a second factor are counted."""
    return crypto.index(str(staff), "second-factor")


async def count(key: bytes, sentence: str) -> None:
    """Count one try; raises ``LockedOut``. ``sentence`` may name ``{minutes}``."""
    now = clock.now()
    forgotten = now - timedelta(hours=24)
    async with db.transaction():
        counted = await db.fetchval(COUNT, ids.new(), key, now, now + rules.LOCKED_FOR, forgotten, rules.PASSWORD_TRIES)
    if counted is None:
        until = await db.fetchval(LOCKED, key)
        seconds = max(1, int((until - now).total_seconds())) if until else 1
        raise LockedOut(seconds, sentence, values={"minutes": -(-seconds // 60)})


async def clear(*keys: bytes) -> None:
    """Forget the wrong tries."""
    await db.execute(CLEAR, list(keys))


async def is_locked(*keys: bytes) -> bool:
    """Whether one of them is locked now."""
    return await db.fetchval(ANY_LOCK, list(keys), clock.now()) is not None


async def hashed(password: str, login: str) -> str:
    """The hash of a new password; raises ``Invalid`` for one that is too short or among those tried first."""
    if len(password) < rules.SHORTEST:
        raise Invalid({"password": N_("Use at least 12 characters")})
    if rules.too_easy(password, login):
        raise Invalid({"password": N_("This password is among those that are tried first. Choose another one.")})
    return await hashing.hashed(password)
