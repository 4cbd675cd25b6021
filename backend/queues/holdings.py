"""What a hall's day shows of a person, and what becomes of their numbers when they leave."""

from uuid import UUID

from backend.core.actor import Actor
from backend.core.holdings import closes, erases, holds, steps
from backend.core.words import N_
from backend.queues import service
from backend.queues.schemas import MyTicket

STATES = {
    "waiting": N_("Waiting"),
    "called": N_("Called to a counter"),
    "serving": N_("Being served"),
    "held": N_("Waiting aside"),
    "parked": N_("Fetching papers"),
    "missed": N_("Call missed"),
    "done": N_("Done"),
    "left": N_("Number given back"),
    "unserved": N_("Not served when the hall closed"),
}
steps({"TicketTaken": N_("Number taken in a hall"), "TicketMoved": N_("A number in a hall went one step further")})
erases("queues_ticket")(service.unname)


@holds(
    "tickets",
    N_("My numbers in halls"),
    tables="queues_ticket",
    labels={
        "taken_at": N_("When"), "hall_name": N_("Hall"), "number": N_("Number"), "item_name": N_("For"),
        "state": N_("State"), "note": N_("Note of the counter"),
    },
    said={"state": STATES},
)  # fmt: skip
async def tickets(person: UUID) -> list[MyTicket]:
    """Every number, the latest first, with the note that a counter left."""
    return await service.tickets_of(person)


@closes("queues")
async def give_back(actor: Actor, person: UUID) -> None:
    """Nobody is called who has left."""
    await service.leave_all(actor, person)
