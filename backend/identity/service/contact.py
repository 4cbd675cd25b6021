"""What delegation needs to know of a number, a birthday, a session. Never the number itself of somebody else."""

from collections.abc import Awaitable, Callable
from datetime import date
from uuid import UUID

from backend.core import db
from backend.core.actor import Actor
from backend.core.policy import PUBLIC, inner, verb
from backend.core.problems import SignInRequired
from backend.core.words import N_
from backend.identity import rules
from backend.identity.sealed import phone_index, phone_indexes, unseal
from backend.settings import settings

Wards = Callable[[Actor], Awaitable[list[tuple[UUID, str]]]]
_wards: list[Wards] = []
TURN = """UPDATE identity_session SET mandate = $3
    WHERE region = '000000' AND id = $1 AND subject = $2 AND ended_at IS NULL RETURNING id"""


def phone_fingerprint(text: str) -> tuple[str, bytes] | None:
    """The digits of a typed mobile number and their fingerprint; nothing is looked up, so nothing can be told."""
    digits = rules.phone(text, demo=settings().demo)
    return (digits, phone_index(digits)) if digits else None


async def fingerprints_of(person: UUID) -> list[bytes]:
    """The fingerprints that a row of a person's number may carry, under all known keys; none without a number."""
    sql = "SELECT phone FROM identity_person WHERE region = '000000' AND id = $1 AND state = 'active'"
    digits = unseal("person", person, "phone", await db.fetchval(sql, person))
    return phone_indexes(digits) if digits else []


async def birth_of(person: UUID) -> date | None:
    """A person's date of birth, when it is known; for deciding, not for showing."""
    sql = "SELECT birth FROM identity_person WHERE region = '000000' AND id = $1 AND state = 'active'"
    text = unseal("person", person, "birth", await db.fetchval(sql, person))
    return date.fromisoformat(text) if text else None


@inner
async def turn_session(actor: Actor, mandate: UUID | None) -> None:
    """From now on this session acts under a mandate, or for itself again. Delegation has checked the mandate."""
    if actor.session is None or await db.fetchval(TURN, actor.session, actor.acting, mandate) is None:
        raise SignInRequired()


def use_wards(find: Wards) -> None:
    """Let delegation name those for whom a person may act now, for choosing on 我的."""
    _wards[:] = [find]


@verb("identity.wards", N_("See for whom I may act now"), PUBLIC)
async def wards(actor: Actor) -> list[tuple[UUID, str]]:
    """(mandate, name) of those for whom somebody may act now."""
    return await _wards[0](actor) if _wards and actor.basis == "self" and actor.acting is not None else []
