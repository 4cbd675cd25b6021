"""A place: wished for, kept, booked, moved."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec

from backend.appointments.schemas.kinds import ItemId, Items, Kind, State, minutes_between
from backend.core.schemas import Input, Output


class BookingRequest(Input, frozen=True, kw_only=True):
    """Book a place: which hall, which slot, and for which service ``item`` (empty: only a visit).

    Several services in one visit are named in ``items`` instead: the visit then begins at ``slot`` and takes as many
    times one after the other as they need. ``address`` is where we are to come, for times at home (上门).
    """

    hall: UUID
    slot: UUID
    item: ItemId = ""
    items: Items = []
    address: Annotated[str, msgspec.Meta(max_length=200)] = ""


class RescheduleRequest(Input, frozen=True, kw_only=True):
    """Go at another time: the new slot, at the same hall."""

    slot: UUID


class KeepRequest(Input, frozen=True, kw_only=True):
    """Keep a place for a while: of which hall and slot, for which item, and which appointment it would replace."""

    hall: UUID
    slot: UUID
    item: ItemId = ""
    items: Items = []
    moving: UUID | None = None


class Held(Output, frozen=True, kw_only=True):
    """暂留: a place kept for its person until ``expires_at``. It is theirs even after, until somebody else takes it."""

    id: UUID
    region: str
    hall: UUID
    slot: UUID
    item: str
    starts_at: datetime
    ends_at: datetime
    expires_at: datetime
    more_time: bool
    moving: UUID | None = None
    items: list[str] = []
    units: int = 1


class Appointment(Output, frozen=True, kw_only=True):
    """An appointment as its person, or whoever helps them, sees it.

    ``items`` and ``item_names`` are all services of the visit, ``item`` the first of them, and ``item_name`` says all.
    ``kind`` is how one meets: at the counter, by phone or video (we ring ``phone_masked``), at home (``address``), or
    in a session with others. ``video`` is the address to enter while the room of a meeting by video is open, from
    ``video_opens``; none where the hall rings. ``ring``: the person would rather be rung.
    """

    id: UUID
    region: str
    hall: UUID
    hall_name: str
    hall_english: str
    hall_address: str
    slot: UUID
    item: str
    item_name: str
    number: str
    code: str
    state: State
    starts_at: datetime
    ends_at: datetime
    channel: str
    helped: bool
    calendar: UUID
    sequence: int
    kind: Kind = "counter"
    group_name: str = ""
    phone_masked: str = ""
    address: str = ""
    video: str = ""
    video_opens: datetime | None = None
    ring: bool = False
    units: int = 1
    items: list[str] = []
    item_names: list[str] = []

    @property
    def live(self) -> bool:
        """Whether it still stands."""
        return self.state == "booked"

    @property
    def minutes(self) -> int:
        """How long the visit takes."""
        return minutes_between(self.starts_at, self.ends_at)


class NextAppointment(Output, frozen=True, kw_only=True):
    """The next thing that is on for a person, or what is on now. ``video``: one enters a meeting; otherwise we ring."""

    id: UUID
    starts_at: datetime
    hall_name: str
    hall_english: str
    item_name: str
    number: str
    kind: Kind = "counter"
    video: bool = False
    begun: bool = False


class CoolDown(Output, frozen=True, kw_only=True):
    """After two no-shows: until when one online place at a time is what a person can hold, and which two they were."""

    until: datetime
    missed: list[datetime]
