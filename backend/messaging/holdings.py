"""What messaging shows of a person."""

from uuid import UUID

from backend.core.holdings import holds, steps
from backend.core.words import N_
from backend.messaging import service
from backend.messaging.schemas import WarningHeld

HOW = {
    "": N_("no answer"),
    "page": N_("on a page"),
    "text": N_("by text message"),
    "grid": N_("told by our staff"),
}
steps({"WarningAcknowledged": N_("A warning reached you")})


@holds(
    "warnings",
    N_("Warnings for my area"),
    tables="messaging_recipient",
    labels={"told": N_("When"), "how": N_("How you answered")},
    said={"how": HOW},
)
async def warnings(person: UUID) -> list[WarningHeld]:
    """Warnings, the latest first."""
    return await service.warnings_held(person)
