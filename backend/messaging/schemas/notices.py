"""What the v2 interface takes and gives. Names are those of GOV.UK Notify."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from backend.core.schemas import Output
from backend.messaging.schemas.files import Upload

CONTENT_OF = {"sms": "phone_number", "email": "email_address", "letter": "line_1"}


class NoticeRequest(msgspec.Struct, frozen=True, kw_only=True):
    """One message to send, as a checked request: ``recipient`` is a number, an address, or lines of one.

    ``files`` stand in the place of values of an e-mail. ``leave`` is where its receiver can unsubscribe with one
    press.
    """

    kind: str
    recipient: str
    template: UUID
    values: dict[str, str]
    files: dict[str, Upload] = {}
    reference: str | None = None
    leave: str = ""


class Notice(Output, frozen=True):
    """A message of a service; ``postage`` and ``pages`` are those of a finished letter, which has no template."""

    id: UUID
    kind: str
    recipient: str
    template: UUID | None
    template_name: str
    version: int
    subject: str
    body: str
    reference: str | None
    status: str
    parts: int
    created: datetime
    sent: datetime | None
    completed: datetime | None
    postage: str | None = None
    pages: int | None = None


class NoticePage(Output, frozen=True):
    """A piece of the list, the newest first; ``more`` says whether older ones follow."""

    items: list[Notice]
    more: bool


class Preview(Output, frozen=True):
    """A template with its values."""

    id: UUID
    kind: str
    version: int
    subject: str
    body: str


class ReceivedLine(Output, frozen=True):
    """A text message that came in."""

    id: UUID
    phone: str
    body: str
    created: datetime


Json = dict[str, Any]
