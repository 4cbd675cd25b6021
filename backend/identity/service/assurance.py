"""How well a person is known: by phone, at a counter (窗口核验), by the national register (实名认证)."""

from datetime import date
from typing import Any

from backend.consents import service as consents
from backend.consents.schemas import Giving
from backend.core import clock, db, rate
from backend.core.actor import ASSURANCE, PROVINCE, Actor
from backend.core.events import announce
from backend.core.policy import RECENT, VERBS, below, verb
from backend.core.problems import Conflict, Forbidden, Invalid, NotFound, Unavailable
from backend.core.words import N_
from backend.identity import realname, rules
from backend.identity.events import AssuranceRaised
from backend.identity.realname import RealNameCheck
from backend.identity.schemas import AssuranceLevel, AssuranceState, CounterCheck, DocumentKind, RealNameRequest
from backend.identity.sealed import document_index, document_indexes, name_birth_index, seal, unseal
from backend.identity.service.assistance import current_assistance
from backend.identity.service.people import document_taken
from backend.identity.service.register import AlreadyKnown
from backend.settings import settings

CONSENT = "real-name-check"  # the purpose that the person agrees to
KNOWN = """SELECT name, birth, document, document_index, document_kind, assurance FROM identity_person
    WHERE region = '000000' AND id = $1 AND state = 'active'"""
STORE = """UPDATE identity_person SET name = $2, birth = $3, name_birth_index = $4, document = $5, document_index = $6,
        document_kind = $7, changed = $8
    WHERE region = '000000' AND id = $1"""
RAISE = "UPDATE identity_person SET assurance = $2, changed = $3 WHERE region = '000000' AND id = $1"
COUNTER = ("/halls", N_("Find a hall"))
TAKEN = N_("The phone number or the document is in the register. Search for the person instead.")
WRONG_NUMBER = N_("This number does not add up. Please compare it with the card")


class NotInPerson(Forbidden):
    """This needs the person and their identity card at a counter."""

    code, title = "not-in-person", N_("The person must be here with the identity card")


class NotConfirmed(Conflict):
    """One answer for everything that a counter has to settle, so that nobody learns whose documents we know."""

    code, title = "real-name-not-confirmed", N_("We could not confirm this here")


class RealNameUnavailable(Unavailable):
    """The national service does not answer, or none is connected."""

    code, title = "real-name-unavailable", N_("The name cannot be checked at the moment")


async def in_person(actor: Actor) -> None:
    """Raise ``NotInPerson`` unless this clerk has checked the identity card of the person who is being helped."""
    helping = await current_assistance(actor)
    if helping is None or helping.channel != "counter" or "id-card" not in helping.verified:
        raise NotInPerson(
            N_("Begin helping the person, and check the identity card."), next_step=("/desk/assist", N_("Go there"))
        )


async def known_at_counter(actor: Actor, *, document: str, kind: DocumentKind, name: str = "") -> None:
    """Keep what the clerk has seen and raise the level; a document on record is not replaced here."""
    me = actor.person
    async with db.transaction():
        row = await _known(actor, alone=True)
        if row["document"] is None:
            await _store(actor, row, document=document, kind=kind, name=name)
        if below(row["assurance"], "counter"):
            await db.execute(RAISE, me, "counter", clock.now())
            await announce(actor, AssuranceRaised(region=PROVINCE, subject=me, level="counter"))


@verb("identity.verify_at_counter", N_("Check an identity card at the counter"), "clerk", fresh=RECENT)
async def verify_at_counter(actor: Actor, seen: CounterCheck) -> None:
    """窗口核验: the clerk has the document in hand; its number is kept sealed and the level rises."""
    await in_person(actor)
    await known_at_counter(actor, document=seen.document, kind=seen.kind, name=seen.name)


@verb("identity.confirm_real_name", N_("Have one's name checked"), "resident")
async def confirm_real_name(actor: Actor, wanted: RealNameRequest, *, check: RealNameCheck | None = None) -> None:
    """实名认证: for oneself only; the service's reference is kept, not its data.

    The separate consent stands in the ledger before anybody is asked; who has taken it back gives it anew.
    """
    service = check or realname.configured()
    kind = _kind(wanted.document, wanted.kind)
    wrong = {} if kind else {"document": WRONG_NUMBER}
    if not wanted.consent:
        wrong["consent"] = N_("Without your consent we ask nobody. A counter can check your card instead")
    if kind is None or wrong:
        raise Invalid(wrong)
    if rules.child(rules.birth_in(wanted.document, kind), clock.today()):
        raise NotConfirmed(N_("For a child under 14 a guardian comes along to a counter."), next_step=COUNTER)
    limit, per = rules.REAL_NAME_CHECKS
    await rate.check("real-name", str(actor.person), limit=limit, per=per)
    if service is None:
        raise RealNameUnavailable(N_("A counter can check your identity card instead."), next_step=COUNTER)
    await consents.give(actor, Giving(purpose=CONSENT, version=wanted.consent_version))
    await consents.require(actor, actor.person, CONSENT)
    answer = await service.compare(wanted.name, rules.tidy_document(wanted.document), kind)
    if answer.outcome == "unavailable":
        raise RealNameUnavailable(
            N_("The national service does not answer. Try again later, or show your card at a counter."),
            next_step=COUNTER,
        )
    if answer.outcome != "match" or not await _confirmed(actor, wanted, kind, answer.reference):
        raise NotConfirmed(
            N_("Please compare name and number with your document. If they are right, a counter settles it."),
            next_step=COUNTER,
        )


@verb("identity.assurance", N_("See how well one is known"), "resident", "clerk", "operator")
async def assurance(actor: Actor) -> AssuranceState:
    """The level reached, and what each level opens: taken from the rules of the verbs."""
    row = await _known(actor)
    reached = row["assurance"]
    levels = [
        AssuranceLevel(
            name=name,
            reached=not below(reached, name),
            opens=[rule.title for rule in VERBS.values() if rule.assurance == name],
        )
        for name in ASSURANCE
    ]
    checkable = actor.basis == "self" and realname.configured() is not None
    return AssuranceState(
        level=reached, levels=levels, checkable=checkable, try_with=_invented(actor, row) if checkable else ""
    )


def _invented(actor: Actor, row: Any) -> str:
    """A number to try the demonstration's check with: the one on record, or one that belongs to nobody."""
    me = actor.person
    if not settings().demo or settings().realname_url:
        return ""
    if row["document"] is not None:
        known = unseal("person", me, "document", row["document"])
        return known if row["document_kind"] == "demonstration" else ""
    birth = unseal("person", me, "birth", row["birth"])
    return realname.demo.number_for(me, date.fromisoformat(birth) if birth else None)


async def _confirmed(actor: Actor, wanted: RealNameRequest, kind: str, reference: str) -> bool:
    """Keep the confirmed document; ``False`` when it is another one than on record, or somebody else's."""
    me = actor.person
    try:
        async with db.transaction():
            row = await _known(actor, alone=True)
            if row["document"] is not None and row["document_index"] not in document_indexes(_key(wanted, kind)):
                return False
            await _write(actor, row, document=wanted.document, kind=kind, name=wanted.name)
            await db.execute(RAISE, me, "real-name", clock.now())
            event = AssuranceRaised(
                region=PROVINCE,
                subject=me,
                level="real-name",
                reference=reference,
                consent=f"{CONSENT}:{wanted.consent_version}",
            )
            await announce(actor, event)
    except AlreadyKnown:
        return False
    return True


async def _store(actor: Actor, row: Any, *, document: str, kind: DocumentKind, name: str) -> None:
    found = _kind(document, kind) if document else None
    if found is None:
        empty = N_("Write down the number of the document that you have seen")
        raise Invalid({"document": WRONG_NUMBER if document else empty})
    await _write(actor, row, document=document, kind=found, name=name)


async def _write(actor: Actor, row: Any, *, document: str, kind: str, name: str) -> None:
    """Seal document, birthday and name for the person's row."""
    me, number = actor.person, rules.document_key(document, kind)
    if await document_taken(me, number):
        raise AlreadyKnown(TAKEN)
    known = unseal("person", me, "birth", row["birth"])
    birth = rules.birth_in(document, kind) or (date.fromisoformat(known) if known else None)
    called = name or unseal("person", me, "name", row["name"])
    await db.execute(
        STORE, me, seal("person", me, "name", called), seal("person", me, "birth", birth.isoformat() if birth else ""),
        name_birth_index(called, birth) if called and birth else None, seal("person", me, "document", number),
        document_index(number), kind, clock.now(),
    )  # fmt: skip


async def _known(actor: Actor, *, alone: bool = False) -> Any:
    """What is on record; ``alone`` keeps others from writing it at the same time."""
    row = await db.fetchrow(f"{KNOWN} FOR UPDATE" if alone else KNOWN, actor.person)
    if row is None:
        raise NotFound()
    return row


def _key(wanted: RealNameRequest, kind: str) -> str:
    return rules.document_key(wanted.document, kind)


def _kind(document: str, kind: DocumentKind) -> str | None:
    return rules.document_kind(document, named=kind, demo=settings().demo)
