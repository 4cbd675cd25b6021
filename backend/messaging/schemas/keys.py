"""Services and their keys."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from backend.core.schemas import Input, Output, Text

KeyKind = Literal["normal", "team", "test"]
Name = Annotated[str, msgspec.Meta(min_length=2, max_length=60)]


class ServiceRequest(Input, frozen=True):
    """A system of an organisation that shall send messages."""

    name: Name
    organisation: UUID


class GuestsRequest(Input, frozen=True):
    """Whom team keys may reach: numbers and addresses, a line each."""

    guests: Text = ""


class KeyRequest(Input, frozen=True):
    """A new key. ``test`` sends nothing, ``team`` reaches guests only."""

    kind: KeyKind
    name: Name


class KeyLine(Output, frozen=True):
    """A key, without its secret."""

    id: UUID
    kind: str
    name: str
    created: datetime
    revoked: datetime | None


class KeyShown(Output, frozen=True):
    """A new key with its secret: shown this once."""

    id: UUID
    kind: str
    name: str
    whole: str


class ServiceLine(Output, frozen=True):
    """A service with its keys."""

    id: UUID
    region: str
    name: str
    organisation: UUID
    created: datetime
    guests: str = ""
    keys: list[KeyLine] = []


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """The service and the key that signed a request."""

    region: str
    service: UUID
    name: str
    key: UUID
    kind: str
    organisation: UUID
    guests: frozenset[str] = frozenset()
