"""A hall with counters, and clerks who sit there."""

from datetime import timedelta
from uuid import UUID

from backend.appointments import service as appointments
from backend.appointments.schemas import Appointment
from backend.core import clock, db, ids
from backend.core.actor import Actor
from backend.identity.schemas import StaffPost
from backend.places.schemas import Hall
from backend.queues import service
from backend.queues.schemas import CounterRequest, TicketRequest, TicketView
from tests.appointments.factories import hall, open_hall, slots, somebody, wish
from tests.identity.factories import actor_for, clerk, manager


def device(region: str = "230103") -> Actor:
    """A machine at an entrance."""
    return Actor(acting=ids.new(), basis="official", channel="kiosk", roles=frozenset({"kiosk"}), region=region)


DEVICE = device()


async def open_counter(
    at: Hall, label: str = "1", items: list[str] | None = None, *, who: StaffPost | None = None
) -> tuple[Actor, UUID]:
    """A clerk at a new counter of the hall."""
    sun, liu = actor_for(await manager(region=at.region)), actor_for(who or await clerk(region=at.region))
    made = await service.set_up_counter(sun, CounterRequest(hall=at.id, label=label, items=items or []))
    await service.open_counter(liu, made.id)
    return liu, made.id


async def ticket(at: Hall, *, green: bool = False, item: str = "", actor: Actor | None = None) -> TicketView:
    """A number from the machine at the entrance."""
    wanted = TicketRequest(hall=at.id, green=green, item=item)
    return await service.take_ticket(actor or device(), wanted, key=str(ids.new()))


async def the_hall() -> Hall:
    """The hall of the tests."""
    return await hall()


async def booked_for(minutes: float) -> tuple[Hall, Actor, Appointment]:
    """Somebody with an appointment that begins so many minutes from now, at the hall of the tests."""
    at_hall, (_, actor) = await open_hall(), await somebody()
    found = next(each for each in await slots(at_hall, clock.today()) if each.left)
    made = await appointments.book(actor, wish(at_hall, found), key=str(ids.new()))
    at = clock.now() + timedelta(minutes=minutes)
    await db.execute(
        "UPDATE appointments_appointment SET starts_at = $2, ends_at = $3 WHERE id = $1", made.id, at,
        at + timedelta(minutes=30),
    )  # fmt: skip
    return at_hall, actor, made
