"""What places announce."""

from backend.core.events import Event


class HallConfirmed(Event, frozen=True, kw_only=True):
    """A city has entered or checked the address, hours and phone of its hall; ``subject`` is the hall."""


class HallBookingChanged(Event, frozen=True, kw_only=True):
    """Booking at a hall was opened or closed; ``subject`` is the hall."""

    bookable: bool


class CalendarLoaded(Event, frozen=True, kw_only=True):
    """Days of the working calendar were replaced; ``first`` and ``last`` are ISO dates."""

    first: str
    last: str
    days: int
