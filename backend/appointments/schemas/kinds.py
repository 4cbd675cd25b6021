"""The values that the others are made of."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Literal

import msgspec

Pool = Literal["online", "phone", "counter", "kiosk", "helper"]
Kind = Literal["counter", "phone", "video", "home", "session"]
AT_HALL: frozenset[Kind] = frozenset({"counter", "session"})  # one comes to these; to the others we come, or ring
State = Literal["booked", "cancelled", "moved", "attended", "missed"]
ItemId = Annotated[str, msgspec.Meta(max_length=64, pattern=r"^[A-Za-z0-9_.\-]*$")]
Items = Annotated[list[ItemId], msgspec.Meta(max_length=20)]


def services(item: str, items: Iterable[str]) -> list[str]:
    """What a visit is for, each service once, in the order in which it was asked for; nothing: only a visit."""
    return [each for each in dict.fromkeys((item, *items)) if each]


def minutes_between(begins: datetime, ends: datetime) -> int:
    """How long something lasts, in whole minutes."""
    return int((ends - begins).total_seconds() // 60)
