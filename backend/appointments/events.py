"""What appointments announce; and the messages that follow: the person hears of it whoever pressed the button."""

from datetime import datetime
from uuid import UUID

from backend.appointments.naming import KIND, naming
from backend.appointments.telling_delegates import (
    BOOKED_ELSEWHERE,
    CANCELLED_ELSEWHERE,
    ELSEWHERE,
    MOVED_ELSEWHERE,
)
from backend.core import cache, clock, db
from backend.core.actor import Actor
from backend.core.events import Announcement, Event, on
from backend.core.words import N_
from backend.delegation import service as delegation
from backend.identity import service as identity
from backend.notifications.schemas import Template
from backend.places import service as places
from backend.settings import settings

MANY = f"""SELECT a.id, a.hall_id, a.number, a.starts_at, {KIND} AS kind FROM appointments_appointment a
    JOIN unnest($1::text[], $2::uuid[]) AS d (region, id) ON a.region = d.region AND a.id = d.id"""
FACTS = f"""SELECT person_id, hall_id, item_id, further_items, number, starts_at,
    EXISTS (SELECT 1 FROM appointments_visit v
        WHERE v.region = a.region AND v.id = a.id) AS at_home, {KIND} AS kind
    FROM appointments_appointment a WHERE region = $1 AND id = $2"""
# What a closure made of an appointment: the new one that somebody was moved to, or the old one that was given back.
CLOSED = """SELECT c.reason, r.outcome, a.starts_at FROM appointments_rebooking r
    JOIN appointments_closure c ON c.region = r.region AND c.id = r.closure_id
    JOIN appointments_appointment a ON a.region = r.region AND a.id = r.appointment_id
    WHERE r.region = $1 AND (r.moved_to = $2 OR (r.appointment_id = $2 AND r.outcome = 'call'))"""
TELLING = Actor.system("tell about appointments")
SEE = ("/appointments/{about}", N_("See the appointment"))
BOOKED = Template(
    id="appointment-booked",
    title=N_("Your place is booked"),
    next=SEE,
    scope="appointments",
    text=N_("You have a place: {date}, {time}, {hall}, number {number}. To change it or cancel, call {phone}."),
)
MOVED = Template(
    id="appointment-moved",
    title=N_("Your time has changed"),
    next=SEE,
    scope="appointments",
    text=N_("Your new time: {date}, {time}, {hall}, number {number}. To change it or cancel, call {phone}."),
)
CANCELLED = Template(
    id="appointment-cancelled",
    title=N_("Your appointment was cancelled"),
    next=SEE,
    scope="appointments",
    text=N_("Cancelled: {date}, {time}, {hall}, number {number}. If that was not your wish, call {phone}."),
)

EXCUSED = Template(
    id="appointment-excused",
    title=N_("A missed appointment does not count"),
    next=SEE,
    scope="appointments",
    text=N_("The missed appointment of {date}, {time}, {hall}, does not count. Questions? Call {phone}."),
)


CLOSED_MOVED = Template(
    id="appointment-closed-moved",
    title=N_("The hall closes, you have a new time"),
    next=SEE,
    scope="appointments",
    text=N_("{hall} closes on {old_date} ({reason}). Instead of {old_time} you have a place on {date}, {time}, number "
            "{number}. If that does not suit you, choose another time or call {phone}."),
)  # fmt: skip
CLOSED_CALL = Template(
    id="appointment-closed-call",
    title=N_("The hall closes, we are looking for a new time with you"),
    next=("/appointments/new", N_("Choose another time")),
    scope="appointments",
    text=N_("{hall} closes on {old_date} ({reason}), so your appointment at {old_time} cannot be kept, and no other "
            "time is free yet. Which days suit you? We book as soon as there is one. You can also call {phone}."),
)  # fmt: skip


class AppointmentBooked(Event, frozen=True, kw_only=True):
    """A place was taken; ``subject`` is the appointment."""

    slot: UUID
    pool: str


class AppointmentMoved(Event, frozen=True, kw_only=True):
    """A place was exchanged for another; ``subject`` is the new appointment, ``before`` the old one."""

    slot: UUID
    pool: str
    before: UUID


class AppointmentCancelled(Event, frozen=True, kw_only=True):
    """A place was given back."""

    slot: UUID
    pool: str


class AppointmentAttended(Event, frozen=True, kw_only=True):
    """The person came."""


class AppointmentConfirmed(Event, frozen=True, kw_only=True):
    """The person answered a reminder: they come."""


class AppointmentMissed(Event, frozen=True, kw_only=True):
    """爽约: nobody came."""


class HallClosed(Event, frozen=True, kw_only=True):
    """停办: a hall or a part of it closes; ``subject`` is the closure, ``people`` how many have a place then."""

    hall: UUID
    people: int


class OpeningChanged(Event, frozen=True, kw_only=True):
    """A hall's opening rules or closures were changed; ``subject`` is the hall."""


class SharesChanged(Event, frozen=True, kw_only=True):
    """A hall divides its places anew, or releases them at another time; ``subject`` is the hall."""


class PlacesReleased(Event, frozen=True, kw_only=True):
    """Unused places of a hall went to other shares; ``subject`` is the hall. The rows of the release say which."""

    places: int


class FeedMade(Event, frozen=True, kw_only=True):
    """日历订阅: a person made an address for their calendar; ``subject`` is the person."""


class FeedEnded(Event, frozen=True, kw_only=True):
    """The address opens nothing any more; ``subject`` is the person."""


class AppointmentExcused(Event, frozen=True, kw_only=True):
    """A no-show does not count; ``subject`` is the appointment."""

    reason: str


@on(OpeningChanged)
async def forget_arrangement(event: OpeningChanged, row: Announcement) -> None:
    """What this and other processes remember of a hall's groups and limits."""
    await cache.drop("opening")


class WaitJoined(Event, frozen=True, kw_only=True):
    """候补: somebody waits for a place; ``subject`` is the line."""


class WaitLeft(Event, frozen=True, kw_only=True):
    """The line ended: left, served otherwise, or with the account."""


class PlaceOffered(Event, frozen=True, kw_only=True):
    """A place is kept for the first in line, who is asked."""

    hold: UUID
    slot: UUID
    pool: str


class OfferDeclined(Event, frozen=True, kw_only=True):
    """Not this one; the line goes on."""

    slot: UUID


class OfferLapsed(Event, frozen=True, kw_only=True):
    """Nobody answered in time; with ``ended`` it was the second one, and the line is over."""

    hold: UUID
    slot: UUID
    ended: bool


class KeptPlaceClosed(Event, frozen=True, kw_only=True):
    """A time closed in which a place was kept for somebody; ``subject`` is the line it was offered to, or the hold."""

    hold: UUID
    hall: UUID
    pool: str
    item: str
    starts_at: datetime
    further: list[str] = []


@on(AppointmentBooked)
async def tell_of_booking(event: AppointmentBooked, row: Announcement) -> None:
    """Tell the principal, the way they asked to be told."""
    await _tell(event, row, BOOKED)


@on(AppointmentMoved)
async def tell_of_move(event: AppointmentMoved, row: Announcement) -> None:
    """The new time and the new number."""
    await _tell(event, row, MOVED)


@on(AppointmentCancelled)
async def tell_of_cancellation(event: AppointmentCancelled, row: Announcement) -> None:
    """Also when they cancelled themselves: a cancellation by somebody else must not stay unseen."""
    await _tell(event, row, CANCELLED)


@on(AppointmentExcused)
async def tell_of_excuse(event: AppointmentExcused, row: Announcement) -> None:
    """So that they know they can book as before. Who was not met at home hears it from whoever went there."""
    if event.reason != "at-home":
        await _tell(event, row, EXCUSED, expires=False)


async def _tell(event: Event, row: Announcement, template: Template, *, expires: bool = True) -> None:
    if row.basis == "delegation":  # the principal hears who did it, in the words below
        return
    found = await db.fetchrow(FACTS, event.region, event.subject)
    if found is None:
        return
    starts, hall = clock.local(found["starts_at"]), await places.hall(TELLING, found["hall_id"])
    values = {
        "date": starts.date().isoformat(), "time": f"{starts.hour}:{starts.minute:02d}", "hall": hall.name,
        "number": found["number"], "phone": settings().help_phone,
    }  # fmt: skip
    by = ""
    if row.basis == "official" and (closed := await db.fetchrow(CLOSED, event.region, event.subject)):
        template, by = (CLOSED_MOVED, "") if closed["outcome"] == "moved" else (CLOSED_CALL, "call")
        old = clock.local(closed["starts_at"])
        values |= {
            "reason": closed["reason"], "old_date": old.date().isoformat(),
            "old_time": f"{old.hour}:{old.minute:02d}",
        }  # fmt: skip
    if found["at_home"] and template in (BOOKED, MOVED):
        return  # whoever goes there says when, and who comes; the words here name a hall
    once = f"{template.id}:{event.subject}"  # whatever it is called where nobody comes to a hall
    template, more, item = await naming(template, found)
    await identity.tell(
        TELLING, found["person_id"], template, values | more, about=event.subject, once=once, item=item,
        expires=found["starts_at"] if expires else None, by=by,
    )  # fmt: skip


async def facts(rows: list[tuple[str, UUID]]) -> dict[UUID, dict[str, str]]:
    """What is said of appointments when somebody made, moved or cancelled them for somebody else."""
    found = await db.fetch(MANY, [region for region, _ in rows], [row_id for _, row_id in rows])
    halls = await places.halls_by_id(TELLING, sorted({row["hall_id"] for row in found}))
    said = {}
    for row in found:
        starts, hall = clock.local(row["starts_at"]), halls.get(row["hall_id"])
        said[row["id"]] = {
            "month": str(starts.month), "day": str(starts.day), "time": f"{starts.hour}:{starts.minute:02d}",
            "hall": hall.name if hall else "", "number": row["number"],
        }  # fmt: skip
        if row["kind"] in ELSEWHERE:
            said[row["id"]]["kind"] = row["kind"]
        if row["kind"] == "home":
            del said[row["id"]]["hall"]  # nobody goes there
    return said


delegation.tells(
    AppointmentBooked, title=N_("made an appointment"), returnable=True, facts=facts,
    told=N_("{who} booked a place for you: {month}/{day} at {time}, {hall}, number {number}. "
            "If that was not your wish, call {phone}."),
    did=N_("booked a place: {month}/{day} at {time}, {hall}, number {number}"), kinds=BOOKED_ELSEWHERE,
)  # fmt: skip
delegation.tells(
    AppointmentMoved, title=N_("moved an appointment"), returnable=True, facts=facts,
    told=N_("{who} moved your appointment to {month}/{day} at {time}, {hall}, number {number}. "
            "If that was not your wish, call {phone}."),
    did=N_("moved an appointment to {month}/{day} at {time}, {hall}, number {number}"), kinds=MOVED_ELSEWHERE,
)  # fmt: skip
delegation.tells(
    AppointmentCancelled, title=N_("cancelled an appointment"), facts=facts,
    told=N_("{who} cancelled your appointment on {month}/{day} at {time}, {hall}. "
            "If that was not your wish, call {phone}."),
    did=N_("cancelled the appointment on {month}/{day} at {time}, {hall}"), kinds=CANCELLED_ELSEWHERE,
)  # fmt: skip
