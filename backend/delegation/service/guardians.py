"""监护人: written down by a clerk who saw the papers of both. Ends with the ward's eighteenth birthday."""

from uuid import UUID

from backend.consents import service as consents
from backend.core import clock, db, ids
from backend.core.actor import PROVINCE, Actor
from backend.core.events import announce
from backend.core.policy import RECENT, inner, verb
from backend.core.problems import Forbidden, Invalid
from backend.core.words import N_
from backend.delegation import access, rules
from backend.delegation.events import MandateAccepted
from backend.delegation.schemas import GuardianRequest, Mandate
from backend.delegation.sealed import seal
from backend.delegation.service.inviting import NotADelegate
from backend.delegation.service.steps import assistance_of, end_of, offered, record, seen
from backend.identity import service as identity

ADD = """INSERT INTO delegation_mandate (region, id, principal, delegate, scopes, items, basis, evidence, called,
        request, state, invited_at, invited_until, accepted_at, sensitive_from, starts, ends)
    VALUES ('000000', $1, $2, $3, $4, '{}', $5, $6, $7, $8, 'accepted', $9, $9, $9, NULL, $9, $10)"""
GUARDED = f"""SELECT {access.COLUMNS} FROM delegation_mandate WHERE principal = $1 AND state = 'accepted'
    AND basis = ANY($2::text[]) AND ends > $3 ORDER BY id LIMIT 10"""


@verb("delegation.register_guardian", N_("Write down a guardian at the counter"), "clerk", fresh=RECENT)
async def register_guardian(actor: Actor, wanted: GuardianRequest) -> Mandate:
    """The clerk assists the guardian, who is here with the papers. No cooling-off: the law gave the right."""
    assistance, now = await assistance_of(actor), clock.now()
    if assistance is None or actor.channel != "counter":
        raise Forbidden(N_("A guardian is written down at a counter, with the papers on the table."))
    guardian, birth = actor.person, await identity.birth_of(wanted.ward)
    today = clock.local(now).date()
    if guardian == wanted.ward or rules.child(await identity.birth_of(guardian), today):
        raise NotADelegate(N_("Only adults act for somebody else."))
    if wanted.kind == "guardian" and not rules.child(birth, today):
        raise Invalid({"ward": N_("This person is not known to be under 18")})
    offered(wanted.scopes)
    row, ends = ids.new(), end_of(wanted.until, wanted.kind, now, birth)
    async with db.transaction():
        await db.execute(
            ADD, row, wanted.ward, guardian, sorted(set(wanted.scopes)), wanted.kind,
            seal(row, "evidence", f"assistance:{assistance} {wanted.evidence}"), seal(row, "called", wanted.relation),
            row.bytes, now, ends,
        )  # fmt: skip
        await record(actor, row, "acceptance", why=wanted.evidence)
        event = MandateAccepted(region=PROVINCE, subject=row, person=wanted.ward, delegate=guardian)
        await announce(actor, event)
    return (await seen(actor, [await access.mandate(actor, row)]))[0]


async def guardians_of(person: UUID) -> list[UUID]:
    """The guardians of this person on record now."""
    rows = await db.fetch(GUARDED, person, list(rules.GUARDIANS), clock.now())
    return [row["delegate"] for row in rows]


async def guarded(person: UUID) -> bool:
    """Whether a guardian of this person is on record now."""
    return bool(await guardians_of(person))


@inner
async def guardian_acts(actor: Actor) -> bool:
    """Whether the actor acts under a guardian's mandate that counts now."""
    row = await db.fetchrow(access.ONE, actor.mandate) if actor.basis == "delegation" and actor.mandate else None
    return row is not None and row["basis"] in rules.GUARDIANS and bool(access.counting(row))


consents.use_guardians(guardian_acts)
identity.use_guardian_consents(guarded)
identity.use_guardians(guardians_of)
