"""What goes in and comes out of calls."""

from typing import Annotated
from uuid import UUID

import msgspec

from backend.core.schemas import Input

Typed = Annotated[str, msgspec.Meta(max_length=60)]
ItemId = Annotated[str, msgspec.Meta(max_length=64, pattern=r"^[A-Za-z0-9_.\-]*$")]
# The services of a visit: their ids in one field, with commas between.
Services = Annotated[str, msgspec.Meta(max_length=270, pattern=r"^[A-Za-z0-9_.\-,]*$")]


class Draft(Input, frozen=True, kw_only=True):
    """What was typed so far: who calls, what about, where."""

    phone: Annotated[str, msgspec.Meta(max_length=20)] = ""
    name: Typed = ""
    birth: Annotated[str, msgspec.Meta(max_length=20)] = ""
    q: Typed = ""
    item: Services = ""
    hall: UUID | None = None


class Caller(Draft, frozen=True, kw_only=True):
    """Find the caller, and search what it is about, with one press."""


class Begin(Draft, frozen=True, kw_only=True):
    """Who of those found it is, and what was checked."""

    person: UUID
    verified: list[Annotated[str, msgspec.Meta(max_length=40)]] = []


class Choose(Input, frozen=True, kw_only=True):
    """Another matter or hall, while somebody is being helped; ``also`` keeps what was chosen, for one visit."""

    q: Typed = ""
    item: ItemId = ""
    also: bool = False
    hall: UUID | None = None


class Booking(Input, frozen=True, kw_only=True):
    """Take the time; with ``move`` an appointment of the caller goes there instead. ``address``: where we come to."""

    slot: UUID
    hall: UUID
    key: Annotated[str, msgspec.Meta(min_length=8, max_length=255)]
    item: Services = ""
    address: Annotated[str, msgspec.Meta(max_length=200)] = ""
    move: UUID | None = None


class Cancel(Input, frozen=True, kw_only=True):
    """Give one of the caller's places back."""

    appointment: UUID
