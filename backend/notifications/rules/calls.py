"""When somebody may be disturbed, and how calls by a person go on and end. Time comes from outside."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from backend.core import clock

QUIET = (time(21), time(8))  # unless the person says otherwise
LEASE = timedelta(minutes=15)  # how long a call is one colleague's
MORNING, EVENING = time(9), time(18)
PAUSE = timedelta(hours=2)  # before somebody is called again who was not there
TRIES_BY_PHONE = 3  # unanswered calls, before somebody goes there
TRIES = 8  # calls and visits altogether; then the chain ends without having reached anybody
CODE_LIFE = timedelta(minutes=10)
CODE_TRIES = 5
PHONES = 3  # further numbers of one person


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What an answer makes of the waiting messages: their state, when again, and whether somebody goes there."""

    state: str
    again: datetime | None = None
    door: bool = False


def not_before(now: datetime, quiet: tuple[time, time], *, urgent: bool = False) -> datetime:
    """The first instant from ``now`` at which the person may be disturbed; equal times mean: always."""
    start, end = quiet
    here = clock.local(now)
    if urgent or not _within(here.time(), start, end):
        return now
    day = here.date() if here.time() < end else here.date() + timedelta(days=1)
    return clock.at(day, end)


def after(answer: str, *, calls: int, door: bool, now: datetime, again: str = "") -> Outcome:
    """What follows from the answer to call number ``calls``. Each ends the chain or is counted, so it always ends."""
    if answer == "reached":
        return Outcome(state="reached", door=door)
    if answer == "moved" or calls >= TRIES or (answer == "wrong-number" and door):
        return Outcome(state="unreached", door=door)
    if answer == "wrong-number":
        return Outcome(state="calling", again=now, door=True)
    if answer == "later":
        return Outcome(state="calling", again=_asked_for(again, now), door=door)
    return Outcome(state="calling", again=now + PAUSE, door=door or calls >= TRIES_BY_PHONE)


def in_time(again: datetime, expires: datetime | None, now: datetime) -> datetime:
    """When to call again about something that is over before: after half of the time that is left."""
    if expires is None or again < expires or expires <= now:
        return again
    return now + (expires - now) / 2


def _asked_for(again: str, now: datetime) -> datetime:
    """When the person asked to be called: this evening, tomorrow morning, otherwise in two hours."""
    today = clock.local(now).date()
    if again == "evening" and now < clock.at(today, EVENING):
        return clock.at(today, EVENING)
    return now + PAUSE if again == "soon" else clock.at(today + timedelta(days=1), MORNING)


def _within(moment: time, start: time, end: time) -> bool:
    return start <= moment < end if start <= end else moment >= start or moment < end
