"""What people in line are told: a place is there for you until then, it went on, your line is over."""

from datetime import datetime
from typing import Any
from uuid import UUID

from backend.appointments import rules
from backend.appointments.events import KeptPlaceClosed, OfferLapsed, PlaceOffered, WaitJoined, WaitLeft
from backend.appointments.schemas import services
from backend.core import clock, db
from backend.core.actor import Actor
from backend.core.events import Announcement, on
from backend.core.words import N_
from backend.delegation import service as delegation
from backend.identity import service as identity
from backend.notifications.schemas import Template
from backend.places import service as places
from backend.settings import settings

OFFER = """SELECT hall_id, person_id, item_id, further_items, starts_at, expires_at FROM appointments_hold
    WHERE region = $1 AND id = $2"""
LINE = """SELECT w.hall_id, w.person_id, w.item_id, w.further_items, s.starts_at FROM appointments_wait w
    JOIN appointments_slot s ON s.region = w.region AND s.id = $3 WHERE w.region = $1 AND w.id = $2"""
# The earliest free time of the same hall, share and errand.
NEXT = """SELECT s.starts_at FROM appointments_slot s
    JOIN appointments_share h ON h.region = s.region AND h.slot_id = s.id AND h.pool = $3 AND h.taken < h.capacity
    WHERE s.region = $1 AND s.hall_id = $2 AND s.state = 'open' AND s.starts_at >= $4
        AND s.starts_at >= $4 + appointments_lead(s.region, s.id, $5)
        AND appointments_left(s.region, appointments_run(s.region, s.id, $6), $3) > 0
    ORDER BY s.starts_at LIMIT 1"""
MANY = """SELECT w.id, w.hall_id, w.first_day, w.last_day FROM appointments_wait w
    JOIN unnest($1::text[], $2::uuid[]) AS d (region, id) ON w.region = d.region AND w.id = d.id"""
TELLING = Actor.system("tell people in line")
SEE = ("/appointments/waiting/{about}", N_("Answer"))
OFFERED = Template(
    id="place-offered",
    title=N_("A place is free for you"),
    next=SEE,
    scope="appointments",
    text=N_(
        "A place is free for you: {date}, {time}, {hall}. We keep it until {until}. "
        "Say yes or no in the portal, or call {phone}."
    ),
)
PASSED = Template(
    id="offer-passed",
    title=N_("The place went on to the next person"),
    next=("/appointments/waiting/{about}", N_("See my place in line")),
    scope="appointments",
    text=N_(
        "We did not hear from you, so the place on {date}, {time}, {hall} went on. You are still in line. "
        "After a second offer without an answer your place in line ends. Questions: {phone}."
    ),
)
ENDED = Template(
    id="line-ended",
    title=N_("You are no longer in line"),
    next=("/appointments/new", N_("Look for a time")),
    scope="appointments",
    text=N_(
        "Two offers stayed without an answer, so your place in line at {hall} has ended. "
        "You are welcome to join again, or call {phone}: we look for a time with you."
    ),
)
KEPT_CLOSED = Template(
    id="kept-place-closed",
    title=N_("The hall closes at the time that we kept for you"),
    next=("/appointments/new", N_("Choose another time")),
    scope="appointments",
    text=N_(
        "{hall} closes then, so {date}, {time}, which we kept for you, cannot be booked. The next free time is {next}. "
        "Whoever waits in line keeps the place in line. Questions: {phone}."
    ),
)
KEPT_CLOSED_FULL = Template(
    id="kept-place-closed-full",
    title=KEPT_CLOSED.title,
    next=KEPT_CLOSED.next,
    scope="appointments",
    text=N_(
        "{hall} closes then, so {date}, {time}, which we kept for you, cannot be booked. No other time is free yet. "
        "Whoever waits in line keeps the place in line. Call {phone}: we look for a time with you."
    ),
)


@on(PlaceOffered)
async def tell_of_offer(event: PlaceOffered, row: Announcement) -> None:
    """The person who is next hears of it, the way they asked to be told; not of what is over already."""
    found = await db.fetchrow(OFFER, event.region, event.hold)
    if found is not None and found["expires_at"] > clock.now():
        more = {"until": _said(found["expires_at"])}
        await _tell(event.subject, found, OFFERED, more, str(event.hold), expires=found["expires_at"])


@on(OfferLapsed)
async def tell_of_lapse(event: OfferLapsed, row: Announcement) -> None:
    """That it went on, and whether the line goes on."""
    found = await db.fetchrow(LINE, event.region, event.subject, event.slot)
    if found is not None:
        await _tell(event.subject, found, ENDED if event.ended else PASSED, {}, str(event.hold))


@on(KeptPlaceClosed)
async def tell_of_closed(event: KeptPlaceClosed, row: Announcement) -> None:
    """That it cannot be had, and which time can."""
    if row.principal is None:
        return
    found = {
        "hall_id": event.hall, "person_id": row.principal, "item_id": event.item, "further_items": event.further,
        "starts_at": event.starts_at,
    }  # fmt: skip
    free = await db.fetchval(
        NEXT, event.region, event.hall, event.pool, clock.now(), rules.LEAD, services(event.item, event.further)
    )
    template, more = (KEPT_CLOSED, {"next": _said(free)}) if free else (KEPT_CLOSED_FULL, {})
    await _tell(event.subject, found, template, more, str(event.hold))


async def _tell(
    about: UUID, found: Any, template: Template, more: dict[str, str], once: str, *, expires: datetime | None = None
) -> None:
    starts, hall = clock.local(found["starts_at"]), await places.hall(TELLING, found["hall_id"])
    values = {
        "date": starts.date().isoformat(), "time": f"{starts.hour}:{starts.minute:02d}", "hall": hall.name,
        "phone": settings().help_phone, **more,
    }  # fmt: skip
    await identity.tell(
        TELLING, found["person_id"], template, values, about=about, once=f"{template.id}:{once}",
        item="" if found["further_items"] else found["item_id"] or "", expires=expires,
    )  # fmt: skip


def _said(moment: datetime) -> str:
    at = clock.local(moment)
    return f"{at.month}-{at.day} {at.hour}:{at.minute:02d}"


async def facts(rows: list[tuple[str, UUID]]) -> dict[UUID, dict[str, str]]:
    """What is said of a line that somebody joined or left for somebody else."""
    found = await db.fetch(MANY, [region for region, _ in rows], [row_id for _, row_id in rows])
    halls = await places.halls_by_id(TELLING, sorted({row["hall_id"] for row in found}))
    return {
        row["id"]: {
            "from": f"{row['first_day'].month}/{row['first_day'].day}",
            "to": f"{row['last_day'].month}/{row['last_day'].day}",
            "hall": halls[row["hall_id"]].name if row["hall_id"] in halls else "",
        }
        for row in found
    }


delegation.tells(
    WaitJoined, title=N_("waits for a place"), facts=facts,
    told=N_("{who} put you on the waiting list at {hall} for {from} to {to}. "
            "If that was not your wish, call {phone}."),
    did=N_("joined the waiting list at {hall} for {from} to {to}"),
)  # fmt: skip
delegation.tells(
    WaitLeft, title=N_("no longer waits for a place"), facts=facts,
    told=N_("{who} took you off the waiting list at {hall}. If that was not your wish, call {phone}."),
    did=N_("left the waiting list at {hall}"),
)  # fmt: skip
