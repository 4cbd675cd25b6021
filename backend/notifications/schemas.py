"""What other slices hand over to have a person told."""

from datetime import datetime
from uuid import UUID

import msgspec

from backend.core.schemas import Output


class Template(msgspec.Struct, frozen=True, kw_only=True):
    """A message: a stable id, and the English message id of its wording with ``{placeholders}``.

    A ``spoken`` one is read out by the gateway's voice when it goes by call; no person may see what it says.
    """

    id: str
    text: str
    spoken: bool = False


class Receiver(msgspec.Struct, frozen=True, kw_only=True):
    """To whom, where and in which language. ``phone`` are the eleven digits, empty when there is none."""

    person: UUID | None = None
    phone: str = ""
    lang: str = "zh_CN"
    channel: str = "sms"


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
