"""What other slices hand over to have a person told."""

from collections.abc import Awaitable, Callable
from uuid import UUID

import msgspec

from backend.core.actor import Actor


class Template(msgspec.Struct, frozen=True, kw_only=True):
    """A message: a stable id, and the English message id of its wording with ``{placeholders}``.

    ``title`` heads it in the inbox. ``next`` says what to do: an address of ours, which may hold ``{about}``, and its
    words. ``scope`` is what a mandate must name for a delegate to read it; without one nobody but the person does. A
    ``spoken`` one is read out by the gateway's voice when it goes by call; no person may see what it says. An
    ``urgent`` one disturbs and goes by all quick channels at once, an ``emergency`` also by voice. A ``guard`` of the
    account goes to its own number, as a text at any hour or by a call by day, whatever was wished for. One by
    ``machines`` only is never told by a person: no member of staff may see it. One to ``many`` goes to everybody of
    an area: it leaves after what one person is told, and an e-mail of it can be unsubscribed.
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

    ``channel`` is the one that was asked for; ``visit`` where a person must tell it and there is no number. ``place``
    is the division where the person lives: who goes there when nothing else arrives. ``plain`` asks for the simpler
    wording, and for large type where there is type. Without a person, ``address`` is the e-mail address (channel
    ``email``) or the lines of a letter.
    """

    person: UUID | None = None
    phone: str = ""
    lang: str = "zh_CN"
    channel: str = "sms"
    place: str = ""
    plain: bool = False
    address: str = ""


class Callee(msgspec.Struct, frozen=True, kw_only=True):
    """Whom a desk calls. ``closed`` is a minor whose record a manager must open first; ``unreadable``: by nobody."""

    name: str
    closed: bool = False
    unreadable: bool = False


class People(msgspec.Struct, frozen=True, kw_only=True):
    """What identity says of people, so that this slice need not know it: identity tells people, not the reverse.

    ``seen`` names those on a list, ``opened`` refuses what the actor may not open, ``first`` and ``keep_first`` are
    the channel that a person wants, ``digits`` reads a number as it was typed, ``number`` is the account's own,
    ``owner`` whose account has a number.
    """

    seen: Callable[[Actor, list[UUID]], Awaitable[dict[UUID, Callee]]]
    opened: Callable[[Actor, list[UUID]], Awaitable[None]]
    first: Callable[[UUID], Awaitable[str]]
    keep_first: Callable[[Actor, UUID, str], Awaitable[None]]
    digits: Callable[[str], str | None]
    number: Callable[[UUID], Awaitable[str]]
    owner: Callable[[str], Awaitable[UUID | None]]


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
