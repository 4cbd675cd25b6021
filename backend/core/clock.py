"""The only clock. Instants are UTC; service days are decided in Asia/Shanghai."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
_frozen: list[datetime] = []  # of the whole process; the last one holds


def now() -> datetime:
    """This instant, aware, in UTC."""
    return _frozen[-1] if _frozen else datetime.now(UTC)


def today() -> date:
    """The date it is in Asia/Shanghai."""
    return local(now()).date()


def local(instant: datetime) -> datetime:
    """The same instant as people in the province read it from the wall."""
    return instant.astimezone(SHANGHAI)


def at(day: date, hour: time) -> datetime:
    """The UTC instant of a wall-clock time on a service day; the first there is for a day that began before it."""
    try:
        return datetime.combine(day, hour, SHANGHAI).astimezone(UTC)
    except OverflowError:
        return datetime.min.replace(tzinfo=UTC)


@contextmanager
def frozen(instant: datetime) -> Iterator[None]:
    """Hold the clock still, for tests and for building a demonstration world."""
    _frozen.append(instant.astimezone(UTC))
    try:
        yield
    finally:
        _frozen.pop()
