"""What video meetings announce."""

from backend.core.events import Event


class MeetingSet(Event, frozen=True, kw_only=True):
    """A hall meets somewhere else, or no longer by video; ``subject`` is the group of counters."""

    there: bool


class RingInstead(Event, frozen=True, kw_only=True):
    """改打电话: the person cannot or will not use video; ``subject`` is the appointment."""
