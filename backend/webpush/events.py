"""What webpush announces."""

from uuid import UUID

from backend.core.events import Announcement, Event, on
from backend.notifications import service as notifications


class BrowserSubscribed(Event, frozen=True, kw_only=True):
    """A browser shows messages from now on; ``subject`` is the subscription."""


class BrowserForgotten(Event, frozen=True, kw_only=True):
    """A browser shows messages no more. ``why``: removed by the person, taken over, gone, or refusing."""

    person: UUID
    why: str


class PushShown(Event, frozen=True, kw_only=True):
    """A browser said that it showed a message; ``subject`` is the message."""

    browser: UUID


@on(PushShown)
async def tell_that_it_arrived(event: PushShown, row: Announcement) -> None:
    """The chain of this message ends: no other channel needs to tell it."""
    await notifications.arrived(event.subject, "push")
