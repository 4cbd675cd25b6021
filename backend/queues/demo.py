"""The demonstration's halls: four counters each, nobody waiting yet."""

from backend.core.actor import Actor
from backend.places import service as places
from backend.queues import service
from backend.queues.schemas import CounterRequest

ORDER = 40
HOME = "230103"
COUNTERS = ("1", "2", "3", "4")


async def world() -> None:
    """Set up the counters of the halls that can be booked in the county of the demonstration; safe to repeat."""
    manager = Actor(basis="official", roles=frozenset({"manager", "system"}), region=HOME, name="demonstration")
    for hall in (await places.halls(manager, division=HOME, derived=None, limit=100)).items:
        for label in COUNTERS if hall.bookable or hall.status != "derived" else ():
            await service.set_up_counter(manager, CounterRequest(hall=hall.id, label=label))
