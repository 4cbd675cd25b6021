"""What disclosures announce, and the message that follows an answer."""

from uuid import UUID

from backend.core import db
from backend.core.actor import Actor
from backend.core.events import Announcement, Event, on
from backend.core.words import N_
from backend.identity import service as identity
from backend.notifications.schemas import Template
from backend.settings import settings

TELLING = Actor.system("tell about answers")
ANSWERED = Template(
    id="disclosure-answered",
    title=N_("Your question was answered"),
    next=("/disclosures", N_("See who looked at my data")),
    text=N_(
        "You asked why somebody looked at your data: the answer is under Me, Who looked at my data. Or call {phone}."
    ),
)


class DisclosureQuestioned(Event, frozen=True, kw_only=True):
    """A person asks what a read was for; ``subject`` is the question."""

    view: UUID


class DisclosureAnswered(Event, frozen=True, kw_only=True):
    """The question has its answer."""


@on(DisclosureAnswered)
async def tell_of_answer(event: DisclosureAnswered, row: Announcement) -> None:
    """Tell the person who asked, the way they asked to be told; what the answer says stays behind the sign-in."""
    person = await db.fetchval(
        "SELECT person FROM disclosures_question WHERE region = $1 AND id = $2", event.region, event.subject
    )
    values = {"phone": settings().help_phone}
    once = f"{ANSWERED.id}:{event.subject}"
    await identity.tell(TELLING, person, ANSWERED, values, about=event.subject, once=once)
