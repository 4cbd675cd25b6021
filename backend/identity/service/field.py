"""上门帮办: a grid worker or volunteer acts for a neighbour at home, who showed a document or typed the PIN of a card.

Nobody is looked up here. A helper opens only whom they stand in front of: the number of the document in hand, or card
and PIN, find and verify at once, and answer the same for unknown people and for those who live elsewhere. No code of a
text message is ever asked for: reading one out to somebody at the door is what swindlers ask for.
"""

from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from backend.core import clock, db, rate
from backend.core.actor import Actor
from backend.core.events import announce
from backend.core.policy import verb
from backend.core.problems import Forbidden, Invalid
from backend.core.words import N_
from backend.identity import rules
from backend.identity.events import MinorRecordRefused
from backend.identity.schemas import AssistanceLine, FieldRequest
from backend.identity.schemas.roles import FIELD
from backend.identity.sealed import document_indexes, name_birth_indexes
from backend.identity.service.assistance import opened
from backend.identity.service.assurance import WRONG_NUMBER
from backend.identity.service.card_sign_in import CLEAR, proved_card
from backend.identity.service.minors import closed_to
from backend.identity.service.people import people
from backend.identity.service.telling import tell
from backend.notifications.schemas import Template
from backend.settings import settings

BY_DOCUMENT = """SELECT id, home FROM identity_person
    WHERE region = '000000' AND document_index = ANY($1::bytea[]) AND state = 'active'"""
BY_NAME_BIRTH = """SELECT id, home FROM identity_person
    WHERE region = '000000' AND name_birth_index = ANY($1::bytea[]) AND document_index IS NULL AND state = 'active'
    LIMIT 10"""
BY_ID = "SELECT id, home FROM identity_person WHERE region = '000000' AND id = $1 AND state = 'active'"
NOBODY = N_("We find nobody with this document who lives in your area. A counter or {phone} helps on")
ELSEWHERE = N_("This card is of nobody who lives in your area. A counter or {phone} helps on")
HELPED = Template(
    id="helped-at-home",
    guard=True,
    title=N_("About your account"),
    next=("/disclosures", N_("See who looked at my data")),
    text=N_(
        "A grid worker or volunteer has begun to help you at your door and acts for you, for half an hour at most. Is "
        "nobody with you? Please call {phone} at once."
    ),
)


class MinorAtTheDoor(Forbidden):
    """Somebody under 18: helped at a counter, where a manager can agree."""

    code, title = "minor-at-the-door", N_("For somebody under 18 this is done at a counter")


@verb("identity.begin_field_assistance", N_("Begin to help somebody at their door"), *FIELD)
async def begin_field_assistance(actor: Actor, token: str, seen: FieldRequest) -> AssistanceLine:
    """Act for the neighbour who is here, in this session only, for half an hour at most; they are told of it."""
    limit, per = rules.DOOR_TRIES
    await rate.check("field-door", str(actor.acting), limit=limit, per=per)
    row, way = await _here(actor, seen)
    person: UUID = row["id"]
    if await closed_to(actor, [person]):
        async with db.transaction():
            await announce(actor, MinorRecordRefused(region=actor.region, subject=person))
        raise MinorAtTheDoor(N_("Please come with a parent or guardian."), next_step=("/halls", N_("Find a hall")))
    found = (await people([person]))[person]
    until = clock.now() + rules.FIELD_LONGEST
    async with db.transaction():
        begun = await opened(actor, token, found, channel="field", verified=[way], until=until)
        helped = msgspec.structs.replace(actor, principal=person, basis="assisted", channel="field")
        once = f"field:{begun.id}"
        await tell(helped, person, HELPED, {"phone": settings().help_phone}, about=begun.id, once=once)
    return begun


async def _here(actor: Actor, seen: FieldRequest) -> tuple[Any, str]:
    """Who is here, if they live in a division of the actor's post, and how they were verified."""
    if seen.card.strip():
        card = await proved_card(actor, seen.card, seen.pin)
        row = await db.fetchrow(BY_ID, card["person"])
        if row is None or not _near(actor, row) or await db.fetchval(CLEAR, card["id"], clock.now()) is None:
            raise Invalid({"card": ELSEWHERE}, values={"phone": settings().help_phone})
        return row, "card-pin"
    kind = rules.document_kind(seen.document, named=seen.kind, demo=settings().demo) if seen.document else None
    if kind is None:
        empty = N_("Write down the number of the document that you see")
        raise Invalid({"document": WRONG_NUMBER if seen.document else empty})
    row = await db.fetchrow(BY_DOCUMENT, document_indexes(rules.document_key(seen.document, kind)))
    if row is not None and _near(actor, row):
        return row, "document-number"
    row = await _not_yet_on_record(actor, seen, rules.birth_in(seen.document, kind)) if row is None else None
    if row is None:
        raise Invalid({"document": NOBODY}, values={"phone": settings().help_phone})
    return row, "id-card"


async def _not_yet_on_record(actor: Actor, seen: FieldRequest, birth: date | None) -> Any:
    """Somebody whose document we do not know yet, by name and birthday on it, as at a counter.

    For grid workers only: many a neighbour knows name and birthday, and it is their duty to answer for what they saw.
    """
    if birth is None or not seen.name.strip():
        return None
    rows = await db.fetch(BY_NAME_BIRTH, name_birth_indexes(seen.name, birth))
    near = [row for row in rows if row["home"] and actor.covers(row["home"], "grid")]
    return near[0] if len(near) == 1 else None


def _near(actor: Actor, row: Any) -> bool:
    return bool(row["home"]) and actor.covers(row["home"], *FIELD)
