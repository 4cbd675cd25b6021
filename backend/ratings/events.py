"""What ratings announce, and what they hear: a visit that is over can be rated."""

from backend.appointments.events import AppointmentAttended
from backend.core.events import Announcement, Event, on
from backend.queues.events import TicketMoved
from backend.rounds.events import VisitEnded


class VisitRated(Event, frozen=True, kw_only=True):
    """评价 given or changed; ``subject`` is the visit. Not how, and not by whom: the trail is read by many."""

    changed: bool
    low: bool


class RectificationMoved(Event, frozen=True, kw_only=True):
    """A step of 差评整改: opening, contact, completion, confirmation, reopening, withdrawal."""

    step: str


@on(TicketMoved)
async def after_the_counter(event: TicketMoved, row: Announcement) -> None:
    """The clerk is done: the person is asked now."""
    from backend.ratings.service.inviting import ticket_done  # the verbs announce what stands above

    if event.step == "finish":
        await ticket_done(event.region, event.subject)


@on(AppointmentAttended)
async def after_an_appointment(event: AppointmentAttended, row: Announcement) -> None:
    """Who came is asked some time later, unless a counter says before that the visit is over."""
    from backend.ratings.service.inviting import appointment_kept

    await appointment_kept(event.region, event.subject)


@on(VisitEnded)
async def after_a_visit_at_home(event: VisitEnded, row: Announcement) -> None:
    """Who was met at home is asked some time later; where an appointment was booked, that one asks."""
    from backend.ratings.service.inviting import came_home

    if event.state == "met":
        await came_home(event.region, event.subject)
