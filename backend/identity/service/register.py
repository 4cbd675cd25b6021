"""The register at a desk: finding a caller or visitor, what they can be verified by, writing down a new one."""

from datetime import date
from hashlib import sha256
from typing import Any
from uuid import UUID

from backend.core import clock, db, ids, rate, sealing, trail
from backend.core.actor import PROVINCE, Actor
from backend.core.events import announce
from backend.core.policy import verb
from backend.core.problems import Conflict, Invalid
from backend.core.words import N_
from backend.identity import rules
from backend.identity.events import PersonRegistered
from backend.identity.schemas import GuardianConsent, PersonFacts, PersonSearch, PersonSummary, Registration
from backend.identity.schemas.roles import DESKS
from backend.identity.sealed import card_number_indexes, name_birth_indexes, phone_indexes
from backend.identity.service.minors import (
    COME,
    GuardianConsentNeeded,
    as_seen,
    closed_to,
    require_open,
    store_guardian_consent,
)
from backend.identity.service.people import FIELDS, insert_person, legible, people_seen
from backend.settings import settings

BY_PHONE = f"""SELECT {FIELDS} FROM identity_person
    WHERE region = '000000' AND phone_index = ANY($1::bytea[]) AND state = 'active'"""
BY_NAME_BIRTH = f"""SELECT {FIELDS} FROM identity_person
    WHERE region = '000000' AND name_birth_index = ANY($1::bytea[]) AND state = 'active' ORDER BY id LIMIT 10"""
BY_CARD = f"""SELECT {FIELDS} FROM identity_person WHERE region = '000000' AND state = 'active' AND id IN (
    SELECT person FROM identity_card WHERE region = '000000' AND state <> 'void'
        AND (number_index = ANY($1::bytea[]) OR token_hash = $2))"""
FINDING = N_("Finding the person who called or came")
FACTS = """SELECT id, name, phone, birth, document, home FROM identity_person
    WHERE region = '000000' AND id = ANY($1::uuid[]) AND state = 'active'"""


class AlreadyKnown(Conflict):
    """The phone or the document belongs to somebody who is in the register."""

    code, title = "person-known", N_("This person is already registered")


@verb("identity.find_people", N_("Find a caller or visitor"), *DESKS)
async def find_people(actor: Actor, wanted: PersonSearch) -> list[PersonSummary]:
    """Find a caller by phone, by card, or by name and birthday. Each person found will see that staff looked."""
    await rate.check("find-person", str(actor.acting), limit=120, per=3600)
    if wanted.phone:
        digits = rules.phone(wanted.phone, demo=settings().demo)
        if digits is None:
            raise Invalid({"phone": N_("Enter a mobile number with 11 digits")})
        rows = await db.fetch(BY_PHONE, phone_indexes(digits))
    elif wanted.card:
        rows = await _by_card(wanted.card.strip())
    elif wanted.name and wanted.birth:
        rows = await db.fetch(BY_NAME_BIRTH, name_birth_indexes(wanted.name, wanted.birth))
    else:
        raise Invalid({"phone": N_("Enter a phone number, or a name and a date of birth")})
    found = [legible(row) for row in rows]
    await trail.viewed_all(actor, region=PROVINCE, people=[each.id for each in found], what="person", purpose=FINDING)
    return as_seen(found, await closed_to(actor, [each.id for each in found]))


@verb("identity.facts_of", N_("See what a caller can be verified by"), *DESKS)
async def facts_of(actor: Actor, person_ids: list[UUID]) -> dict[UUID, PersonFacts]:
    """What staff compares a caller's answers with. On record also when nobody was searched for, but an id was known.

    It reads as one line with the search that usually went before (``disclosures.folding``).
    """
    await require_open(actor, person_ids)
    others = [each for each in person_ids if each != actor.principal]
    await trail.viewed_all(actor, region=PROVINCE, people=others, what="person", purpose=FINDING)
    return {row["id"]: _facts(row, actor.channel) for row in await db.fetch(FACTS, person_ids)}


@verb("identity.register_person", N_("Write down a new person"), *DESKS)
async def register_person(actor: Actor, new: Registration, *, channel: str) -> PersonSummary:
    """Write down a caller or visitor without an account. A document seen at the counter raises the assurance."""
    digits, kind, birth = _checked(new)
    consent = _guardian(new, birth, channel)
    person_id = ids.new()
    async with db.transaction():
        added = await insert_person(
            person_id, name=new.name, phone=digits, birth=birth, document=new.document, document_kind=kind,
            home=new.home, assurance="counter" if kind and channel == "counter" else "phone",
        )  # fmt: skip
        if not added:
            raise AlreadyKnown(
                N_("The phone number or the document is in the register. Search for the person instead.")
            )
        await announce(actor, PersonRegistered(region=PROVINCE, subject=person_id, assurance="phone"))
        if consent is not None:
            await store_guardian_consent(actor, person_id, consent)
    return (await people_seen(actor, [person_id]))[person_id]


async def _by_card(typed: str) -> list[Any]:
    """Whose card this is, by what its code says or by the typed number."""
    number = rules.tidy_card_number(typed)
    if number is None and not rules.CARD_TOKEN.match(typed):
        raise Invalid({"card": N_("This is not the number of a card. Please compare the twelve digits")})
    return await db.fetch(BY_CARD, card_number_indexes(number) if number else [], sha256(typed.encode()).digest())


def _facts(row: Any, channel: str) -> PersonFacts:
    fields = {
        name: sealing.legible("person", row["id"], name, row[name]) for name in ("name", "phone", "birth", "document")
    }
    ways = rules.ways_to_verify(
        channel,
        phone=bool(fields["phone"]),
        birth=bool(fields["name"] and fields["birth"]),
        home=bool(row["home"]),
        document=bool(fields["document"]),
    )
    birth = date.fromisoformat(fields["birth"]) if fields["birth"] else None
    return PersonFacts(birth=birth, document_ending=fields["document"][-4:], home=row["home"], ways=ways)


def _guardian(new: Registration, birth: date | None, channel: str) -> GuardianConsent | None:
    """The consent that a child under 14 needs before anything is written down (个人信息保护法 art. 31)."""
    if not rules.child(birth, clock.today()):
        return None
    if channel != "counter" or not new.guardian.strip() or not new.evidence:
        raise GuardianConsentNeeded(COME, next_step=("/halls", N_("Find a hall")))
    return GuardianConsent(guardian=new.guardian.strip(), evidence=new.evidence)


def _checked(new: Registration) -> tuple[str, str | None, date | None]:
    """Phone digits, kind of document and date of birth of a registration; all complaints at once."""
    wrong: dict[str, str] = {}
    digits = rules.phone(new.phone, demo=settings().demo) if new.phone else ""
    if digits is None:
        wrong["phone"] = N_("Enter a mobile number with 11 digits")
    kind = rules.document_kind(new.document, named=new.kind, demo=settings().demo) if new.document else None
    if new.document and kind is None:
        wrong["document"] = N_("This number does not add up. Please compare it with the card")
    birth = rules.birth_in(new.document, kind) or new.birth
    if birth and not date(1900, 1, 1) <= birth <= clock.today():
        wrong["birth"] = N_("Enter a date of birth in the past")
    if not digits and not birth and not wrong:
        wrong["birth"] = N_("Without a phone number the date of birth is needed")
    if wrong:
        raise Invalid(wrong)
    return digits or "", kind, birth
