"""What delegation shows of a principal, and how mandates end and are forgotten, with their steps."""

from uuid import UUID

from backend.core.actor import Actor
from backend.core.holdings import CHANNELS, closes, erases, holds
from backend.core.register import forgets
from backend.core.words import N_
from backend.delegation import service
from backend.delegation.schemas import MyMandate, MyStep

STATES = {"invited": N_("Invited"), "accepted": N_("Accepted"), "ended": N_("Over")}
KINDS = {
    "invitation": N_("Invitation"),
    "acceptance": N_("Acceptance"),
    "refusal": N_("Invitation declined"),
    "withdrawal": N_("Invitation taken back"),
    "veto": N_("Objection"),
    "revocation": N_("Taken back"),
    "resignation": N_("Helper stopped"),
    "extension": N_("Extension"),
    "expiry": N_("Time over"),
}
erases("delegation_mandate")(service.erase)
forgets("delegation_mandate")(service.forget)


@holds(
    "mandates",
    N_("Whom I let act for me"),
    tables="delegation_mandate",
    labels={
        "starts": N_("Since"), "ends": N_("Until"), "relation": N_("Who that is to me"), "state": N_("State"),
        "evidence": N_("Papers seen"),
    },
    said={"state": STATES},
)  # fmt: skip
async def mandates(person: UUID) -> list[MyMandate]:
    """Every mandate that the person gave, the latest first."""
    return await service.mandates_of(person)


@holds(
    "mandate-steps",
    N_("My steps with family and helpers"),
    tables="delegation_step",
    labels={"at": N_("When"), "kind": N_("What"), "channel": N_("Where"), "why": N_("Reason")},
    said={"kind": KINDS, "channel": CHANNELS},
)
async def own_steps(person: UUID) -> list[MyStep]:
    """Every step, the latest first."""
    return await service.steps_of(person)


@closes("delegation")
async def end_mandates(actor: Actor, person: UUID) -> None:
    """Nobody acts for somebody who has left, nor the other way round."""
    await service.end_all(actor, person)
