"""What goes in and comes out of webpush."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from backend.core.schemas import Input, Line, Output

Key = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_-]{87}=?$")]  # an uncompressed point of P-256
Auth = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_-]{22}={0,2}$")]  # 16 bytes
Endpoint = Annotated[str, msgspec.Meta(min_length=12, max_length=1000)]


class BrowserKeys(Input, frozen=True, kw_only=True):
    """The keys of a browser: for whom a message is encrypted (RFC 8291)."""

    p256dh: Key
    auth: Auth


class BrowserSubscription(Input, frozen=True, kw_only=True):
    """What ``PushSubscription.toJSON()`` gives."""

    endpoint: Endpoint
    keys: BrowserKeys
    expirationTime: float | None = None


class BrowserAddress(Input, frozen=True, kw_only=True):
    """Which browser: its address."""

    endpoint: Endpoint


class Receipt(Input, frozen=True, kw_only=True):
    """A browser says that it has shown a message: what came with it."""

    message: UUID
    browser: UUID
    proof: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_-]{22}$")]


class PushKey(Output, frozen=True, kw_only=True):
    """Our public key for ``applicationServerKey``, base64url."""

    key: str


class Browser(Output, frozen=True, kw_only=True):
    """A browser of mine that shows messages. ``received`` is when it last did."""

    id: UUID
    device: str
    created: datetime
    received: datetime | None


class BrowserHeld(Output, frozen=True, kw_only=True):
    """A browser in a person's own data."""

    device: Line
    service: str
    created: datetime
    received: datetime | None


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be shown. ``title`` goes only to services inside the country; ``topic`` replaces what still waits.

    ``expires`` is when it no longer matters: a device that wakes later shows nothing of it.
    """

    message: UUID
    title: str
    href: str
    urgency: Literal["normal", "urgent"] = "normal"
    topic: UUID | None = None
    expires: datetime | None = None


class Pushed(msgspec.Struct, frozen=True, kw_only=True):
    """What came of it: how many services took it, and when to try again if none did but one asked for time."""

    accepted: int = 0
    again: datetime | None = None
