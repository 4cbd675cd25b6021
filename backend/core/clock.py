"""The only clock. Instants are UTC; service days are decided in Asia/Shanghai."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
_frozen: ContextVar[datetime | None] = ContextVar("frozen", default=None)


def now() -> datetime:
    """This instant, aware, in UTC."""
    return _frozen.get() or datetime.now(UTC)


def today() -> date:
    """The date it is in Asia/Shanghai."""
    return local(now()).date()


def local(instant: datetime) -> datetime:
    """The same instant as people in the province read it from the wall."""
    return instant.astimezone(SHANGHAI)


def at(day: date, hour: time) -> datetime:
    """The UTC instant of a wall-clock time on a service day."""
    return datetime.combine(day, hour, SHANGHAI).astimezone(UTC)


@contextmanager
def frozen(instant: datetime) -> Iterator[None]:
    """Hold the clock still, for tests and for building a demonstration world."""
    token = _frozen.set(instant.astimezone(UTC))
    try:
        yield
    finally:
        _frozen.reset(token)
