"""Messages as the person, the desks and the gateways see them."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from backend.core.schemas import Output


class MessageLine(Output, frozen=True):
    """A message as the demonstration inbox shows it."""

    id: UUID
    phone_masked: str
    template: str
    channel: str
    body: str
    state: str
    created: datetime


class MessageHeld(Output, frozen=True):
    """A message as its receiver sees it in their own data."""

    template: str
    channel: str
    body: str
    state: str
    created: datetime


class InboxLine(Output, frozen=True):
    """A message in the inbox. ``title`` and ``next_text`` are message ids, ``body`` is in the language of ``lang``."""

    id: UUID
    title: str
    body: str
    lang: str
    urgent: bool
    created: datetime
    read: datetime | None
    over: bool
    next_href: str
    next_text: str


class Inbox(Output, frozen=True):
    """消息: urgent ones that nobody has read come first; ``next`` is the id to go on after, none at the end."""

    unread: int
    pinned: list[InboxLine]
    items: list[InboxLine]
    next: UUID | None = None


class Unread(Output, frozen=True):
    """How many messages wait to be read."""

    unread: int


class AttemptLine(Output, frozen=True):
    """One attempt to tell it: by which channel, when, and how it ended (``reason`` is a word where it failed)."""

    channel: str
    state: str
    at: datetime
    tries: int
    reason: str


class Told(Output, frozen=True):
    """How a message went out: every attempt, the first one first."""

    attempts: list[AttemptLine]


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What a message came to: by its last channel, why not, and whether a receipt is still waited for."""

    state: str
    channel: str = ""
    reason: str = ""
    waits: bool = False


class DeliveryHeld(Output, frozen=True):
    """An attempt to tell a person something, in their own data."""

    channel: str
    state: str
    created: datetime


class SentLine(Output, frozen=True):
    """What the local gateway of the demonstration was given."""

    id: UUID
    channel: str
    state: str
    cost: int | None
    at: datetime
    title: str
    phone_masked: str
    lang: str
    body: str


class Callback(msgspec.Struct, frozen=True, kw_only=True):
    """What a gateway reports: a delivery arrived or failed, or a text came in. ``id`` is the id of the delivery."""

    event: Literal["delivered", "failed", "received"]
    id: UUID | None = None
    reason: Annotated[str, msgspec.Meta(max_length=200)] = ""
    cost: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] | None = None
    sender: Annotated[str, msgspec.Meta(max_length=40)] = msgspec.field(name="from", default="")
    text: Annotated[str, msgspec.Meta(max_length=2000)] = ""


class ReplyLine(Output, frozen=True):
    """A text that somebody sent us and that a person has to read. ``answers`` is the title of what it answers to."""

    id: UUID
    person: UUID | None
    name: str
    phone_masked: str
    body: str
    answers: str
    at: datetime


class ReceivedHeld(Output, frozen=True):
    """A text that a person sent us, in their own data."""

    body: str
    state: str
    at: datetime
