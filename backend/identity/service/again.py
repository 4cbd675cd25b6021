"""Fresh proof (核实是您本人): whoever is signed in shows once more that it is them, in the same account.

The session goes on under a new token, so that what was copied before is worth nothing for what now becomes possible.
The proof is always that of whoever acts, also while they help somebody or act under a mandate: hence ``ANY_SCOPE``.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID

from backend.core import db, masks
from backend.core.actor import Actor
from backend.core.policy import ANY_SCOPE, SIGNED_IN, verb
from backend.core.problems import Conflict, SignInRequired
from backend.core.words import N_
from backend.identity.schemas import (
    CodeAgain,
    CodeSent,
    PasskeyAnswer,
    PasskeyChallenge,
    PasswordAgain,
    ProofWays,
    SignedIn,
)
from backend.identity.sealed import unseal
from backend.identity.service import challenges
from backend.identity.service.codes import right_code, send_code, use_code
from backend.identity.service.passkeys import credentials_of
from backend.identity.service.sessions import renew_proof
from backend.identity.service.staff import check_password

SecondFactor = Callable[[Actor, str], Awaitable[None]]
PHONE = "SELECT phone FROM identity_person WHERE region = '000000' AND id = $1 AND state = 'active'"
_second: list[SecondFactor] = []


class NoPhone(Conflict):
    """No number is on record to which a code could go."""

    code, title = "no-phone-on-record", N_("We have no phone number of yours")


def also_ask(check: SecondFactor) -> None:
    """Let staff give their second factor with the password; the check raises ``Invalid`` on ``code``."""
    _second[:] = [check]


@verb("identity.proof_ways", N_("Show once more that it is me"), SIGNED_IN, scope=ANY_SCOPE)
async def proof_ways(actor: Actor) -> ProofWays:
    """How whoever is signed in can prove themselves again."""
    me, staff = _me(actor), not actor.is_("resident")
    return ProofWays(
        phone_masked="" if staff else masks.phone(await _phone(me)),
        passkey=bool(await credentials_of(me)),
        password=staff,
        second_factor=staff and bool(_second),
    )


@verb("identity.send_proof_code", N_("Show once more that it is me"), SIGNED_IN, scope=ANY_SCOPE)
async def send_proof_code(actor: Actor, *, address: str, lang: str, by: str = "sms") -> CodeSent:
    """A code to the number on record, and to no other."""
    me = _me(actor)
    digits = await _phone(me) if actor.is_("resident") else ""
    if not digits:
        raise NoPhone(N_("Use a passkey, or come to a counter with your identity card."))
    return await send_code(actor, digits, "again", by=by, address=address, lang=lang, subject=me)


@verb("identity.prove_by_code", N_("Show once more that it is me"), SIGNED_IN, scope=ANY_SCOPE)
async def prove_by_code(actor: Actor, wanted: CodeAgain, *, address: str) -> SignedIn:
    """The right code proves its owner again."""
    row = await right_code(wanted.request, wanted.code, "again", address=address, subject=_me(actor))
    async with db.transaction():
        await use_code(row["id"])
        return _signed(await renew_proof(actor, proof="code"))


@verb("identity.begin_passkey_again", N_("Show once more that it is me"), SIGNED_IN, scope=ANY_SCOPE)
async def begin_passkey_again(actor: Actor, *, address: str) -> PasskeyChallenge:
    """What one of my own devices is asked."""
    await challenges.limited(address)
    me = _me(actor)
    return await challenges.make("again", subject=me, known=await credentials_of(me))


@verb("identity.prove_by_passkey", N_("Show once more that it is me"), SIGNED_IN, scope=ANY_SCOPE)
async def prove_by_passkey(actor: Actor, answer: PasskeyAnswer, *, address: str) -> SignedIn:
    """One of my own passkeys proves me again; it is two factors in one."""
    await challenges.limited(address)
    await challenges.prove(answer, "again", _me(actor))
    return _signed(await renew_proof(actor, proof="passkey"))


@verb("identity.prove_by_password", N_("Show once more that it is me"), SIGNED_IN, scope=ANY_SCOPE)
async def prove_by_password(actor: Actor, wanted: PasswordAgain, *, address: str) -> SignedIn:
    """A staff member's password, and their second factor, prove them again. Wrong ones count as at the sign-in."""
    await check_password(actor, wanted.password, address=address)
    for check in _second:
        await check(actor, wanted.code)
    return _signed(await renew_proof(actor, proof=None))


async def _phone(person: UUID) -> str:
    return unseal("person", person, "phone", await db.fetchval(PHONE, person))


def _me(actor: Actor) -> UUID:
    if actor.acting is None:
        raise SignInRequired()
    return actor.acting


def _signed(opened: tuple[str, datetime]) -> SignedIn:
    return SignedIn(token=opened[0], expires_at=opened[1])
