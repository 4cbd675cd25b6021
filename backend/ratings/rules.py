"""Levels, reasons, limits, and the steps of a case. Pure, time passed in."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta

LOWEST, HIGHEST, LOW = 1, 5, 2  # 非常不满意, 非常满意; up to 不满意 it is a low rating (差评)
REASONS = ("waited", "unfriendly", "not-told", "papers", "trips", "place", "other")
OPEN_FOR = timedelta(days=30)  # how long a link works
CHANGEABLE = timedelta(hours=24)
AT_MACHINE = timedelta(minutes=30)  # after the visit its number can be rated at a machine of the hall
AFTER_TIME = timedelta(hours=2)  # after an appointment's time, when no counter says that the visit is over
CONTACT_DAYS, DONE_DAYS = 1, 15  # working days
LEAST = 5  # ratings; below it nothing is shown
STEPS: dict[str, tuple[tuple[str, ...], str]] = {
    "contact": (("received", "reopened"), "contacted"),
    "completion": (("contacted",), "rectified"),
    "confirmation": (("rectified",), "confirmed"),
    "reopening": (("rectified",), "reopened"),
    "withdrawal": (("received", "contacted", "reopened"), "withdrawn"),
}
OPEN = ("received", "contacted", "reopened")


def low(level: int) -> bool:
    """Whether a level is a 差评."""
    return level <= LOW


def changeable(given_at: datetime | None, now: datetime) -> bool:
    """Whether a rating can be given or still be changed."""
    return given_at is None or now - given_at <= CHANGEABLE


def overdue(state: str, contact_due: date, done_due: date, today: date) -> bool:
    """Whether whoever handles a case is late."""
    return (state in ("received", "reopened") and today > contact_due) or (state in OPEN and today > done_due)


def month_before(day: date) -> date:
    """The first day of the month before the one of ``day``."""
    return (day.replace(day=1) - timedelta(days=1)).replace(day=1)


def month_after(first: date) -> date:
    """The first day of the following month."""
    return (first.replace(day=28) + timedelta(days=4)).replace(day=1)


def by_level(levels: Iterable[int]) -> dict[str, int]:
    """How many ratings of each level, and of all."""
    found = Counter(levels)
    return {"all": found.total()} | {str(level): found[level] for level in range(HIGHEST, LOWEST - 1, -1)}


def share(part: int | None, whole: int | None) -> int | None:
    """Whole percent; none when either is not shown."""
    return None if part is None or not whole else round(100 * part / whole)
