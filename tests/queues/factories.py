"""A hall with counters, and clerks who sit there."""

from uuid import UUID

from backend.core import ids
from backend.core.actor import Actor
from backend.places.schemas import Hall
from backend.queues import service
from backend.queues.schemas import CounterRequest, TicketRequest, TicketView
from tests.appointments.factories import hall
from tests.identity.factories import actor_for, clerk, manager


def device() -> Actor:
    """A machine at an entrance."""
    return Actor(acting=ids.new(), basis="official", channel="kiosk", roles=frozenset({"kiosk"}), region="230103")


DEVICE = device()


async def open_counter(at: Hall, label: str = "1", items: list[str] | None = None) -> tuple[Actor, UUID]:
    """A clerk at a new counter of the hall."""
    sun, who = actor_for(await manager(region=at.region)), actor_for(await clerk(region=at.region))
    made = await service.set_up_counter(sun, CounterRequest(hall=at.id, label=label, items=items or []))
    await service.open_counter(who, made.id)
    return who, made.id


async def ticket(at: Hall, *, green: bool = False, item: str = "", actor: Actor | None = None) -> TicketView:
    """A number from the machine at the entrance."""
    wanted = TicketRequest(hall=at.id, green=green, item=item)
    return await service.take_ticket(actor or device(), wanted, key=str(ids.new()))


async def the_hall() -> Hall:
    """The hall of the tests."""
    return await hall()
