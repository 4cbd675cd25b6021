"""What goes in and comes out of home visits."""

from datetime import date, datetime, time
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from backend.core.schemas import Input, Output

State = Literal["planned", "met", "missed", "cancelled"]
Outcome = Literal["met", "missed"]
ItemId = Annotated[str, msgspec.Meta(max_length=64, pattern=r"^[A-Za-z0-9_.\-]*$")]
Note = Annotated[str, msgspec.Meta(max_length=300)]


class VisitRequest(Input, frozen=True, kw_only=True):
    """上门办理 for whoever is being helped: where, on which day and between which hours, for what."""

    place: Annotated[str, msgspec.Meta(min_length=2, max_length=120)]
    phone: Annotated[str, msgspec.Meta(max_length=20, pattern=r"^[0-9+\- ]*$")] = ""
    day: date
    begins: time
    ends: time
    item: ItemId = ""


class Visit(Output, frozen=True, kw_only=True):
    """A line of a round, for the staff who go."""

    id: UUID
    person: UUID
    name: str
    item_name: str
    place: str
    phone: str
    begins: datetime
    ends: datetime
    mine: bool
    taken: bool
    state: State
    note: str


class MyVisit(Output, frozen=True, kw_only=True):
    """A visit as the person finds it among what is kept of them."""

    begins: datetime
    place: str
    item: str
    state: State
