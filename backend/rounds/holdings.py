"""What home visits show of a person, and what ends with the account."""

from uuid import UUID

from backend.core.actor import Actor
from backend.core.holdings import closes, holds, steps
from backend.core.words import N_
from backend.rounds import service
from backend.rounds.schemas import MyVisit

STATES = {
    "planned": N_("Planned"),
    "met": N_("Somebody was with you"),
    "missed": N_("You were not met"),
    "cancelled": N_("Cancelled"),
}
steps(
    {
        "VisitPlanned": N_("Home visit planned"),
        "VisitTaken": N_("A member of staff took over the home visit"),
        "VisitMoved": N_("The home visit has another time"),
        "VisitLocated": N_("It was noted in which street the home visit is"),
        "VisitReturned": N_("The home visit was given back; somebody else will come"),
        "RoundArranged": N_("The order of a round of home visits was changed"),
        "VisitEnded": N_("Home visit ended or cancelled"),
    }
)


@holds(
    "rounds",
    N_("Visits at my home"),
    tables="rounds_visit",
    labels={"begins": N_("When"), "place": N_("Address"), "item": N_("For"), "state": N_("State")},
    said={"state": STATES},
)
async def visits(person: UUID) -> list[MyVisit]:
    """Every visit, the latest first."""
    return await service.all_of(person)


@closes("rounds")
async def call_off(actor: Actor, person: UUID) -> None:
    """Nobody comes to somebody who has left."""
    await service.cancel_all(actor, person)
