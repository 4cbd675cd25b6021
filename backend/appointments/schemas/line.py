"""候补: waiting for a place."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from backend.appointments.schemas.booking import Held
from backend.appointments.schemas.kinds import ItemId, Items
from backend.core.schemas import Input, Output


class WaitRequest(Input, frozen=True, kw_only=True):
    """Wait for a place: at which hall, on which days; with ``instead_of`` only for something earlier than that.

    ``items`` instead of ``item`` for several services in one visit; ``address`` is where we are to come, for visits at
    home.
    """

    hall: UUID
    first: date
    last: date
    item: ItemId = ""
    items: Items = []
    instead_of: UUID | None = None
    address: Annotated[str, msgspec.Meta(max_length=200)] = ""


class PlaceInLine(Output, frozen=True, kw_only=True):
    """候补: a line as its person sees it. ``ahead`` counts who comes before, for some of the same days and channel.

    With ``state`` offered, ``offer`` is a place kept until it expires.
    """

    id: UUID
    region: str
    hall: UUID
    hall_name: str
    hall_english: str
    item: str
    item_name: str
    first: date
    last: date
    state: Literal["waiting", "offered", "served", "left", "lapsed", "over"]
    ahead: int
    joined_at: datetime
    instead_of: UUID | None = None
    appointment: UUID | None = None
    offer: Held | None = None
    items: list[str] = []
    item_names: list[str] = []

    @property
    def live(self) -> bool:
        """Whether it goes on."""
        return self.state in ("waiting", "offered")
