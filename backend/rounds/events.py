"""What home visits announce, and what the person hears of it, whoever pressed the button."""

from typing import Any
from uuid import UUID

from backend.core import clock, db
from backend.core.actor import Actor
from backend.core.events import Announcement, Event, on
from backend.core.words import N_
from backend.identity import service as identity
from backend.notifications.schemas import Template
from backend.rounds.badges import number_of
from backend.rounds.sealed import unseal
from backend.settings import settings

TELLING = Actor.system("tell about home visits")
FACTS = """SELECT id, person_id, begins, ends, item_id, further_items, staff, code FROM rounds_visit
    WHERE region = $1 AND id = $2"""
NEXT = "SELECT begins, ends FROM rounds_visit WHERE region = $1 AND follows = $2"
# Whose appointment is given back before its time hears it by the appointment; afterwards that message is over.
LINKED = "SELECT appointment_id FROM rounds_visit WHERE region = $1 AND id = $2 AND begins > $3"
SEE = ("/rounds/coming", N_("See who comes"))
PLANNED = Template(
    id="visit-planned",
    title=N_("Somebody will come to you"),
    next=SEE,
    text=N_(
        "We come to your home: {date}, between {from} and {to}. Please have your identity card ready. "
        "To change it, call {phone}. We never ask for money."
    ),
)
MOVED = Template(
    id="visit-moved",
    title=N_("We come to you at another time"),
    next=SEE,
    text=N_(
        "We come to your home at another time: {date}, between {from} and {to}. You will hear who comes. "
        "To change it, call {phone}."
    ),
)
TAKEN = Template(
    id="visit-taken",
    title=N_("Who will come to you"),
    next=SEE,
    text=N_(
        "{name}, staff number {number}, comes to you: {date}, between {from} and {to}. At the door they say {code}: "
        "open only to whoever says these four digits. Questions: {phone}."
    ),
)
RETURNED = Template(
    id="visit-returned",
    title=N_("Somebody else will come to you"),
    next=SEE,
    text=N_(
        "{name} cannot come on {date}. We still come between {from} and {to}, and you will hear who. The digits you "
        "were told no longer count. Questions: {phone}."
    ),
)
MISSED = Template(
    id="visit-missed",
    title=N_("We did not meet you"),
    text=N_(
        "We were at your home on {date} and did not meet you. We will ring you to agree another time; you can also "
        "call {phone}."
    ),
)
MISSED_AGAIN = Template(
    id="visit-missed-again",
    title=N_("We did not meet you and come again"),
    next=SEE,
    text=N_(
        "We were at your home on {date} and did not meet you. We come again on {new_date}, between {new_from} and "
        "{new_to}. If that does not suit you, call {phone}."
    ),
)
CANCELLED = Template(
    id="visit-cancelled",
    title=N_("The home visit was cancelled"),
    text=N_("The home visit of {date}, {from}, was cancelled. If that was not your wish, call {phone}."),
)


class VisitPlanned(Event, frozen=True, kw_only=True):
    """上门办理 was agreed; ``subject`` is the visit, ``follows`` the one before, where nobody was met."""

    follows: UUID | None = None


class VisitTaken(Event, frozen=True, kw_only=True):
    """派单: somebody of the staff goes there; the announcement says whether they took it or a manager gave it."""

    staff: UUID


class VisitMoved(Event, frozen=True, kw_only=True):
    """The appointment at home has another time, and the visit with it; ``staff`` is who was to go until now."""

    staff: UUID | None


class VisitLocated(Event, frozen=True, kw_only=True):
    """Somebody said in which street or community the visit is."""

    division: str


class VisitReturned(Event, frozen=True, kw_only=True):
    """退回: ``staff`` does not go there after all."""

    staff: UUID | None


class RoundArranged(Event, frozen=True, kw_only=True):
    """Somebody put the round of a day in order; ``subject`` is one of its visits."""

    visits: int


class VisitEnded(Event, frozen=True, kw_only=True):
    """``state``: met 已办, missed 未遇, or cancelled. ``again``: a second visit was agreed."""

    state: str
    again: bool = False


@on(VisitPlanned)
async def tell_that_we_come(event: VisitPlanned, row: Announcement) -> None:
    """When about, and whom to ring; a second visit is told with the end of the first."""
    if event.follows is None:
        await _tell(event, PLANNED, str(row.id))


@on(VisitMoved)
async def tell_of_another_time(event: VisitMoved, row: Announcement) -> None:
    """Where somebody was to go already, the person hears the time with the name."""
    if event.staff is None:
        await _tell(event, MOVED, str(row.id))


@on(VisitTaken)
async def tell_who_comes(event: VisitTaken, row: Announcement) -> None:
    """A name, a number and four digits, so that nobody opens the door to a stranger; of the latest visitor only."""
    found = await db.fetchrow(FACTS, event.region, event.subject)
    if found is not None and found["staff"] == event.staff and found["code"]:
        code = unseal(found["id"], "code", found["code"])
        number = (await number_of([event.staff])).get(event.staff, "")
        await _tell(event, TAKEN, str(row.id), name=await _name(event.staff), number=number, code=code)


@on(VisitReturned)
async def tell_that_somebody_else_comes(event: VisitReturned, row: Announcement) -> None:
    """The name that was told does not count any more; nobody is told when the next one has it already."""
    found = await db.fetchrow(FACTS, event.region, event.subject)
    if found is not None and found["staff"] is None and event.staff is not None:
        await _tell(event, RETURNED, str(row.id), name=await _name(event.staff))


@on(VisitEnded)
async def tell_the_end(event: VisitEnded, row: Announcement) -> None:
    """Not met, or cancelled; whoever was met was there. Without another time somebody rings to agree one."""
    if event.state == "missed" and event.again:
        new = await db.fetchrow(NEXT, event.region, event.subject)
        if new is not None:
            day, begins, ends = _said(new)
            await _tell(event, MISSED_AGAIN, str(row.id), new_date=day, new_from=begins, new_to=ends)
    elif event.state == "missed":
        await _tell(event, MISSED, str(row.id), by="call")
    elif event.state == "cancelled" and not await db.fetchval(LINKED, event.region, event.subject, row.at):
        await _tell(event, CANCELLED, str(row.id))


async def _name(staff: UUID) -> str:
    return (await identity.staff_names("", [staff])).get(staff, "")


def _said(row: Any) -> tuple[str, str, str]:
    begins, ends = clock.local(row["begins"]), clock.local(row["ends"])
    return f"{begins.year}-{begins.month:02d}-{begins.day:02d}", f"{begins:%H:%M}", f"{ends:%H:%M}"


async def _tell(event: Event, template: Template, once: str, *, by: str = "", **more: str) -> None:
    found = await db.fetchrow(FACTS, event.region, event.subject)
    if found is None:
        return
    day, begins, ends = _said(found)
    values = {"date": day, "from": begins, "to": ends, "phone": settings().help_phone, **more}
    await identity.tell(
        TELLING, found["person_id"], template, values, about=event.subject, once=f"{template.id}:{once}",
        item="" if found["further_items"] else found["item_id"] or "", by=by,
    )  # fmt: skip
