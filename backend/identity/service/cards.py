"""邻里卡: a card with a PIN is the account of somebody without phone, e-mail or password. Given at a counter only."""

from hashlib import sha256
from typing import Any
from uuid import UUID

from backend.core import clock, crypto, db
from backend.core.actor import PROVINCE, Actor
from backend.core.events import announce
from backend.core.policy import RECENT, verb
from backend.core.problems import Conflict, Invalid, NotFound
from backend.core.words import N_
from backend.identity import rules
from backend.identity.events import ACCOUNT, WAYS, CardIssued, CardUnlocked, CardVoided
from backend.identity.schemas import CardLine, CardRequest, CardUnlocking, CardVoiding, NewCard
from backend.identity.sealed import card_number_index, seal, unseal
from backend.identity.service.assurance import in_person, known_at_counter
from backend.identity.service.hashing import hashed
from backend.identity.service.people import birth_and_name
from backend.identity.service.telling import tell
from backend.notifications.schemas import Template
from backend.settings import settings

ISSUED = Template(
    id="card-issued",
    guard=True,
    title=ACCOUNT,
    next=WAYS,
    text=N_("A new card was made for you at a counter. Was it not you? Please call {phone} at once."),
)
ADD = """INSERT INTO identity_card
        (region, id, person, number, number_index, token_hash, pin, issued, issued_by, issued_region)
    VALUES ('000000', $1, $2, $3, $4, $5, $6, $7, $8, $9)"""
VOID = """UPDATE identity_card SET state = 'void', ended = $2, ended_why = $3
    WHERE region = '000000' AND person = $1 AND state <> 'void' RETURNING id"""
END_SESSIONS = """UPDATE identity_session SET ended_at = $2
    WHERE region = '000000' AND subject = $1 AND proof = 'card' AND ended_at IS NULL"""
UNLOCK = """UPDATE identity_card SET state = 'active', tries = 0, pin = coalesce($2, pin)
    WHERE region = '000000' AND person = $1 AND state <> 'void' RETURNING id"""
STANDING = """SELECT id, number, state, issued, last_used FROM identity_card
    WHERE region = '000000' AND person = $1 AND state <> 'void'"""
LOCK_PERSON = "SELECT id FROM identity_person WHERE region = '000000' AND id = $1 AND state = 'active' FOR UPDATE"
EASY = N_("This PIN is too easy to guess. Please choose six other digits")


class AlreadyPrinted(Conflict):
    """The same form was sent twice: the card exists and its PIN cannot be shown again."""

    code, title = "card-printed", N_("This card has been made already")


@verb("identity.issue_card", N_("Make a card"), "clerk", fresh=RECENT)
async def issue_card(actor: Actor, wanted: CardRequest) -> NewCard:
    """Make a card for the person at the counter whose identity card was checked. An older card ends with it."""
    await in_person(actor)
    me = actor.person
    birth, _ = await birth_and_name(me)
    pin = _tidy(wanted.pin) or rules.new_pin(birth)
    if rules.easy_pin(pin, birth):
        raise Invalid({"pin": EASY})
    kept = await hashed(_salted(wanted.card, pin))
    number, token = rules.card_number(), f"LLK.{crypto.token()[:32]}"
    async with db.transaction():
        await db.fetchval(LOCK_PERSON, me)
        if await db.fetchval("SELECT 1 FROM identity_card WHERE region = '000000' AND id = $1", wanted.card):
            raise AlreadyPrinted(
                N_("For a safe reason the PIN is shown only once. If the paper is lost, make a new card."),
                next_step=("/desk/card", N_("Make a new card")),
            )
        await known_at_counter(actor, document=wanted.document, kind=wanted.kind)
        replaced = await _void(actor, me, "replaced")
        await db.execute(
            ADD, wanted.card, me, seal("card", wanted.card, "number", number), card_number_index(number),
            token_hash(token), kept, clock.now(), actor.acting, actor.region,
        )  # fmt: skip
        await announce(actor, CardIssued(region=PROVINCE, subject=wanted.card, person=me, replaced=replaced))
        await tell(actor, me, ISSUED, {"phone": settings().help_phone}, about=wanted.card, once=f"card:{wanted.card}")
    _, name = await birth_and_name(me)
    shown = "" if wanted.pin else pin
    return NewCard(id=wanted.card, name=name, number=rules.grouped(number), token=token, pin=shown, replaced=replaced)


@verb("identity.void_card", N_("Report a card as lost"), "resident", "clerk", "operator")
async def void_card(actor: Actor, voiding: CardVoiding) -> None:
    """The card ends at once, and whoever is signed in with it: in the app, by telephone or at a counter."""
    async with db.transaction():
        if not await _void(actor, actor.person, voiding.why):
            raise NotFound(N_("There is no card that could end."))


@verb("identity.unlock_card", N_("Unlock a card"), "clerk", fresh=RECENT)
async def unlock_card(actor: Actor, unlocking: CardUnlocking) -> None:
    """After wrong PINs: the person shows the identity card, and may choose a new PIN."""
    await in_person(actor)
    me, pin = actor.person, _tidy(unlocking.pin)
    birth, _ = await birth_and_name(me)
    if pin and rules.easy_pin(pin, birth):
        raise Invalid({"pin": EASY})
    card = await my_card(actor)
    if card is None:
        raise NotFound(N_("There is no card to unlock."))
    kept = await hashed(_salted(card.id, pin)) if pin else None
    async with db.transaction():
        if await db.fetchval(UNLOCK, me, kept) != card.id:
            raise NotFound()
        await announce(actor, CardUnlocked(region=PROVINCE, subject=card.id, person=me, new_pin=bool(pin)))


@verb("identity.my_card", N_("See one's card"), "resident", "clerk", "operator")
async def my_card(actor: Actor) -> CardLine | None:
    """The card that stands, locked or not; only the end of its number is shown."""
    row: Any = await db.fetchrow(STANDING, actor.person)
    if row is None:
        return None
    ending = unseal("card", row["id"], "number", row["number"])[-4:]
    return CardLine(id=row["id"], ending=ending, state=row["state"], issued=row["issued"], last_used=row["last_used"])


def token_hash(token: str) -> bytes:
    """The token has 192 random bits, so a fast hash is enough."""
    return sha256(token.encode()).digest()


def _salted(card: UUID, pin: str) -> str:
    return f"{card}:{pin}"


def _tidy(pin: str) -> str:
    return "".join(pin.split())


async def _void(actor: Actor, person: UUID, why: str) -> bool:
    """End the card that stands and the sessions opened with it; ``False`` when there is none."""
    ended = await db.fetchval(VOID, person, clock.now(), why)
    if ended is None:
        return False
    await db.execute(END_SESSIONS, person, clock.now())
    await announce(actor, CardVoided(region=PROVINCE, subject=ended, person=person, why=why))
    return True
