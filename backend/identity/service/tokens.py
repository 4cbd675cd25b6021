"""Tokens of programs: a signed access token of ten minutes, and a refresh token that works once.

A refresh token that comes a second time was copied; then whoever holds its successors may be the thief, so the whole
session ends (RFC 9700 §4.14). Two uses at once count as two: programs keep one refresh in flight.
"""

from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from backend.core import clock, crypto, db, ids, rate
from backend.core.actor import Actor
from backend.core.events import announce
from backend.core.policy import SIGNED_IN, verb
from backend.core.problems import Forbidden, Gone
from backend.core.words import N_
from backend.identity import bearer, rules
from backend.identity.events import REFRESH_REUSED, RefreshReused, TokensIssued
from backend.identity.schemas import TokenRotation, Tokens
from backend.identity.service.telling import tell
from backend.settings import settings

PER_ADDRESS = (120, 300)
ADD = """INSERT INTO identity_refresh (region, id, session, token_hash, created, expires_at)
    VALUES ('000000', $1, $2, $3, $4, $5)"""
SUPERSEDE = "UPDATE identity_refresh SET used_at = $2 WHERE region = '000000' AND session = $1 AND used_at IS NULL"
USE = """UPDATE identity_refresh SET used_at = $2
    WHERE region = '000000' AND token_hash = $1 AND used_at IS NULL AND expires_at > $2 RETURNING session"""
USED = "SELECT session FROM identity_refresh WHERE region = '000000' AND token_hash = $1 AND used_at IS NOT NULL"
SESSION = """SELECT s.id, s.kind, s.last_seen, s.expires_at, s.ended_at, coalesce(s.proved_at, s.created) AS proved_at,
        coalesce(p.mode, '') AS mode
    FROM identity_session s
    LEFT JOIN identity_person p ON p.region = s.region AND p.id = s.subject AND s.kind = 'resident'
    WHERE s.region = '000000' AND s.id = $1"""
TOUCH = "UPDATE identity_session SET last_seen = $2 WHERE region = '000000' AND id = $1"
END = """UPDATE identity_session SET ended_at = $2 WHERE region = '000000' AND id = $1 AND ended_at IS NULL
    RETURNING kind, subject, subject_region"""


class RefreshEnded(Gone):
    """The token was used before, has run out, or its session is over: which is not said."""

    code, title = "refresh-ended", N_("Please sign in again")


class SessionTokenNeeded(Forbidden):
    """A pair of tokens is made from a program's own sign-in, not from a browser's cookie or another signed token."""

    code, title = "session-token-needed", N_("Send the token of the sign-in")


@verb("identity.issue_tokens", N_("Get tokens for a program"), SIGNED_IN)
async def issue_tokens(actor: Actor, token: str, *, by_cookie: bool) -> Tokens:
    """The first pair of tokens of a session. Asking again ends the refresh tokens of before."""
    if by_cookie or bearer.looks_signed(token) or actor.session is None:
        raise SessionTokenNeeded()
    row = await db.fetchrow(SESSION, actor.session)
    assert row is not None
    async with db.transaction():
        await db.execute(SUPERSEDE, actor.session, clock.now())
        pair = await _pair(row)
        subject = actor.acting or actor.session
        await announce(actor, TokensIssued(region=actor.region, subject=subject, session=actor.session))
    return pair


async def rotate_tokens(wanted: TokenRotation, *, address: str) -> Tokens:
    """The next pair for the refresh token that came last; an earlier one ends the session."""
    limit, per = PER_ADDRESS
    await rate.check("refresh-address", crypto.index(address, "address").hex()[:32], limit=limit, per=per)
    hashed, now = sha256(wanted.refresh_token.encode()).digest(), clock.now()
    async with db.transaction():
        session = await db.fetchval(USE, hashed, now)
        row = await db.fetchrow(SESSION, session) if session else None
        if row is not None and _lives(row, now):
            await db.execute(TOUCH, session, now)
            return await _pair(row)
    if session is None:
        used = await db.fetchval(USED, hashed)
        if used is not None:
            await _reused(used)
    raise RefreshEnded(N_("This program was signed out."), next_step=("/sign-in", N_("Sign in")))


async def _pair(row: Any) -> Tokens:
    """A new pair for a session. The refresh token lives as long as the session can."""
    refresh = crypto.token()
    hashed, ends = sha256(refresh.encode()).digest(), row["expires_at"]
    await db.execute(ADD, ids.new(), row["id"], hashed, clock.now(), ends)
    access, expires = bearer.make(row["id"], row["proved_at"])
    return Tokens(access_token=access, expires_at=expires, refresh_token=refresh, refresh_expires_at=ends)


def _lives(row: Any, now: datetime) -> bool:
    return row["ended_at"] is None and rules.live(
        kind=row["kind"], mode=row["mode"], last_seen=row["last_seen"], expires_at=row["expires_at"], now=now
    )


async def _reused(session: UUID) -> None:
    """End the session of a token that came twice; its owner is told once."""
    watching = Actor.system("watch refresh tokens")
    async with db.transaction():
        row = await db.fetchrow(END, session, clock.now())
        if row is None:
            return
        event = RefreshReused(region=row["subject_region"], subject=row["subject"], session=session)
        await announce(watching, event)
        if row["kind"] == "resident":
            values = {"phone": settings().help_phone}
            await tell(watching, row["subject"], REFRESH_REUSED, values, about=session, once=f"{session}:reused")
