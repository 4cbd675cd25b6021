"""What holds and the waiting list decide: how long a place is kept, how often longer, until when an offer stands."""

from datetime import datetime, time, timedelta

from backend.core import clock

HOLD = timedelta(minutes=10)  # a chosen place is kept so long before it is booked, and once more when asked
BACK = (timedelta(minutes=1), timedelta(minutes=5))  # a place given up is free after a while that nobody can agree on
AT_ONCE = timedelta(hours=2)  # so short before it begins, it is free at once
UNANSWERED = 2  # offers that may pass without a word; then the line ends
DAYTIME = (time(8), time(20))  # the hours that count for an answer
ANSWER = timedelta(hours=2)
NOON = time(12)  # of the next day, for people who are rung or written to
SLOW_LEAD = timedelta(hours=3)
LEAD = timedelta(minutes=30)
LEAST = timedelta(minutes=15)  # nobody is asked who has less time to answer
SLOW_LEAST = timedelta(minutes=30)


def extensions(*, helped: bool, plain: bool) -> int:
    """How often a hold may be prolonged: twice for whoever is helped or uses the elders' pages (WCAG 2.2.1)."""
    return 2 if helped or plain else 1


def may_extend(extended: int, extensions: int, expires_at: datetime, starts_at: datetime) -> bool:
    """Whether more time can be had: not more often than that, and never past the beginning."""
    return extended < extensions and expires_at < starts_at


def offer_until(now: datetime, starts_at: datetime, slow: bool) -> datetime | None:
    """Until when an offer stands; none: too late to ask. The twin of ``appointments_offer_until``.

    Two hours count between 8:00 and 20:00 only: nobody loses a place in their sleep. ``slow`` is somebody who is told
    by telephone or letter.
    """
    today = clock.local(now).date()
    tomorrow = today + timedelta(days=1)
    if slow:
        until = min(clock.at(tomorrow, NOON), starts_at - SLOW_LEAD)
        return until if until - now >= SLOW_LEAST else None
    opens, closes = (clock.at(today, each) for each in DAYTIME)
    if now < opens:
        until = opens + ANSWER
    elif now >= closes:
        until = clock.at(tomorrow, DAYTIME[0]) + ANSWER
    elif now + ANSWER <= closes:
        until = now + ANSWER
    else:
        until = clock.at(tomorrow, DAYTIME[0]) + ANSWER - (closes - now)
    until = min(until, starts_at - LEAD)
    return until if until - now >= LEAST else None


def ends_line(unanswered: int) -> bool:
    """Whether so many offers without an answer end a place in line."""
    return unanswered >= UNANSWERED
