"""What webpush shows of a person."""

from uuid import UUID

from backend.core.holdings import holds, steps
from backend.core.words import N_
from backend.webpush import service
from backend.webpush.schemas import BrowserHeld

steps(
    {
        "BrowserSubscribed": N_("A browser was set up to show messages"),
        "BrowserForgotten": N_("A browser was taken off the list for messages"),
        "PushShown": N_("A message was shown on a device"),
    }
)


@holds(
    "browsers",
    N_("Devices that show my messages"),
    tables="webpush_subscription",
    labels={"device": N_("Device"), "created": N_("Since"), "received": N_("Last shown"), "service": N_("Through")},
)
async def browsers(person: UUID) -> list[BrowserHeld]:
    """The browsers, the latest first."""
    return await service.browsers_held(person)
