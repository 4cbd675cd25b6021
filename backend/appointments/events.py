"""What appointments announce."""

from uuid import UUID

from backend.core.events import Event


class AppointmentBooked(Event, frozen=True, kw_only=True):
    """A place was taken; ``subject`` is the appointment."""

    slot: UUID
    pool: str


class AppointmentMoved(Event, frozen=True, kw_only=True):
    """A place was exchanged for another; ``subject`` is the new appointment, ``before`` the old one."""

    slot: UUID
    pool: str
    before: UUID


class AppointmentCancelled(Event, frozen=True, kw_only=True):
    """A place was given back."""

    slot: UUID
    pool: str


class AppointmentAttended(Event, frozen=True, kw_only=True):
    """The person came."""


class AppointmentMissed(Event, frozen=True, kw_only=True):
    """爽约: nobody came."""


class OpeningChanged(Event, frozen=True, kw_only=True):
    """A hall's opening rules or closures were changed; ``subject`` is the hall."""
