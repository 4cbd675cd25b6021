"""What a channel is: whether it is set up, whom it reaches, whether it says what arrived, and how it sends."""

from datetime import datetime
from typing import Literal, Protocol
from uuid import UUID

import httpx
import msgspec


class Outgoing(msgspec.Struct, frozen=True, kw_only=True):
    """One delivery, readable. ``id`` is the idempotency key: a repeat after a crash carries the same.

    ``address`` is that of an e-mail or the lines of a letter, ``subject`` what heads it (else ``title``, a message id).
    ``next`` names what ``href`` leads to. ``leave`` is where somebody who gets what everybody gets can unsubscribe.
    ``plain`` asks for large type. ``pdf`` is a letter that came finished.
    """

    id: UUID
    message: UUID
    person: UUID | None
    phone: str
    place: str
    title: str
    text: str
    lang: str
    href: str
    urgency: str
    expires: datetime | None = None
    address: str = ""
    subject: str = ""
    next: str = ""
    leave: str = ""
    plain: bool = False
    pdf: bytes = b""


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """What the provider said: ``sent`` and ``delivered`` are done, ``again`` is tried later, ``failed`` never more.

    ``provider`` is its own id of the message, ``cost`` in 分; ``reason`` is a word, never a text with personal data.
    ``silent``: nobody answered, so that the next would wait for nothing too.
    """

    state: Literal["sent", "delivered", "again", "failed"]
    provider: str = ""
    cost: int | None = None
    reason: str = ""
    silent: bool = False


class Channel(Protocol):
    """An adapter. It must bear that the same delivery is sent twice."""

    name: str

    def ready(self) -> bool:
        """Whether this installation has it."""

    def receipts(self) -> bool:
        """Whether it says later what arrived; then silence counts as failure when the term is over."""

    async def reaches(self, person: UUID | None, phone: str) -> bool:
        """Whether it has an address for this receiver."""

    async def send(self, message: Outgoing, http: httpx.AsyncClient) -> Taken:
        """Hand one delivery over. Whatever goes wrong on the way is ``again``."""
