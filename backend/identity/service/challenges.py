"""Challenges for passkeys: made for one purpose and one browser, answered once within five minutes."""

import hmac
import secrets
from collections.abc import Sequence
from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from backend.core import clock, crypto, db, ids, rate
from backend.core.actor import PROVINCE, Actor
from backend.core.events import announce
from backend.core.problems import Gone, Invalid
from backend.core.words import N_
from backend.identity import ceremony
from backend.identity.events import PASSKEY_COPIED, PasskeyCounterFell
from backend.identity.schemas import PasskeyAnswer, PasskeyChallenge
from backend.identity.service.telling import tell

LIFE = timedelta(minutes=ceremony.MINUTES)
PER_ADDRESS = (300, 300)  # many phones share an address, and there is nothing to guess
ADD = """INSERT INTO identity_challenge
        (region, id, request_hash, challenge_hash, purpose, subject, created, expires_at)
    VALUES ('000000', $1, $2, $3, $4, $5, $6, $7)"""
# Taken before anything is checked: a challenge is answered once, rightly or wrongly.
TAKE = """UPDATE identity_challenge SET used_at = $4
    WHERE region = '000000' AND request_hash = $1 AND purpose = $2 AND subject IS NOT DISTINCT FROM $3
        AND used_at IS NULL AND expires_at > $4
    RETURNING challenge_hash"""
FIND = """SELECT id, kind, subject, subject_region, public_key FROM identity_passkey
    WHERE region = '000000' AND credential = $1"""
# The counter is compared where it is written, so that of two answers at once with one counter only one counts.
# Devices that keep no counter always say 0.
USE = """UPDATE identity_passkey SET sign_count = $2, last_used = $3
    WHERE region = '000000' AND id = $1 AND (sign_count < $2 OR (sign_count = 0 AND $2 = 0)) RETURNING id"""


class PasskeyEnded(Gone):
    """The challenge was answered, has run out, or was made in another browser."""

    code, title = "passkey-ended", N_("This took too long or was done already")


class PasskeyRefused(Invalid):
    """Not a key we know, not signed by it, not for this portal, or its owner was not verified: which is not said."""

    code, title = "passkey-refused", N_("This passkey did not work")


async def make(
    purpose: str, *, subject: UUID | None = None, name: str = "", known: Sequence[bytes] = ()
) -> PasskeyChallenge:
    """A challenge for a device: to make a key named after its owner, or to use one of ``known`` (none: any)."""
    await ceremony.ready()
    challenge, request, now = secrets.token_bytes(32), crypto.token(), clock.now()
    hashed = sha256(challenge).digest()
    await db.execute(ADD, ids.new(), _hash(request), hashed, purpose, subject, now, now + LIFE)
    if purpose == "register" and subject is not None:
        options = ceremony.creation(subject.bytes, name, challenge, known)
    else:
        options = ceremony.request(challenge, known)
    return PasskeyChallenge(request=request, options=options, expires_in=int(LIFE.total_seconds()))


async def take(answer: PasskeyAnswer, purpose: str, subject: UUID | None = None) -> ceremony.Answer:
    """The answer to a challenge of ours, which is used up by it; raises ``PasskeyEnded`` or ``PasskeyRefused``."""
    await ceremony.ready()
    expected = await db.fetchval(TAKE, _hash(answer.request), purpose, subject, clock.now())
    if expected is None:
        raise PasskeyEnded(N_("Please try once more. Nothing has been changed."))
    try:
        read = ceremony.read(answer.credential)
    except ceremony.NotGood:
        raise refused() from None
    if not hmac.compare_digest(expected, sha256(read.challenge).digest()):
        raise refused()
    return read


async def prove(answer: PasskeyAnswer, purpose: str, subject: UUID | None = None) -> Any:
    """The key (its row) by which its owner was proved. A counter that fell may mean a copied key: refused and told."""
    read = await take(answer, purpose, subject)
    key = await db.fetchrow(FIND, read.credential)
    if key is None or (read.handle and read.handle != key["subject"].bytes) or subject not in (None, key["subject"]):
        raise refused()
    try:
        count = ceremony.proved(answer.credential, read.challenge, key["public_key"])
    except ceremony.NotGood:
        raise refused() from None
    if await db.fetchval(USE, key["id"], count, clock.now()) is None:
        await _counter_fell(key)
        raise refused()
    return key


async def limited(address: str) -> None:
    """Hold back an address that asks for, or answers, very many challenges."""
    key = crypto.index(address, "address").hex()[:32]
    await rate.check("passkey-address", key, limit=PER_ADDRESS[0], per=PER_ADDRESS[1])


def refused() -> PasskeyRefused:
    """The same words whatever was wrong."""
    return PasskeyRefused({"credential": N_("This passkey did not work. Try once more, or sign in another way.")})


async def _counter_fell(key: Any) -> None:
    """On record and told even though the sign-in is refused, so in a transaction of its own."""
    watching = Actor.system("watch passkeys")
    async with db.transaction():
        event = PasskeyCounterFell(region=key["subject_region"], subject=key["subject"], passkey=key["id"])
        told = await announce(watching, event)
        if key["kind"] == "resident":
            await tell(watching, key["subject"], PASSKEY_COPIED, {}, about=key["id"], once=f"{told}:passkey-copied")


def region_of(kind: str, actor: Actor) -> str:
    """Where the owner's row lives: residents in the province register, staff in the county of their post."""
    return PROVINCE if kind == "resident" else actor.region


def _hash(request: str) -> bytes:
    return sha256(request.encode()).digest()
