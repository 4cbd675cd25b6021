"""The gate in front of minors' records, and a guardian's consent under 14.

未成年人网络保护条例 art. 36: staff read a minor's data only after a manager agreed, on record and technically bounded.
个人信息保护法 art. 31: data of a child under 14 needs the consent of a parent or another guardian.
"""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from backend.core import clock, db, ids
from backend.core.actor import PROVINCE, Actor
from backend.core.events import announce
from backend.core.policy import verb
from backend.core.problems import Conflict, Forbidden, NotFound
from backend.core.sealing import legible
from backend.core.words import N_
from backend.identity import rules
from backend.identity.events import GuardianConsented, MinorRecordOpened, MinorRecordRefused
from backend.identity.schemas import GuardianConsent, PersonSummary
from backend.identity.sealed import seal

BIRTHS = "SELECT id, birth FROM identity_person WHERE region = '000000' AND id = ANY($1::uuid[]) AND birth IS NOT NULL"
APPROVED = """SELECT id, person, until, opened FROM identity_approval
    WHERE region = $1 AND staff = $2 AND person = ANY($3::uuid[]) AND state = 'given' AND until > $4"""
OPENED = """UPDATE identity_approval SET opened = $3 WHERE region = $1 AND id = $2 AND opened IS NULL RETURNING id"""
CONSENTED = """SELECT EXISTS (SELECT 1 FROM identity_guardian_consent
    WHERE region = '000000' AND child = $1 AND withdrawn IS NULL)"""
CONSENT = """INSERT INTO identity_guardian_consent (region, id, child, guardian_name, evidence, given, staff)
    VALUES ('000000', $1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING RETURNING id"""
WITHDRAW = """UPDATE identity_guardian_consent SET withdrawn = $2
    WHERE region = '000000' AND child = $1 AND withdrawn IS NULL RETURNING id"""
END = "UPDATE identity_session SET ended_at = $2 WHERE region = '000000' AND subject = $1 AND ended_at IS NULL"

_consents: list[Callable[[UUID], Awaitable[bool]]] = []


class ApprovalNeeded(Forbidden):
    """A minor's record; a manager has to agree first, and that somebody tried is on record."""

    code, title = "approval-needed", N_("A manager must agree first")


class GuardianConsentNeeded(Forbidden):
    """A child under 14: nothing is stored before a guardian has agreed."""

    code, title = "guardian-consent-needed", N_("A parent or guardian must agree first")


class AlreadyConsented(Conflict):
    """A guardian's consent for this child is on record and was not withdrawn."""

    code, title = "already-consented", N_("A guardian has agreed already")


COME = N_("For a child under 14, a parent or guardian comes to a counter with the household register.")


def use_guardian_consents(given: Callable[[UUID], Awaitable[bool]]) -> None:
    """Let delegation say whether a guardian of the child has agreed there."""
    _consents[:] = [given]


async def closed_to(actor: Actor, people: list[UUID]) -> set[UUID]:
    """Which of these people are minors whose record the actor may not open now. One's principal is never closed."""
    found = await _minors_among(actor, people)
    return found - (await approvals_for(actor, sorted(found))).keys() if found else set()


async def require_open(actor: Actor, people: list[UUID]) -> None:
    """Raise ``ApprovalNeeded`` when one of them is closed; the attempt stays on record although nothing was read."""
    found = await _minors_among(actor, people)
    if not found:
        return
    approved = await approvals_for(actor, sorted(found))
    async with db.transaction():
        for person in sorted(found - approved.keys()):
            await announce(actor, MinorRecordRefused(region=actor.region, subject=person))
        if found <= approved.keys():
            await _opened(actor, approved)
            return
    raise ApprovalNeeded(
        N_("This is the record of somebody under 18. Ask a manager; it takes them one click."),
        next_step=("/desk/approvals", N_("See what was asked")),
    )


async def approvals_for(actor: Actor, people: list[UUID]) -> dict[UUID, Any]:
    """The approvals in force for this actor, by person."""
    rows = await db.fetch(APPROVED, actor.region, actor.acting, people, clock.now())
    return {row["person"]: row for row in rows}


def as_seen(found: list[PersonSummary], closed: set[UUID]) -> list[PersonSummary]:
    """Summaries with nothing left of those who are closed but that there is somebody."""
    return [
        msgspec.structs.replace(
            each, name=rules.mask_minor(each.name), phone_masked="", age=None, home="", closed=True, assurance=""
        )
        if each.id in closed
        else each
        for each in found
    ]


async def guardian_consented(person: UUID) -> bool:
    """Whether a guardian has agreed that this child's data is kept: at a counter, or by delegation."""
    if await db.fetchval(CONSENTED, person):
        return True
    return any([await given(person) for given in _consents])


@verb("identity.record_guardian_consent", N_("Record that a guardian agreed"), "clerk")
async def record_guardian_consent(actor: Actor, person: UUID, consent: GuardianConsent) -> None:
    """监护人同意, given at the counter with the household register or another proof."""
    births = await _births([person])
    if not rules.child(births.get(person), clock.today()):
        raise NotFound()
    if not await store_guardian_consent(actor, person, consent):
        raise AlreadyConsented()


async def store_guardian_consent(actor: Actor, person: UUID, consent: GuardianConsent) -> bool:
    """Keep a consent; ``False`` when one is standing."""
    new = ids.new()
    name = seal("guardian-consent", new, "guardian_name", consent.guardian)
    async with db.transaction():
        if await db.fetchval(CONSENT, new, person, name, consent.evidence, clock.now(), actor.acting) is None:
            return False
        await announce(actor, GuardianConsented(region=PROVINCE, subject=person, evidence=consent.evidence, given=True))
    return True


@verb("identity.withdraw_guardian_consent", N_("Record that a guardian takes the consent back"), "clerk")
async def withdraw_guardian_consent(actor: Actor, person: UUID) -> None:
    """Taking back is as easy as giving: at the same counter; the child is signed out everywhere at once."""
    async with db.transaction():
        if await db.fetchval(WITHDRAW, person, clock.now()) is None:
            raise NotFound()
        await db.execute(END, person, clock.now())
        await announce(actor, GuardianConsented(region=PROVINCE, subject=person, evidence="", given=False))


async def _opened(actor: Actor, approved: dict[UUID, Any]) -> None:
    """The first reading under an approval is announced: guardians are told of it, once."""
    for person, row in approved.items():
        if row["opened"] is None and await db.fetchval(OPENED, actor.region, row["id"], clock.now()):
            await announce(actor, MinorRecordOpened(region=actor.region, subject=person, approval=row["id"]))


async def _minors_among(actor: Actor, people: list[UUID]) -> set[UUID]:
    """The minors among people other than the actor and whoever the actor acts for."""
    if actor.acting is None or actor.is_("system"):
        return set()
    return await _minors([each for each in people if each not in (actor.principal, actor.acting)])


async def _minors(people: list[UUID]) -> set[UUID]:
    today = clock.today()
    births = await _births(people) if people else {}
    return {person for person, birth in births.items() if rules.minor(birth, today)}


async def _births(people: list[UUID]) -> dict[UUID, date]:
    """The birthdays that are known; of one that no key opens nobody can say that it is not a child's: today."""
    found = {}
    for row in await db.fetch(BIRTHS, people):
        birth = legible("person", row["id"], "birth", row["birth"])
        found[row["id"]] = date.fromisoformat(birth) if birth else clock.today()
    return found
