"""The one place where messaging hands over what is to be sent, and asks what became of it.

Everything goes through ``notifications`` and ``identity.tell``: what those do with channels, retries and calls is not
known here.
"""

from datetime import datetime
from uuid import UUID

from backend.core.actor import Actor
from backend.core.words import N_
from backend.core.words import words as language
from backend.identity import service as identity
from backend.identity.schemas import PersonSummary
from backend.notifications import service as notifications
from backend.notifications.schemas import Receiver, Template

REPLY = N_("Reply 1 when you have read this.")
ANSWER = N_("Say that the warning reached me")
# What a message's state means to another system.
STATUS = {
    "shown": "delivered", "queued": "sending", "sent": "delivered", "delivered": "delivered", "reached": "delivered",
    "read": "delivered", "calling": "sending", "failed": "temporary-failure", "unsent": "technical-failure",
    "unreached": "permanent-failure",
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


async def counts_of(about: UUID) -> dict[str, int]:
    """How many messages of a broadcast came to what."""
    return await notifications.counts_about(about)


async def waiting_of(about: UUID, limit: int) -> int:
    """How many messages of a broadcast wait for the gateway."""
    return await notifications.waiting_about(about, limit)


async def tell_news(actor: Actor, person: UUID, title: str, words: str, *, about: UUID) -> None:
    """News, the way the person wants to be told; quiet hours hold."""
    made = Template(id="broadcast", text=words, title=title)
    await identity.tell(actor, person, made, {}, about=about, once=f"broadcast:{about}:{person}")


async def warn(
    actor: Actor, person: PersonSummary, title: str, words: str, *, about: UUID, drill: bool, until: datetime | None
) -> None:
    """A warning by everything there is at once: inbox, browser, text and the gateway's voice; then by a person."""
    say = language(person.language).gettext
    if drill:
        title, words = say(N_("Drill: {text}"), text=title), say(N_("Drill: {text}"), text=words)
    said = f"{words} {say(REPLY)}"
    made = Template(id="emergency", text=said, title=title, next=("/emergencies/{about}", ANSWER), emergency=True)
    await identity.tell(actor, person.id, made, {}, about=about, once=f"warn:{about}:{person.id}", expires=until)


async def readers_of(about: UUID, people: list[UUID]) -> set[UUID]:
    """Who has read a message of a broadcast."""
    return await notifications.read_about(about, people)
