"""提醒: two days and two hours before, once each; and what people answer: 来 or 不来了.

A booking plans its reminders; when one is due, the appointment itself says whether it still stands.
"""

from uuid import UUID

from backend.appointments import access, rules
from backend.appointments.events import AppointmentBooked, AppointmentCancelled, AppointmentConfirmed, AppointmentMoved
from backend.appointments.naming import KIND, naming
from backend.appointments.service.booking import NotChangeable, cancel
from backend.appointments.service.reading import BOOKERS, SCOPE
from backend.appointments.telling import ids_of
from backend.core import clock, db
from backend.core.actor import Actor
from backend.core.events import Announcement, Event, announce, on
from backend.core.policy import verb
from backend.core.words import N_
from backend.identity import service as identity
from backend.notifications import service as notifications
from backend.notifications.schemas import Template
from backend.places import service as places
from backend.settings import settings

STANDS = f"""SELECT person_id, hall_id, item_id, further_items, number, starts_at, {KIND} AS kind
    FROM appointments_appointment a WHERE region = $1 AND id = $2 AND state = 'booked' AND starts_at > $3"""
SAID = "SELECT 1 FROM core_announcement WHERE region = $1 AND subject = $2 AND name = $3 LIMIT 1"
ONE_BY_ONE = "SELECT pg_advisory_xact_lock(hashtextextended($1, 29))"  # of two presses at once, one waits
REMINDING = Actor.system("remind of appointments")
ANSWER = ("/appointments/{about}/coming", N_("Say whether you come"))
DAYS = Template(
    id="appointment-in-two-days",
    title=N_("Do you come to your appointment?"),
    next=ANSWER,
    scope=SCOPE,
    text=N_(
        "Your appointment: {date}, {time}, {hall}, number {number}. Answer 1 if you come, 2 if not. Questions? {phone}."
    ),
)
HOURS = Template(
    id="appointment-in-two-hours",
    title=N_("Your appointment is today"),
    next=ANSWER,
    scope=SCOPE,
    text=N_("Today at {time}: {hall}, number {number}. Answer 1 if you come, 2 if not. Questions? {phone}."),
)
SEE = ("/appointments", N_("See my appointments"))
ALL = [*ids_of(DAYS), *ids_of(HOURS)]


@on(AppointmentBooked)
async def plan_of_booking(event: AppointmentBooked, row: Announcement) -> None:
    """Whoever booked: the person is reminded."""
    await _plan(event)


@on(AppointmentMoved)
async def plan_of_move(event: AppointmentMoved, row: Announcement) -> None:
    """The new time; the old one does not stand any more."""
    await _plan(event)


@on(AppointmentMoved)
async def not_of_the_old_time(event: AppointmentMoved, row: Announcement) -> None:
    """What was written about the time before is over."""
    await notifications.call_off(REMINDING, event.before, ALL)


@on(AppointmentCancelled)
async def not_after_cancellation(event: AppointmentCancelled, row: Announcement) -> None:
    """Nobody is reminded of what was cancelled, though the reminder was written and waited for the morning."""
    await notifications.call_off(REMINDING, event.subject, ALL)


@verb("appointments.confirm", N_("Say that one comes"), *BOOKERS, scope=SCOPE)
async def confirm(actor: Actor, row_id: UUID) -> None:
    """来: the hall can count on it. Nothing changes for who says nothing, and saying it twice is once."""
    async with db.transaction():
        row = await access.appointment(actor, row_id)
        if not rules.may_change(row["state"], row["starts_at"], clock.now()):
            raise NotChangeable(next_step=SEE)
        await db.execute(ONE_BY_ONE, str(row_id))
        if not await db.fetchval(SAID, row["region"], row_id, "AppointmentConfirmed"):
            await announce(actor, AppointmentConfirmed(region=row["region"], subject=row_id))


async def _plan(event: Event) -> None:
    found = await db.fetchrow(STANDS, event.region, event.subject, clock.now())
    if found is not None:
        for name, due in rules.reminders(found["starts_at"], clock.now()):
            await notifications.plan(name, event.region, event.subject, due)


async def _remind(template: Template, region: str, row_id: UUID) -> None:
    """Tell it, unless it was cancelled, moved or begun meanwhile."""
    found = await db.fetchrow(STANDS, region, row_id, clock.now())
    if found is None:
        return
    starts, hall = clock.local(found["starts_at"]), await places.hall(REMINDING, found["hall_id"])
    values = {
        "date": starts.date().isoformat(), "time": f"{starts.hour}:{starts.minute:02d}", "hall": hall.name,
        "number": found["number"], "phone": settings().help_phone,
    }  # fmt: skip
    template, more, item = await naming(template, found)
    await identity.tell(
        REMINDING, found["person_id"], template, values | more, about=row_id, once=f"{template.id}:{row_id}",
        item=item, expires=found["starts_at"],
    )  # fmt: skip


async def _answered(actor: Actor, row_id: UUID, yes: bool) -> None:
    """1 or 2 by text."""
    await (confirm(actor, row_id) if yes else cancel(actor, row_id))


async def _in_two_days(region: str, row_id: UUID) -> None:
    await _remind(DAYS, region, row_id)


async def _in_two_hours(region: str, row_id: UUID) -> None:
    await _remind(HOURS, region, row_id)


for _template, _work in ((DAYS, _in_two_days), (HOURS, _in_two_hours)):
    notifications.on_due(_template.id, _work)
    for _id in ids_of(_template):
        notifications.takes_replies(_id, _answered)
