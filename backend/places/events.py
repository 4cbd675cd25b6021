"""What places announce."""

from backend.core import cache
from backend.core.events import Announcement, Event, on


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


@on(HallConfirmed)
async def show_confirmed(event: HallConfirmed, row: Announcement) -> None:
    """Public pages that show the hall are made anew; dropping twice does no harm."""
    await cache.drop("places")


@on(HallBookingChanged)
async def show_booking(event: HallBookingChanged, row: Announcement) -> None:
    """Public pages say at once that booking was opened or closed."""
    await cache.drop("places")


@on(CalendarLoaded)
async def show_days(event: CalendarLoaded, row: Announcement) -> None:
    """Pages that say whether today is a workday follow the new calendar."""
    await cache.drop("places")
