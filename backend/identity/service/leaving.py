"""What identity holds of a person, correcting it, and emptying it when the account closes."""

from datetime import date
from typing import Any
from uuid import UUID

from backend.core import clock, db, masks
from backend.core.actor import PROVINCE, Actor
from backend.core.events import announce
from backend.core.policy import verb
from backend.core.problems import Conflict, Invalid, NotFound
from backend.core.words import N_
from backend.identity import rules
from backend.identity.events import PersonChanged
from backend.identity.schemas.held import AssistanceHeld, PersonHeld, SessionHeld
from backend.identity.sealed import document_index, document_indexes, name_birth_index, phone_indexes, seal, unseal
from backend.notifications import service as notifications
from backend.settings import settings

ROW = """SELECT id, name, phone, birth, document_kind, document, home, lang, mode, notice_by, assurance, created,
        changed
    FROM identity_person WHERE region = '000000' AND id = $1 AND state = 'active'"""
SESSIONS = """SELECT device, created, last_seen, ended_at FROM identity_session
    WHERE region = '000000' AND subject = $1 AND kind = 'resident' ORDER BY id DESC LIMIT 1000"""
ASSISTED = """SELECT channel, verified, begun, ended FROM identity_assistance
    WHERE principal = $1 ORDER BY id DESC LIMIT 1000"""
EMPTY = """UPDATE identity_person SET name = NULL, phone = NULL, phone_index = NULL, birth = NULL,
        name_birth_index = NULL, document_kind = NULL, document = NULL, document_index = NULL, home = '',
        state = 'closed', changed = $2
    WHERE region = '000000' AND id = $1 RETURNING id"""
CODES = "DELETE FROM identity_code WHERE region = '000000' AND phone_index = ANY($1::bytea[])"
NUMBER = "SELECT id, phone FROM identity_person WHERE region = '000000' AND id = $1 FOR UPDATE"
TAKEN = "SELECT 1 FROM identity_person WHERE region = '000000' AND document_index = ANY($1::bytea[]) AND id <> $2"
CORRECT = """UPDATE identity_person SET name = $2, birth = $3, name_birth_index = $4, document = $5,
        document_kind = $6, document_index = $7, changed = $8
    WHERE region = '000000' AND id = $1"""


class DocumentTaken(Conflict):
    """Somebody else has this document; joining two accounts is done by people."""

    code, title = "document-taken", N_("This number belongs to another account")


async def held_of(person: UUID) -> PersonHeld:
    """Everything in the register about a person, readable."""
    row = await _row(person)
    texts = {name: unseal("person", person, name, row[name]) for name in ("name", "phone", "birth", "document")}
    return PersonHeld(
        name=texts["name"], phone=texts["phone"], phone_masked=masks.phone(texts["phone"]),
        birth=date.fromisoformat(texts["birth"]) if texts["birth"] else None, document_kind=row["document_kind"],
        document=texts["document"], document_masked=rules.mask_document(texts["document"]), home=row["home"],
        language=row["lang"], mode=row["mode"], notice_by=row["notice_by"], assurance=row["assurance"],
        created=row["created"], changed=row["changed"],
    )  # fmt: skip


async def sessions_held(person: UUID) -> list[SessionHeld]:
    """Sessions of a person, ended ones too, as long as they are kept."""
    return [SessionHeld(**row) for row in await db.fetch(SESSIONS, person)]


async def assistance_held(person: UUID) -> list[AssistanceHeld]:
    """When staff helped the person."""
    rows = await db.fetch(ASSISTED, person)
    return [AssistanceHeld(**{**row, "verified": list(row["verified"])}) for row in rows]


def corrected_value(field: str, wanted: str) -> str:
    """The value as it would be stored; raises ``Invalid`` when it cannot be one."""
    if field == "birth":
        try:
            found = rules.day(wanted)
        except ValueError:
            found = None
        if found is None or not date(1900, 1, 1) <= found <= clock.today():
            raise Invalid({"wanted": N_("Enter a date of birth in the past, like 1948-03-05")})
        return found.isoformat()
    if field == "document" and rules.document_kind(wanted, demo=settings().demo) is None:
        raise Invalid({"wanted": N_("This number does not add up. Please compare it with the card")})
    return rules.tidy_document(wanted) if field == "document" else wanted


@verb("identity.correct_person", N_("Put a detail right that was compared with the card"), "clerk")
async def correct_person(actor: Actor, person: UUID, field: str, wanted: str) -> None:
    """Put a detail right that a clerk has compared with the card. Fingerprints follow."""
    value = corrected_value(field, wanted)
    row = await _row(person)
    texts = {name: unseal("person", person, name, row[name]) for name in ("name", "birth", "document")}
    texts[field] = value
    kind = row["document_kind"]
    if field == "document":
        kind = rules.document_kind(value, demo=settings().demo)
        if await db.fetchval(TAKEN, document_indexes(value), person):
            raise DocumentTaken(N_("Please let a colleague who joins accounts look at it."))
    birth = date.fromisoformat(texts["birth"]) if texts["birth"] else None
    both = name_birth_index(texts["name"], birth) if texts["name"] and birth else None
    async with db.transaction():
        await db.execute(
            CORRECT, person, *(seal("person", person, name, texts[name]) for name in ("name", "birth")), both,
            seal("person", person, "document", texts["document"]), kind,
            document_index(texts["document"]) if texts["document"] else None, clock.now(),
        )  # fmt: skip
        await announce(actor, PersonChanged(region=PROVINCE, subject=person, fields=[field]))


async def empty_person(person: UUID) -> int:
    """Forget who it was: the row stays as an empty shell that old records point to. Codes to the number go too."""
    row = await db.fetchrow(NUMBER, person)
    if row is None:
        return 0
    if row["phone"]:
        digits = unseal("person", person, "phone", row["phone"])
        await db.execute(CODES, phone_indexes(digits))
        await notifications.forget_number(digits)
    return 1 if await db.fetchval(EMPTY, person, clock.now()) else 0


async def _row(person: UUID) -> Any:
    row = await db.fetchrow(ROW, person)
    if row is None:
        raise NotFound()
    return row
