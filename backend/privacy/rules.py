"""Terms and limits: pure functions, time passed in."""

from datetime import date, datetime, timedelta

THINK_AGAIN = timedelta(days=7)
LONGEST_HOLD = timedelta(days=3 * 365)
BATCH = 1000  # rows a statement
BATCHES = 50  # statements a table and run: the rest goes the next night
EXPORTS = (1, 3600)
LOOKS = (30, 3600)
CORRECTIONS = (10, 86400)
CHILD_UNDER = 14  # years; a guardian consents (个人信息保护法 art. 31)


def day(text: str) -> date | None:
    """A day written as 1948-03-05 in the past, or none."""
    try:
        found = date.fromisoformat(text.strip())
    except ValueError:
        return None
    return found if found.year >= 1900 else None


def due(asked_at: datetime) -> datetime:
    """When a closing is done, unless the person thinks again."""
    return asked_at + THINK_AGAIN


def hold_ok(until: datetime, now: datetime) -> bool:
    """Holds end by themselves: whoever needs longer must say so again."""
    return now < until <= now + LONGEST_HOLD
