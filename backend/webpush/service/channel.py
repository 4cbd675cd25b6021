"""Web Push as a channel of messages: notifications ask it first for whoever has a browser that shows them."""

from typing import Literal
from uuid import UUID

import httpx

from backend.core.actor import Actor
from backend.notifications import service as notifications
from backend.webpush.schemas import Note
from backend.webpush.service.pushing import push, reachable

PUSHING = Actor.system("push messages")


class PushChannel:
    """The adapter. It looks up browsers while it sends, so deliveries go through it one after the other."""

    name = "push"

    def ready(self) -> bool:
        """Always: the keys are the installation's own."""
        return True

    def receipts(self) -> bool:
        """The service worker says when it has shown a message; silence for the term means that it did not."""
        return True

    async def reaches(self, person: UUID | None, phone: str) -> bool:
        """Whether one of the person's browsers shows messages."""
        return person is not None and await reachable(person)

    async def send(self, message: notifications.Outgoing, http: httpx.AsyncClient) -> notifications.Taken:
        """To every browser of the person; one that takes it is enough. Push goes its own guarded way out."""
        if message.person is None:
            return notifications.Taken(state="failed", reason="not-set-up")
        urgency: Literal["normal", "urgent"] = "normal" if message.urgency == "normal" else "urgent"
        note = Note(
            message=message.message, title=message.title, href=_page(message), urgency=urgency, expires=message.expires
        )  # fmt: skip
        done = await push(PUSHING, message.person, note)
        if done.accepted:
            return notifications.Taken(state="sent")
        if done.again is not None:
            return notifications.Taken(state="again", reason="later")
        return notifications.Taken(state="failed", reason="refused")


def _page(message: notifications.Outgoing) -> str:
    """Where a press leads: to the message, with what to do next."""
    return f"/messages/{message.message}"


notifications.use_channel(PushChannel())
