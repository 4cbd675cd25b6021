"""What home visits announce, and what the person hears of it, whoever pressed the button."""

from uuid import UUID

from backend.core import clock, db
from backend.core.actor import Actor
from backend.core.events import Announcement, Event, on
from backend.core.words import N_
from backend.identity import service as identity
from backend.notifications.schemas import Template
from backend.settings import settings

TELLING = Actor.system("tell about home visits")
FACTS = "SELECT person_id, begins, ends, item_id FROM rounds_visit WHERE region = $1 AND id = $2"
PLANNED = Template(
    id="visit-planned",
    title=N_("Somebody will come to you"),
    text=N_(
        "We come to your home: {date}, between {from} and {to}. Please have your identity card ready. "
        "To change it, call {phone}. We never ask for money."
    ),
)
TAKEN = Template(
    id="visit-taken",
    title=N_("Who will come to you"),
    text=N_(
        "{name} comes to you: {date}, between {from} and {to}. Ask for the staff card at the door. Questions: {phone}."
    ),
)
MISSED = Template(
    id="visit-missed",
    title=N_("We did not meet you"),
    text=N_("We were at your home on {date} and did not meet you. Call {phone} for another time."),
)
CANCELLED = Template(
    id="visit-cancelled",
    title=N_("The home visit was cancelled"),
    text=N_("The home visit of {date}, {from}, was cancelled. If that was not your wish, call {phone}."),
)


class VisitPlanned(Event, frozen=True, kw_only=True):
    """上门办理 was agreed; ``subject`` is the visit."""


class VisitTaken(Event, frozen=True, kw_only=True):
    """Somebody of the staff goes there."""

    staff: UUID


class VisitEnded(Event, frozen=True, kw_only=True):
    """``state``: met 已办, missed 未遇, or cancelled."""

    state: str


@on(VisitPlanned)
async def tell_that_we_come(event: VisitPlanned, row: Announcement) -> None:
    """When about, and whom to ring."""
    await _tell(event, PLANNED, str(row.id))


@on(VisitTaken)
async def tell_who_comes(event: VisitTaken, row: Announcement) -> None:
    """A name, so that nobody opens the door to a stranger."""
    names = await identity.staff_names(event.region, [event.staff])
    await _tell(event, TAKEN, str(row.id), name=names.get(event.staff, ""))


@on(VisitEnded)
async def tell_the_end(event: VisitEnded, row: Announcement) -> None:
    """Not met, or cancelled; whoever was met was there."""
    template = {"missed": MISSED, "cancelled": CANCELLED}.get(event.state)
    if template is not None:
        await _tell(event, template, str(row.id))


async def _tell(event: Event, template: Template, once: str, **more: str) -> None:
    found = await db.fetchrow(FACTS, event.region, event.subject)
    if found is None:
        return
    begins, ends = clock.local(found["begins"]), clock.local(found["ends"])
    values = {
        "date": f"{begins.year}-{begins.month:02d}-{begins.day:02d}", "from": f"{begins:%H:%M}", "to": f"{ends:%H:%M}",
        "phone": settings().help_phone, **more,
    }  # fmt: skip
    await identity.tell(
        TELLING, found["person_id"], template, values, about=event.subject, once=f"{template.id}:{once}",
        item=found["item_id"] or "",
    )  # fmt: skip
