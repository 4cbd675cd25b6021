"""What this slice itself shows of a person, and the words of its steps."""

from uuid import UUID

from backend.core.holdings import holds, steps
from backend.core.words import N_
from backend.privacy import service
from backend.privacy.schemas import CorrectionLine

FIELDS = {"name": N_("Name"), "birth": N_("Date of birth"), "document": N_("Document number")}
STATES = {
    "asked": N_("waiting for your card at a counter"),
    "granted": N_("corrected"),
    "refused": N_("not corrected"),
    "withdrawn": N_("taken back"),
}
steps(
    {
        "DataExported": N_("Took all data along"),
        "CorrectionAsked": N_("Asked for a correction"),
        "CorrectionDecided": N_("Correction decided"),
        "CorrectionWithdrawn": N_("Correction taken back"),
        "ClosingAsked": N_("Asked to close the account"),
        "ClosingTakenBack": N_("Kept the account after all"),
        "AccountClosed": N_("Account closed"),
    }
)


@holds(
    "corrections",
    N_("Corrections I asked for"),
    tables="privacy_correction",
    labels={"asked_at": N_("When"), "field": N_("What"), "wanted": N_("How it should read"), "state": N_("State")},
    said={"field": FIELDS, "state": STATES},
)
async def corrections(person: UUID) -> list[CorrectionLine]:
    """What was asked for and what became of it."""
    return await service.corrections_of(person)
