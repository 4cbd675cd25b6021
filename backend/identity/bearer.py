"""The access token of a program: a signed, short-lived note of which session speaks (RFC 9068, RFC 8725).

It holds no right and no person. Rights are read through the session's row at each request, so a token dies with its
session, and with each new proof of identity (``auth_time``). One algorithm, our own keys, one kind: nothing to mix up.
"""

import hashlib
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from backend.core import clock, crypto, ids
from backend.identity.origin import origin

PURPOSE = "access-token"
LIFE = timedelta(minutes=10)
SKEW = timedelta(seconds=10)
ALGORITHM, KIND = "EdDSA", "at+jwt"
CLAIMS = ("iss", "aud", "exp", "iat", "jti", "sid", "auth_time")


class Bearer(msgspec.Struct, frozen=True):
    """The session that a good access token names, and when its owner had been proved when it was made."""

    session: UUID
    auth_time: int


def looks_signed(token: str) -> bool:
    """Whether a token has the three parts of a signed one; our random tokens have no dot."""
    return token.count(".") == 2


def make(session: UUID, proved_at: datetime) -> tuple[str, datetime]:
    """A new access token and when it ends."""
    import jwt

    now = clock.now()
    claims = {
        "iss": origin(), "aud": audience(), "iat": int(now.timestamp()), "exp": int((now + LIFE).timestamp()),
        "jti": str(ids.new()), "sid": str(session), "auth_time": int(proved_at.timestamp()),
    }  # fmt: skip
    key = crypto.signing_keys(PURPOSE)[0]
    return jwt.encode(claims, key, ALGORITHM, {"kid": key_id(key), "typ": KIND}), now + LIFE


def read(token: str) -> Bearer | None:
    """What a token of ours says; none for anything else. The time is ours, not the library's."""
    import jwt

    try:
        header = jwt.get_unverified_header(token)
        known = {key_id(each): each.public_key() for each in crypto.signing_keys(PURPOSE)}
        key = known.get(header.get("kid", ""))
        if key is None or header != {"alg": ALGORITHM, "kid": header["kid"], "typ": KIND}:
            return None
        # Only how it is signed, for whom and by whom: times are compared below with the one clock.
        checks: Any = {"require": list(CLAIMS), "verify_exp": False, "verify_iat": False, "verify_nbf": False}
        claims = jwt.decode(token, key, [ALGORITHM], checks, audience=audience(), issuer=origin())
        now, begun, ends = clock.now().timestamp(), int(claims["iat"]), int(claims["exp"])
        if not begun - SKEW.total_seconds() <= now < ends or ends - begun > LIFE.total_seconds():
            return None
        return Bearer(UUID(claims["sid"]), int(claims["auth_time"]))
    except (jwt.PyJWTError, ValueError, TypeError, AttributeError):
        return None


def audience() -> str:
    """Who may take the token: the JSON doors of this portal."""
    return f"{origin()}/api/v1"


@cache
def key_id(key: Ed25519PrivateKey) -> str:
    """The name of a key: the beginning of the hash of its public half."""
    return hashlib.sha256(key.public_key().public_bytes_raw()).hexdigest()[:16]
