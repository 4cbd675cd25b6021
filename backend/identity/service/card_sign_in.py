"""Signing in with a card: uniform answers, counted PINs, a lock that only a counter opens."""

from typing import Any
from uuid import UUID

from backend.core import clock, crypto, db, rate
from backend.core.actor import PROVINCE, Actor
from backend.core.events import announce
from backend.core.policy import PUBLIC, verb
from backend.core.problems import Invalid
from backend.core.words import N_
from backend.identity import rules
from backend.identity.events import ACCOUNT, WAYS, CardLocked
from backend.identity.schemas import CardSignIn, SignedIn
from backend.identity.sealed import card_number_indexes
from backend.identity.service.cards import token_hash
from backend.identity.service.hashing import matches
from backend.identity.service.known_devices import recognise, tell_of_new_device
from backend.identity.service.sessions import open_session
from backend.identity.service.telling import tell
from backend.notifications.schemas import Template
from backend.settings import settings

LOCKED = Template(
    id="card-locked",
    guard=True,
    title=ACCOUNT,
    next=WAYS,
    text=N_(
        "Your card is locked after five wrong PINs. A counter unlocks it when you show your identity card. "
        "Was it not you? Please call {phone}."
    ),
)
# The try is counted, and the fifth locks, before the PIN is compared: parallel guesses all count.
COUNT = """UPDATE identity_card SET tries = tries + 1, state = CASE WHEN tries + 1 >= $2 THEN 'locked' ELSE state END
    WHERE region = '000000' AND {by} AND state = 'active' AND tries < $2 RETURNING id, person, pin, tries"""
BY_TOKEN, BY_NUMBER = COUNT.format(by="token_hash = $1"), COUNT.format(by="number_index = ANY($1::bytea[])")
CLEAR = """UPDATE identity_card SET tries = 0, state = 'active', last_used = $2
    WHERE region = '000000' AND id = $1 AND state <> 'void' RETURNING id"""
HOME = "SELECT home FROM identity_person WHERE region = '000000' AND id = $1 AND state = 'active'"


REFUSAL = N_("Card and PIN do not fit together. After five wrong PINs only a counter can unlock the card")


class CardRefused(Invalid):
    """The same answer for a wrong PIN, an unknown card, a locked and an ended one."""

    code = "card-refused"


@verb("identity.sign_in_with_card", N_("Sign in with a card"), PUBLIC)
async def sign_in_with_card(
    actor: Actor, wanted: CardSignIn, *, address: str, user_agent: str, at: UUID | None = None, replacing: str = ""
) -> SignedIn:
    """Exchange card and PIN for a session; at a kiosk the session belongs to the kiosk.

    Elsewhere a device that we have not seen with the person is told to them: card and PIN may have been copied.
    """
    limit, per = rules.CARD_TRIES_PER_ADDRESS
    await rate.check("card-address", crypto.index(str(at or address), "address").hex()[:32], limit=limit, per=per)
    row = await proved_card(actor, wanted.card, wanted.pin)
    async with db.transaction():
        home = await db.fetchval(HOME, row["person"])
        if home is None or await db.fetchval(CLEAR, row["id"], clock.now()) is None:
            raise CardRefused({"pin": REFUSAL})
        me = Actor(
            acting=row["person"], principal=row["person"], channel="kiosk" if at else actor.channel,
            roles=frozenset({"resident"}), region=home[:6] or PROVINCE,
        )  # fmt: skip
        token, expires = await open_session(
            me, kind="resident", user_agent=user_agent, replacing=replacing, proof="card", at=at
        )
        device, unknown = await recognise(row["person"], wanted.device) if at is None else ("", False)
        if unknown:
            await tell_of_new_device(me, user_agent)
    return SignedIn(token=token, expires_at=expires, device=device)


async def proved_card(actor: Actor, card: str, pin: str) -> Any:
    """The id and the person of a card whose PIN was right; ``CLEAR`` then forgets the wrong ones before it."""
    row = await _counted(card.strip())
    typed = "".join(pin.split())
    good = await matches(row["pin"] if row else None, f"{row['id'] if row else ''}:{typed}")
    if row is None or not good:
        await _refused(actor, row)
        raise CardRefused({"pin": REFUSAL})
    return row


async def _counted(typed: str) -> Any:
    """The card with this try counted; none when there is no such card that may be tried."""
    key: bytes | list[bytes]
    if rules.CARD_TOKEN.match(typed):
        by, key = BY_TOKEN, token_hash(typed)
    else:
        number = rules.tidy_card_number(typed)
        if number is None:
            raise Invalid({"card": N_("This is not the number of a card. Please compare the twelve digits")})
        by, key = BY_NUMBER, card_number_indexes(number)
    async with db.transaction():
        return await db.fetchrow(by, key, rules.CARD_TRIES)


async def _refused(actor: Actor, row: Any) -> None:
    """The fifth wrong PIN has locked the card: say so to its owner, not to whoever tried."""
    if row is None or row["tries"] < rules.CARD_TRIES:
        return
    async with db.transaction():
        await announce(actor, CardLocked(region=PROVINCE, subject=row["id"], person=row["person"]))
        once = f"locked:{row['id']}:{clock.today()}"
        await tell(actor, row["person"], LOCKED, {"phone": settings().help_phone}, about=row["id"], once=once)
