"""People: summaries for other slices, finding and registering by staff, one's own details."""

from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from backend.core import clock, crypto, db, masks, sealing, trail
from backend.core.actor import PROVINCE, Actor
from backend.core.events import announce
from backend.core.log import logger
from backend.core.policy import ANY_SCOPE, PUBLIC, inner, verb
from backend.core.problems import Invalid, NotFound
from backend.core.viewer import Viewer
from backend.core.words import DEFAULT, N_, languages
from backend.identity import rules
from backend.identity.events import PersonChanged
from backend.identity.schemas import PersonChange, PersonSummary
from backend.identity.schemas.roles import DESKS
from backend.identity.sealed import (
    document_index,
    document_indexes,
    name_birth_index,
    phone_index,
    phone_indexes,
    seal,
    unseal,
)
from backend.identity.service.minors import as_seen, closed_to, require_open

FIELDS = "id, name, phone, birth, home, lang, mode, notice_by, assurance"
BY_IDS = f"SELECT {FIELDS} FROM identity_person WHERE region = '000000' AND id = ANY($1::uuid[]) AND state = 'active'"
NUMBERS = """SELECT id, phone FROM identity_person
    WHERE region = '000000' AND id = ANY($1::uuid[]) AND state = 'active'"""
REGISTER = """INSERT INTO identity_person (region, id, name, phone, phone_index, birth, name_birth_index, document_kind,
        document, document_index, home, lang, mode, notice_by, assurance, created, changed)
    VALUES ('000000', $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $15)
    ON CONFLICT DO NOTHING RETURNING id"""
# While keys are being replaced the unique constraints cannot see that two fingerprints mean one number.
TAKEN = """SELECT EXISTS (SELECT 1 FROM identity_person WHERE region = '000000'
    AND (phone_index = ANY($1::bytea[]) OR document_index = ANY($2::bytea[])))"""
OF_ANOTHER = """SELECT EXISTS (SELECT 1 FROM identity_person
    WHERE region = '000000' AND document_index = ANY($1::bytea[]) AND id <> $2)"""
ALONE = """SELECT pg_advisory_xact_lock(hashtextextended(encode(each, 'hex'), 11))
    FROM unnest($1::bytea[]) known (each)"""


@verb("identity.person", N_("See who a person is"), "resident", *DESKS, "manager", scope=ANY_SCOPE)
async def person(actor: Actor, person_id: UUID) -> PersonSummary:
    """A person's summary for the person, whoever helps them, or a desk; everybody else finds nothing."""
    if actor.principal != person_id and not actor.is_(*DESKS, "manager", "system"):
        raise NotFound()
    found = await people([person_id])
    if person_id not in found:
        raise NotFound()
    await require_open(actor, [person_id])
    if actor.principal != person_id and not actor.is_("system"):
        purpose = N_("Handling a matter of yours")
        await trail.viewed(actor, region=PROVINCE, person=person_id, what="person", purpose=purpose)
    return found[person_id] if actor.basis != "delegation" else _needed_by_a_delegate(found[person_id])


async def people(person_ids: list[UUID]) -> dict[UUID, PersonSummary]:
    """Summaries in one query, for a slice that shows a list; that slice checks the right and records the view."""
    rows = await db.fetch(BY_IDS, person_ids)
    return {row["id"]: legible(row) for row in rows}


@inner
async def people_seen(actor: Actor, person_ids: list[UUID]) -> dict[UUID, PersonSummary]:
    """The same for a list that staff look at: of minors whose record is closed, only that there is somebody."""
    found = await people(person_ids)
    closed = await closed_to(actor, sorted(found))
    return {each.id: each for each in as_seen(list(found.values()), closed)}


async def numbers_seen(people: list[PersonSummary]) -> dict[UUID, str]:
    """The numbers of people, whole, for staff who are about to ring them; none where a minor's record is closed.

    Whoever asks has recorded that it is looked at.
    """
    rows = await db.fetch(NUMBERS, [each.id for each in people if not each.closed])
    return {row["id"]: sealing.legible("person", row["id"], "phone", row["phone"]) for row in rows}


async def insert_person(
    person_id: UUID,
    *,
    name: str = "",
    phone: str = "",
    birth: date | None = None,
    document: str = "",
    document_kind: str | None = None,
    home: str = "",
    lang: str = DEFAULT,
    mode: str = "standard",
    notice_by: str = "sms",
    assurance: str = "phone",
) -> bool:
    """Insert the sealed row; ``False`` when phone or document are taken."""
    number = rules.document_key(document, document_kind) if document else ""
    async with db.transaction():
        if len(crypto.keys()) > 1 and await _taken(phone, number):
            return False
        added = await db.fetchval(
            REGISTER, person_id, seal("person", person_id, "name", name), seal("person", person_id, "phone", phone),
            phone_index(phone) if phone else None,
            seal("person", person_id, "birth", birth.isoformat() if birth else ""),
            name_birth_index(name, birth) if name and birth else None, document_kind,
            seal("person", person_id, "document", number), document_index(number) if number else None,
            home, lang, mode, notice_by if phone else "letter", assurance, clock.now(),
        )  # fmt: skip
    return added is not None


async def _taken(phone: str, number: str) -> bool:
    """Whether somebody has the number under any known key; one at a time for each number until the transaction ends."""
    phones, documents = phone_indexes(phone) if phone else [], document_indexes(number) if number else []
    await db.execute(ALONE, sorted([*phones, *documents]))
    return bool(await db.fetchval(TAKEN, phones, documents))


async def document_taken(me: UUID, number: str) -> bool:
    """Whether somebody else has the document, under any known key; one at a time until the transaction ends."""
    known = document_indexes(number)
    await db.execute(ALONE, sorted(known))
    return bool(await db.fetchval(OF_ANOTHER, known, me))


@verb("identity.change_person", N_("Change personal details"), "resident", *DESKS)
async def change_person(actor: Actor, change: PersonChange) -> PersonSummary:
    """Change one's own details; a helper may change them only at a desk, for the person they verified."""
    me = actor.person
    values = {key: value for key, value in msgspec.structs.asdict(change).items() if value is not msgspec.UNSET}
    if values.get("language", DEFAULT) not in languages():
        raise Invalid({"language": N_("This language is not available")})
    if values.get("name") and actor.basis == "self" and actor.assurance != "phone":
        await _not_another_name(me, values["name"])
    if values:
        async with db.transaction():
            await _store(me, values)
            await announce(actor, PersonChanged(region=PROVINCE, subject=me, fields=sorted(values)))
    return await person(actor, me)


@verb("identity.remember", N_("Keep how pages are shown"), PUBLIC)
async def remember(actor: Actor, viewer: Viewer) -> None:
    """Keep how a resident wants to see pages, so that another device shows them the same way."""
    if actor.basis == "self" and actor.principal is not None:
        values: dict[str, Any] = {"language": viewer.lang}
        if actor.channel != "kiosk":  # its mode and place are its own
            values["home"] = viewer.place
            if viewer.mode in ("standard", "elder"):
                values["mode"] = viewer.mode
        await _store(actor.principal, values)


async def birth_and_name(person_id: UUID) -> tuple[date | None, str]:
    """Birthday and name of a person, for rules that depend on them."""
    row = await db.fetchrow(BY_IDS, [person_id])
    if row is None:
        raise NotFound()
    birth = unseal("person", person_id, "birth", row["birth"])
    return date.fromisoformat(birth) if birth else None, unseal("person", person_id, "name", row["name"])


def legible(row: Any) -> PersonSummary:
    """The readable summary; whose details no key opens is there all the same, and hides no other."""
    try:
        return _summary(row)
    except crypto.CannotOpen:
        logger.log("error", "person cannot be read", id=str(row["id"]))
        return PersonSummary(
            id=row["id"], name="", phone_masked="", age=None, home=row["home"], language=row["lang"], mode=row["mode"],
            notice_by=row["notice_by"], assurance=row["assurance"], unreadable=True,
        )  # fmt: skip


def _summary(row: Any) -> PersonSummary:
    row_id = row["id"]
    birth = unseal("person", row_id, "birth", row["birth"])
    return PersonSummary(
        id=row_id,
        name=unseal("person", row_id, "name", row["name"]),
        phone_masked=masks.phone(unseal("person", row_id, "phone", row["phone"])),
        age=rules.age(date.fromisoformat(birth), clock.today()) if birth else None,
        home=row["home"],
        language=row["lang"],
        mode=row["mode"],
        notice_by=row["notice_by"],
        assurance=row["assurance"],
    )


async def _not_another_name(person_id: UUID, wanted: str) -> None:
    """A name that was compared with a card is corrected at a counter, not typed over."""
    _, known = await birth_and_name(person_id)  # one that cannot be read is nobody's to type over
    if known and rules.person_name(known) != rules.person_name(wanted):
        raise Invalid(
            {"name": N_("Your name was compared with your card. Ask for a correction instead.")},
            next_step=("/privacy/corrections", N_("Ask for a correction")),
        )


def _needed_by_a_delegate(person: PersonSummary) -> PersonSummary:
    """The name, or the masked number where there is none: not the age, the address, or how the person is told."""
    masked = "" if person.name else person.phone_masked
    return msgspec.structs.replace(person, phone_masked=masked, age=None, home="", notice_by="")


async def _store(person_id: UUID, values: dict[str, Any]) -> None:
    """Write changed values; a new name also gets a new fingerprint."""
    columns: dict[str, Any] = {("lang" if key == "language" else key): value for key, value in values.items()}
    if "name" in columns:
        name = columns["name"]
        sealed = await db.fetchval("SELECT birth FROM identity_person WHERE region = '000000' AND id = $1", person_id)
        birth = unseal("person", person_id, "birth", sealed)
        columns["name"] = seal("person", person_id, "name", name)
        columns["name_birth_index"] = name_birth_index(name, date.fromisoformat(birth)) if birth else None
    columns["changed"] = clock.now()
    if "mode" in columns:
        columns["mode"] = await _unless_minded(person_id, columns["mode"])
    sets = ", ".join(f"{column} = ${number}" for number, column in enumerate(columns, 2))
    await db.execute(
        f"UPDATE identity_person SET {sets} WHERE region = '000000' AND id = $1", person_id, *columns.values()
    )


async def _unless_minded(person_id: UUID, wanted: str) -> str:
    """Only the parent's PIN leads out of minors' mode; every other wish for a mode is left aside while it is on."""
    running = await db.fetchval("SELECT mode FROM identity_person WHERE region = '000000' AND id = $1", person_id)
    return "minors" if running == "minors" else wanted
