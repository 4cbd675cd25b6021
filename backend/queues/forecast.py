"""How many people will come in which hour: stated plainly, and always with how wrong it was. Pure functions.

Like is compared with like: the last eight days of the same weekday and the same kind in the working calendar (a make-up
Saturday is not a Saturday). The forecast of an hour is the median of these days, so one odd day does not bend it. The
error is measured, not assumed: the same rule is asked about past days, of which it may only know the days before.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from statistics import mean, median
from typing import NamedTuple

DAYS = 8  # of the same weekday and kind
FEWEST = 3  # below it, all days of the kind are taken, whatever weekday
TESTED = 20  # past days on which the rule is tried
BACK = 182  # days of the past that are looked at

Hours = Mapping[int, int]


class Foreseen(NamedTuple):
    """People by hour, and the days that it is made of, the latest first."""

    hours: dict[int, float]
    days: tuple[date, ...]

    @property
    def total(self) -> float:
        """People of the whole day."""
        return sum(self.hours.values())


class Error(NamedTuple):
    """Mean absolute error by hour and of the day's total, on so many past days."""

    hour: float
    day: float
    tested: int


def like(target: date, kinds: Mapping[date, str], known: Mapping[date, Hours]) -> tuple[date, ...]:
    """The past days that a day is compared with, the latest first."""
    kind = kinds.get(target)
    past = sorted((day for day in known if day < target and kinds.get(day) == kind), reverse=True)
    same = tuple(day for day in past if day.isoweekday() == target.isoweekday())[:DAYS]
    return same if len(same) >= FEWEST else tuple(past[:DAYS])


def foresee(target: date, kinds: Mapping[date, str], known: Mapping[date, Hours]) -> Foreseen | None:
    """The day's people by hour; none when there is too little to say anything."""
    days = like(target, kinds, known)
    if len(days) < FEWEST:
        return None
    hours = sorted({hour for day in days for hour in known[day]})
    return Foreseen({hour: float(median(known[day].get(hour, 0) for day in days)) for hour in hours}, days)


def error(kinds: Mapping[date, str], known: Mapping[date, Hours]) -> Error | None:
    """How wrong the rule was on the last days, each foreseen from the days before it alone."""
    hours: list[float] = []
    totals: list[float] = []
    tried: Sequence[date] = sorted(known, reverse=True)[:TESTED]
    for day in tried:
        seen = foresee(day, kinds, known)
        if seen is not None:
            real = known[day]
            hours += [abs(seen.hours.get(hour, 0.0) - real.get(hour, 0)) for hour in {*seen.hours, *real}]
            totals.append(abs(seen.total - sum(real.values())))
    return Error(round(mean(hours), 1), round(mean(totals), 1), len(totals)) if totals else None
