"""Kiosks and screens."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from backend.core.schemas import Input, Output, Region

DeviceKind = Literal["kiosk", "screen"]


class DeviceRequest(Input, frozen=True):
    """Set up a kiosk or screen in a hall."""

    kind: DeviceKind
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
    region: Region
    hall: UUID | None = None


class DeviceCode(Output, frozen=True):
    """The code to type at the device, shown once; works once, for ten minutes."""

    id: UUID
    code: str
    expires_at: datetime


class DeviceEnrolment(Input, frozen=True):
    """The code from the desk, typed at the device."""

    code: Annotated[str, msgspec.Meta(min_length=1, max_length=30)]


class DeviceEnrolled(Output, frozen=True):
    """The device's own token, shown once; send it as ``Authorization: Bearer …``."""

    id: UUID
    kind: DeviceKind
    name: str
    token: str


class DeviceLine(Output, frozen=True):
    """A device as its hall's desk sees it."""

    id: UUID
    region: str
    kind: DeviceKind
    hall: UUID | None
    name: str
    state: str
    last_seen: datetime | None
