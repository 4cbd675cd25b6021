"""What other slices hand over to have a person told, and what the person and the desks see of it."""

from collections.abc import Awaitable, Callable
from datetime import datetime, time
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from backend.core.actor import Actor
from backend.core.schemas import Input, Output

Otherwise = Literal["call", "letter"]
First = Literal["sms", "call", "letter"]
Answer = Literal["reached", "later", "no-answer", "wrong-number", "moved"]


class Template(msgspec.Struct, frozen=True, kw_only=True):
    """A message: a stable id, and the English message id of its wording with ``{placeholders}``.

    ``title`` heads it in the inbox. ``next`` says what to do: an address of ours, which may hold ``{about}``, and its
    words. ``scope`` is what a mandate must name for a delegate to read it; without one nobody but the person does. A
    ``spoken`` one is read out by the gateway's voice when it goes by call; no person may see what it says. An
    ``urgent`` one disturbs and goes by all quick channels at once, an ``emergency`` also by voice. A ``guard`` of the
    account goes to its own number, as a text at any hour or by a call by day, whatever was wished for. One by
    ``machines`` only is never told by a person: no member of staff may see it.
    ``many``: everybody of an area gets one, so it leaves after what one person is told.
    """

    id: str
    text: str
    title: str = ""
    next: tuple[str, str] = ("", "")
    scope: str = ""
    spoken: bool = False
    urgent: bool = False
    emergency: bool = False
    guard: bool = False
    machines: bool = False
    many: bool = False


class Receiver(msgspec.Struct, frozen=True, kw_only=True):
    """To whom, where and in which language. ``phone`` are the eleven digits, empty when there is none.

    ``channel`` is the one that was asked for, ``visit`` where there is no number. ``place`` is the division where the
    person lives: who goes there when nothing else arrives. ``plain`` asks for the simpler wording.
    """

    person: UUID | None = None
    phone: str = ""
    lang: str = "zh_CN"
    channel: str = "sms"
    place: str = ""
    plain: bool = False


class Callee(msgspec.Struct, frozen=True, kw_only=True):
    """Whom a desk calls. ``closed`` is a minor whose record a manager must open first."""

    name: str
    closed: bool = False


class People(msgspec.Struct, frozen=True, kw_only=True):
    """What identity says of people, so that this slice need not know it: identity tells people, not the reverse.

    ``seen`` names those on a list, ``opened`` refuses what the actor may not open, ``first`` and ``keep_first`` are
    the channel that a person wants, ``digits`` reads a number as it was typed.
    """

    seen: Callable[[Actor, list[UUID]], Awaitable[dict[UUID, Callee]]]
    opened: Callable[[Actor, list[UUID]], Awaitable[None]]
    first: Callable[[UUID], Awaitable[str]]
    keep_first: Callable[[Actor, UUID, str], Awaitable[None]]
    digits: Callable[[str], str | None]


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


class DeliveryHeld(Output, frozen=True):
    """An attempt to tell a person something, in their own data."""

    channel: str
    state: str
    created: datetime


class ReceivedHeld(Output, frozen=True):
    """A text that a person sent us, in their own data."""

    body: str
    state: str
    at: datetime


class CopyHeld(Output, frozen=True):
    """Somebody who hears of a person's matters too, in that person's own data."""

    delegate: UUID
    added: datetime


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


class ReplyLine(Output, frozen=True):
    """A text that somebody sent us and that a person has to read. ``answers`` is the title of what it answers to."""

    id: UUID
    person: UUID | None
    name: str
    phone_masked: str
    body: str
    answers: str
    at: datetime


class CopyLine(Output, frozen=True):
    """Somebody who may act for the person, and whether they are told too; ``always`` for guardians."""

    delegate: UUID
    name: str
    on: bool
    always: bool


class CopyChange(Input, frozen=True):
    """Whether this delegate is told too."""

    delegate: UUID
    on: bool


class Kin(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody whose mandate counts now: which scopes and items (none: all), and whether as a guardian."""

    person: UUID
    name: str
    scopes: frozenset[str]
    items: frozenset[str] = frozenset()
    guardian: bool = False

    def covers(self, scope: str, item: str) -> bool:
        """Whether a message is within the mandate."""
        return scope in self.scopes and (not self.items or item in self.items)


class Callback(msgspec.Struct, frozen=True, kw_only=True):
    """What a gateway reports: a delivery arrived or failed, or a text came in. ``id`` is the id of the delivery."""

    event: Literal["delivered", "failed", "received"]
    id: UUID | None = None
    reason: Annotated[str, msgspec.Meta(max_length=200)] = ""
    cost: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] | None = None
    sender: Annotated[str, msgspec.Meta(max_length=40)] = msgspec.field(name="from", default="")
    text: Annotated[str, msgspec.Meta(max_length=2000)] = ""


class Inbox(Output, frozen=True):
    """消息: urgent ones that nobody has read come first; ``next`` is the id to go on after, none at the end."""

    unread: int
    pinned: list[InboxLine]
    items: list[InboxLine]
    next: UUID | None = None


class Unread(Output, frozen=True):
    """How many messages wait to be read."""

    unread: int


class PhoneLine(Output, frozen=True):
    """A further number; ``first`` is where messages go, ``confirmed`` that its code was entered."""

    id: UUID
    phone_masked: str
    first: bool
    confirmed: bool


class Preferences(Output, frozen=True):
    """How a person wants to be told."""

    first: str
    otherwise: str
    quiet_from: time
    quiet_to: time
    language: str
    phones: list[PhoneLine]
    texts: bool = True


class PreferenceChange(Input, frozen=True):
    """How to be told; ``language`` empty is the language of the pages."""

    first: First
    otherwise: Otherwise
    quiet_from: time
    quiet_to: time
    language: Annotated[str, msgspec.Meta(pattern=r"^([a-z]{2,3}(_[A-Z]{2})?)?$")] = ""


class PhoneNew(Input, frozen=True):
    """A further number, to which a code is sent."""

    phone: Annotated[str, msgspec.Meta(min_length=3, max_length=20)]


class PhoneCode(Input, frozen=True):
    """The code that arrived at the number."""

    code: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{6}$")]


class PhoneOrder(Input, frozen=True):
    """Whether messages go to this number before the account's own."""

    first: bool


class PreferenceHeld(Output, frozen=True):
    """A person's wishes, as they see them in their own data."""

    otherwise: str
    quiet_from: time
    quiet_to: time
    language: str
    changed: datetime


class PhoneHeld(Output, frozen=True):
    """A further number of a person in their own data."""

    phone: str
    added: datetime
    confirmed: datetime | None


class CallHeld(Output, frozen=True):
    """That staff rang or knocked, in a person's own data."""

    begun: datetime
    answer: str


class Waiting(Output, frozen=True):
    """Somebody on the call list: ``door`` when somebody has to go there, ``calls`` how often it was tried.

    ``failed`` are the channels that did not reach them.
    """

    person: UUID
    name: str
    closed: bool
    place: str
    since: datetime
    messages: int
    urgent: bool
    door: bool
    calls: int
    failed: list[str] = msgspec.field(default_factory=list)


class CallBegin(Input, frozen=True):
    """Whom to call."""

    person: UUID


class CallMessage(Output, frozen=True):
    """What to read out."""

    title: str
    body: str
    lang: str
    urgent: bool
    created: datetime
    attempts: list[AttemptLine] = msgspec.field(default_factory=list)


class CallSheet(Output, frozen=True):
    """A running call: whom, where, and what to read. It is one colleague's ``until``."""

    id: UUID
    person: UUID
    name: str
    phones: list[str]
    place: str
    door: bool
    calls: int
    until: datetime
    messages: list[CallMessage]


class CallAnswer(Input, frozen=True):
    """What came of it; ``again`` says when somebody who asked for it is called: soon, this evening, tomorrow."""

    answer: Answer
    again: Literal["", "soon", "evening", "tomorrow"] = ""
