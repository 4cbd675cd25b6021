"""更正: the person says what is wrong and why; a clerk who sees the card decides, and a no has a reason in writing."""

from typing import Any
from uuid import UUID

from backend.core import clock, db, ids, rate, trail
from backend.core.actor import PROVINCE, Actor
from backend.core.events import announce
from backend.core.policy import RECENT, verb
from backend.core.problems import Conflict, Forbidden, Invalid, NotFound
from backend.core.sealing import legible
from backend.core.words import N_
from backend.identity import service as identity
from backend.notifications.schemas import Template
from backend.privacy import rules
from backend.privacy.events import CorrectionAsked, CorrectionDecided, CorrectionWithdrawn
from backend.privacy.schemas import CorrectionDecision, CorrectionLine, CorrectionRequest
from backend.privacy.sealed import seal, unseal
from backend.settings import settings

WHO = ("resident", "operator", "clerk")
SHORTEST_REASON = 4
ASKED_FOR, ANSWER = N_("The correction you asked for"), ("/privacy/corrections", N_("See the answer"))
GRANTED = Template(
    id="correction-granted",
    guard=True,
    title=ASKED_FOR,
    next=ANSWER,
    text=N_("Your details were corrected as you asked. Questions? Call {phone}."),
)
REFUSED = Template(
    id="correction-refused",
    title=ASKED_FOR,
    next=ANSWER,
    text=N_("Your details were not corrected. The reason is in writing under My data. Questions? Call {phone}."),
)
ADD = """INSERT INTO privacy_correction (region, id, person, field, wanted, reason, asked_at, acting, basis, channel)
    VALUES ('000000', $1, $2, $3, $4, $5, $6, $7, $8, $9)
    ON CONFLICT (region, person, field) WHERE state = 'asked' DO NOTHING RETURNING id"""
OF_PERSON = """SELECT id, field, wanted, reason, state, asked_at, decided_at, answer FROM privacy_correction
    WHERE region = '000000' AND person = $1 ORDER BY id DESC LIMIT 100"""
DECIDE = """UPDATE privacy_correction SET state = $3, decided_at = $4, decided_by = $5, answer = $6
    WHERE region = '000000' AND id = $1 AND person = $2 AND state = 'asked' RETURNING field, wanted"""


class AlreadyAsked(Conflict):
    """A correction of this detail is waiting."""

    code, title = "correction-waiting", N_("You have asked for this correction already")


class CardNeeded(Forbidden):
    """Decided only where somebody sees the card."""

    code, title = "card-needed", N_("This is decided at a counter, with the identity card")


@verb("privacy.ask_correction", N_("Ask for a correction"), *WHO, fresh=RECENT)
async def ask_correction(actor: Actor, wanted: CorrectionRequest) -> CorrectionLine:
    """Say what is wrong. One request a detail at a time."""
    person = actor.person
    limit, per = rules.CORRECTIONS
    await rate.check("correction", str(person), limit=limit, per=per)
    value = identity.corrected_value(wanted.field, wanted.wanted)
    new = ids.new()
    async with db.transaction():
        added = await db.fetchval(
            ADD, new, person, wanted.field, seal("correction", new, "wanted", value),
            seal("correction", new, "reason", wanted.reason),
            clock.now(), actor.acting, actor.basis, actor.channel,
        )  # fmt: skip
        if added is None:
            raise AlreadyAsked(N_("Bring your identity card to a counter, or take it back and ask anew."))
        await announce(actor, CorrectionAsked(region=PROVINCE, subject=new, person=person, field=wanted.field))
    return next(each for each in await corrections_of(person) if each.id == new)


@verb("privacy.corrections", N_("See corrections asked for"), *WHO)
async def corrections(actor: Actor) -> list[CorrectionLine]:
    """What was asked for and what became of it, the latest first."""
    purpose = N_("Correcting your details with you")
    await trail.viewed(actor, region=PROVINCE, person=actor.person, what="corrections", purpose=purpose)
    return await corrections_of(actor.person)


@verb("privacy.withdraw_correction", N_("Take a correction back"), *WHO)
async def withdraw_correction(actor: Actor, correction: UUID) -> None:
    """The person no longer wants it."""
    async with db.transaction():
        await _end(actor, correction, "withdrawn", "")
        await announce(actor, CorrectionWithdrawn(region=PROVINCE, subject=correction, person=actor.person))


@verb("privacy.decide_correction", N_("Decide about a correction"), "clerk", fresh=RECENT)
async def decide_correction(actor: Actor, correction: UUID, decision: CorrectionDecision) -> None:
    """A clerk who helps the person at a counter compares with the card and decides."""
    if actor.basis != "assisted" or actor.channel != "counter":
        raise CardNeeded(
            N_("Begin helping the person at your counter first."), next_step=("/desk/assist", N_("Go there"))
        )
    person = actor.person
    if not decision.granted and len(decision.answer) < SHORTEST_REASON:
        raise Invalid({"answer": N_("A refusal needs a reason that the person can read")})
    state = "granted" if decision.granted else "refused"
    async with db.transaction():
        row = await _end(actor, correction, state, decision.answer)
        if decision.granted:
            value = unseal("correction", correction, "wanted", row["wanted"])
            await identity.correct_person(actor, person, row["field"], value)
        event = CorrectionDecided(region=PROVINCE, subject=correction, person=person, field=row["field"], state=state)
        await announce(actor, event)
        template = GRANTED if decision.granted else REFUSED
        values = {"phone": settings().help_phone}
        await identity.tell(actor, person, template, values, about=correction, once=f"{template.id}:{correction}")


async def corrections_of(person: UUID) -> list[CorrectionLine]:
    """The rows of a person, readable."""
    return [_line(row) for row in await db.fetch(OF_PERSON, person)]


async def _end(actor: Actor, correction: UUID, state: str, answer: str) -> Any:
    sealed = seal("correction", correction, "answer", answer) if answer else None
    row = await db.fetchrow(DECIDE, correction, actor.person, state, clock.now(), actor.acting, sealed)
    if row is None:
        raise NotFound()
    return row


def _line(row: Any) -> CorrectionLine:
    wanted, reason, answer = (
        legible("correction", row["id"], name, row[name]) for name in ("wanted", "reason", "answer")
    )
    return CorrectionLine(
        id=row["id"], field=row["field"], wanted=wanted, reason=reason, state=row["state"], asked_at=row["asked_at"],
        decided_at=row["decided_at"], answer=answer,
    )  # fmt: skip
