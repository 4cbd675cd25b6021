"""The one place where messaging hands over what is to be sent, and asks what became of it.

Everything goes through ``notifications`` and ``identity.tell``: what those do with channels, retries and calls is not
known here.
"""

from uuid import UUID

from backend.core.actor import Actor
from backend.identity import service as identity
from backend.notifications import service as notifications
from backend.notifications.schemas import Receiver, Template

# What a message's state means to another system.
STATUS = {
    "shown": "delivered", "queued": "sending", "sent": "delivered", "failed": "temporary-failure",
    "unsent": "technical-failure", "calling": "sending", "reached": "delivered", "unreached": "permanent-failure",
    "read": "delivered",
}  # fmt: skip


async def send_text(actor: Actor, phone: str, words: str, *, about: UUID, template: str) -> str | None:
    """Hand a text message over; returns the number's digits, or none when it is no mobile number here."""
    known = identity.phone_fingerprint(phone)
    if known is None:
        return None
    # The words are data: without values nothing in them is read as a placeholder, and no catalogue has them.
    made = Template(id=template, text=words)
    await notifications.send(actor, Receiver(phone=known[0]), made, {}, about=about, once=f"{template}:{about}")
    return known[0]


async def states_of(abouts: list[UUID]) -> dict[UUID, str]:
    """What became of messages, by what they are about, in the words of the v2 interface."""
    found = await notifications.states_about(abouts)
    return {about: STATUS.get(state, "sending") for about, state in found.items()}
