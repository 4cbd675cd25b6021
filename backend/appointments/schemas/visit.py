"""The day itself: who is expected, how one meets, who came and who was excused."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from backend.appointments.schemas.kinds import Kind, State
from backend.core.schemas import Input, Output


class VideoAsked(Output, frozen=True, kw_only=True):
    """An appointment by video, for whoever knows where one meets."""

    region: str
    id: UUID
    group: UUID
    person: UUID
    starts_at: datetime
    ends_at: datetime
    live: bool


class VideoRoom(Output, frozen=True, kw_only=True):
    """Where one meets: the ``address`` while one can enter, from ``opens_at``; none where the hall only rings."""

    opens_at: datetime | None = None
    address: str = ""
    ring: bool = False


class DayLine(Output, frozen=True, kw_only=True):
    """A line of a hall's day list, for its staff. ``phone``: whom they ring on that day, and nobody else."""

    id: UUID
    number: str
    starts_at: datetime
    state: State
    pool: str
    person: UUID
    name: str
    item_name: str
    kind: Kind = "counter"
    video: str = ""
    ring: bool = False
    phone: str = ""
    units: int = 1


class Arrival(Output, frozen=True, kw_only=True):
    """Somebody with an appointment is at the hall: what the line there needs to know of it."""

    appointment: UUID
    region: str
    hall: UUID
    person: UUID
    item: str
    number: str
    starts_at: datetime
    kind: Kind = "counter"


class HomeAppointment(Output, frozen=True, kw_only=True):
    """An appointment at a person's home, for the slice that sends somebody there."""

    person: UUID
    item: str
    further: list[str] = []
    starts_at: datetime
    ends_at: datetime
    state: State
    booked_by: UUID
    address: str


class ExcuseRequest(Input, frozen=True, kw_only=True):
    """Why a no-show does not count: they were here, it was the hall's doing, or something kept them. No details."""

    reason: Literal["came", "hall", "hindered"]


class ExcuseLine(Output, frozen=True, kw_only=True):
    """A no-show that does not count."""

    at: datetime
    reason: str
