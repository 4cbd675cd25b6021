"""What the ledger shows of a person, and how its evidence is forgotten."""

from uuid import UUID

from backend.consents import service
from backend.consents.schemas import ConsentLine
from backend.core.actor import Actor
from backend.core.holdings import closes, holds, steps
from backend.core.register import forgets
from backend.core.words import N_

forgets("consents_consent")(service.forget)
steps({"ConsentGiven": N_("Agreed to a purpose"), "ConsentWithdrawn": N_("Consent taken back")})
SAID = {
    "state": {"given": N_("Agreed"), "withdrawn": N_("Taken back")},
}


@holds(
    "consents",
    N_("My consents"),
    tables="consents_consent",
    labels={"at": N_("When"), "title": N_("What"), "state": N_("State"), "version": N_("Version")},
    said=SAID,
)
async def consents(person: UUID) -> list[ConsentLine]:
    """Every row of the ledger."""
    return await service.ledger(person)


@closes("consents")
async def withdraw_all(actor: Actor, person: UUID) -> None:
    """Nobody relies on a consent of somebody who has left."""
    await service.withdraw_all(actor, person)
