"""What notifications show of a person, and how messages are forgotten."""

from uuid import UUID

from backend.core.holdings import holds
from backend.core.register import forgets
from backend.core.words import N_
from backend.notifications import service
from backend.notifications.schemas import MessageHeld

forgets("notifications_message")(service.forget)
CHANNELS = {"sms": N_("Text message"), "call": N_("Call"), "letter": N_("Letter")}


@holds(
    "messages",
    N_("Messages to me"),
    tables="notifications_message",
    labels={"created": N_("When"), "channel": N_("Where"), "body": N_("What it said")},
    said={"channel": CHANNELS},
)
async def messages(person: UUID) -> list[MessageHeld]:
    """What was sent, the latest first."""
    return await service.messages_of(person)
