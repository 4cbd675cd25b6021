"""Whether a channel is asked at all: one that did not answer a few times in a row is left alone for a while.

Without it every sending to a gateway that is away would wait its six seconds. What comes meanwhile counts as tried, so
that it goes on to the next channel as it would have; now and then one goes through to see whether somebody is there.
Each process finds out by itself.
"""

from datetime import datetime, timedelta

from backend.core import clock
from backend.core.log import logger

PATIENCE = 3  # sendings without an answer, one after the other
ALONE = timedelta(seconds=15)
AWAY = "channel-away"


class Breaker:
    """Of one channel. A refusal is an answer."""

    def __init__(self, channel: str) -> None:
        self.channel, self.silent = channel, 0
        self.until: datetime | None = None

    def lets(self) -> bool:
        """Whether the next may be sent; when the pause is over one may, and the others wait for what it finds."""
        if self.until is None:
            return True
        now = clock.now()
        if now < self.until <= now + ALONE:  # later than that when the clock went back
            return False
        self.until = now + ALONE
        return True

    def heard(self, *, answered: bool) -> None:
        """Count a sending."""
        if answered:
            self.silent, self.until = 0, None
            return
        self.silent += 1
        if self.silent >= PATIENCE:
            if self.until is None:
                logger.log("error", "channel does not answer", channel=self.channel)
            self.until = clock.now() + ALONE


_breakers: dict[str, Breaker] = {}


def of(channel: str) -> Breaker:
    """The one of a channel."""
    return _breakers.setdefault(channel, Breaker(channel))


def reset() -> None:
    """Ask all again, as after a start."""
    _breakers.clear()
