"""What notifications must know of people; registered there, because identity tells people and not the reverse."""

from uuid import UUID

from backend.core import db
from backend.core.actor import Actor
from backend.core.events import Announcement, on
from backend.core.words import N_
from backend.identity import rules
from backend.identity.events import ACCOUNT
from backend.identity.schemas import PersonChange
from backend.identity.sealed import unseal
from backend.identity.service.areas import person_of_number
from backend.identity.service.minors import require_open
from backend.identity.service.people import change_person, people_seen
from backend.identity.service.telling import tell
from backend.notifications import service as notifications
from backend.notifications.events import NoticeEmailConfirmed, NoticePhoneConfirmed, NoticePhoneMoved
from backend.notifications.schemas import Callee, People, Template
from backend.settings import settings

NUMBER = "SELECT phone FROM identity_person WHERE region = '000000' AND id = $1"
FIRST = "SELECT notice_by FROM identity_person WHERE region = '000000' AND id = $1"

TELLING = Actor.system("tell about numbers")
NUMBERS = ("/messages/preferences", N_("See my numbers"))
NUMBER_ADDED = Template(
    id="number-added", guard=True, title=ACCOUNT, next=NUMBERS,
    text=N_("A further number for messages was confirmed on your account. If that was not you, call {phone}."),
)  # fmt: skip
NUMBER_FIRST = Template(
    id="number-first", guard=True, title=ACCOUNT, next=NUMBERS,
    text=N_("Your messages go to another number first from now on. If that was not you, call {phone}."),
)  # fmt: skip

EMAIL_ADDED = Template(
    id="email-added", guard=True, title=ACCOUNT, next=NUMBERS,
    text=N_("An e-mail address for messages was confirmed on your account. If that was not you, call {phone}."),
)  # fmt: skip


async def _seen(actor: Actor, found: list[UUID]) -> dict[UUID, Callee]:
    seen = await people_seen(actor, found)
    return {each.id: Callee(name=each.name, closed=each.closed, unreadable=each.unreadable) for each in seen.values()}


async def _first(person: UUID) -> str:
    return str(await db.fetchval(FIRST, person) or "sms")


async def _keep_first(actor: Actor, person: UUID, channel: str) -> None:
    assert actor.principal == person
    await change_person(actor, PersonChange(notice_by=channel))  # type: ignore[arg-type]


def _digits(text: str) -> str | None:
    return rules.phone(text, demo=settings().demo)


async def _number(person: UUID) -> str:
    return unseal("person", person, "phone", await db.fetchval(NUMBER, person))


PEOPLE = People(
    seen=_seen, opened=require_open, first=_first, keep_first=_keep_first, digits=_digits, number=_number,
    owner=person_of_number,
)  # fmt: skip
notifications.use_people(PEOPLE)


@on(NoticePhoneConfirmed)
async def tell_of_number(event: NoticePhoneConfirmed, row: Announcement) -> None:
    """A further number could be somebody else's doing: the account's own number hears of it."""
    await _tell(event.person, NUMBER_ADDED, row)


@on(NoticeEmailConfirmed)
async def tell_of_email(event: NoticeEmailConfirmed, row: Announcement) -> None:
    """So does it of an address."""
    await _tell(event.person, EMAIL_ADDED, row)


@on(NoticePhoneMoved)
async def tell_of_move(event: NoticePhoneMoved, row: Announcement) -> None:
    """So does it when messages go elsewhere first."""
    if event.first:
        await _tell(event.person, NUMBER_FIRST, row)


async def _tell(person: UUID, template: Template, row: Announcement) -> None:
    values, once = {"phone": settings().help_phone}, f"{template.id}:{row.id}"
    await tell(TELLING, person, template, values, about=row.subject, once=once)
