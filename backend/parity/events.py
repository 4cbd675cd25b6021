"""What the parity report announces."""

from datetime import date

from backend.core.events import Event


class ReportsMade(Event, frozen=True, kw_only=True):
    """The reports of a month were made; ``subject`` names the month."""

    month: date
    places: int
