"""A hall's days driven by random arrivals, under the rule and under plain first come, first served.

For the page that explains the rule, and for the test that holds its bound. Invented numbers, no data of anybody.
"""

import heapq
import random
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from statistics import mean
from typing import NamedTuple

from backend.queues import rules
from backend.queues.rules import Kind, Waiting

Pick = Callable[[Sequence[Waiting], int, datetime], rules.Call | None]
DAY = datetime(2026, 1, 5, tzinfo=UTC)
# Shares of a day's visits by hour: an assumption, from when people write to a municipal board, cut to opening hours.
HOURS = ((8, 0.0724), (9, 0.1046), (10, 0.1917), (11, 0.1489), (13, 0.0864), (14, 0.116), (15, 0.1588), (16, 0.1213))


class Plan(NamedTuple):
    """A hall: visits a day, counters, mean minutes of a service, and the shares of booked and green visits."""

    visits: int = 220
    counters: int = 5
    minutes: float = 9.0
    booked: float = 0.45
    green: float = 0.12
    hours: tuple[tuple[int, float], ...] = HOURS


class Visit(NamedTuple):
    """What became of one visit: minutes waited from the moment the person was there and due."""

    kind: Kind
    waited: float
    passed_over: int


def plain(waiting: Sequence[Waiting], streak: int, now: datetime) -> rules.Call | None:
    """First come, first served: what the rule is held against."""
    if not waiting:
        return None
    first = rules.first_in_line(waiting, now) or min(waiting, key=lambda each: each.due)
    return rules.Call(first, "street", 0, None)


def days(plan: Plan, count: int, seed: int, pick: Pick = rules.next_up) -> list[Visit]:
    """``count`` days one after the other; the same seed gives the same arrivals whatever the rule."""
    return [visit for day in range(count) for visit in _day(plan, random.Random(f"{seed}:{day}"), pick)]


def summary(visits: Sequence[Visit]) -> dict[Kind, tuple[float, float]]:
    """Mean and 95th percentile of the wait in minutes, by kind."""
    found: dict[Kind, tuple[float, float]] = {}
    for kind in rules.KINDS:
        waits = sorted(visit.waited for visit in visits if visit.kind == kind)
        if waits:
            found[kind] = (mean(waits), waits[int(len(waits) * 0.95)])
    return found


def _day(plan: Plan, chance: random.Random, pick: Pick) -> Iterator[Visit]:
    arrivals = sorted(_arrivals(plan, chance), key=lambda each: each.since)
    services = [chance.lognormvariate(0, 0.6) * plan.minutes / 1.197 for _ in arrivals]  # e^(0.6²/2) = 1.197
    free = [DAY + timedelta(hours=8, minutes=30)] * plan.counters
    heapq.heapify(free)
    waiting: list[Waiting] = []
    over: dict[object, int] = {}
    streak = came = 0
    while waiting or came < len(arrivals):
        now = max(heapq.heappop(free), arrivals[came].since if not waiting and came < len(arrivals) else DAY)
        while came < len(arrivals) and arrivals[came].since <= now:
            waiting.append(arrivals[came])
            came += 1
        call = pick(waiting, streak, now)
        if call is None:
            heapq.heappush(free, now)
            continue
        streak = call.streak
        waiting.remove(call.ticket)
        for each in waiting:
            if rules.is_due(each, now) and each.since < call.ticket.since:
                over[each.id] = over.get(each.id, 0) + 1
        if call.passed is not None:
            waiting[waiting.index(call.passed)] = call.passed._replace(passed=now)
        start = max(call.ticket.since, call.ticket.due)
        yield Visit(call.ticket.kind, max(0.0, (now - start).total_seconds() / 60), over.pop(call.ticket.id, 0))
        heapq.heappush(free, now + timedelta(minutes=services.pop()))


def _arrivals(plan: Plan, chance: random.Random) -> Iterator[Waiting]:
    hours, weights = [hour for hour, _ in plan.hours], [weight for _, weight in plan.hours]
    for nth in range(plan.visits):
        hour = chance.choices(hours, weights)[0]
        at = DAY + timedelta(hours=hour, minutes=chance.uniform(0, 60))
        draw = chance.random()
        if draw < plan.booked:
            slot = at.replace(minute=at.minute // 15 * 15, second=0, microsecond=0)
            yield Waiting(nth, "booked", slot + timedelta(minutes=chance.triangular(-25, 12, -6)), slot)
        else:
            yield Waiting(nth, "green" if draw < plan.booked + plan.green else "walk-in", at, at)
