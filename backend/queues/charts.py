"""What a simulated year says about the rule, made once a process: waits by kind, against first come, first served."""

from functools import cache

import msgspec

from backend.queues import rules, simulate
from backend.queues.rules import Kind

DAYS = 30  # simulated days are enough: the means move by less than half a minute beyond
SEED = 20260105


class Bar(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of visitor: mean and 95th percentile of the wait, under the rule and without it, in minutes."""

    kind: Kind
    fair: float
    fair_worst: float
    plain: float
    plain_worst: float


class Year(msgspec.Struct, frozen=True, kw_only=True):
    """The whole comparison. ``scale`` is the longest bar."""

    days: int
    visits: int
    counters: int
    bars: list[Bar]
    scale: float


@cache
def year() -> Year:
    """The comparison of the page, the same in every process."""
    plan = simulate.Plan()
    fair = simulate.summary(simulate.days(plan, DAYS, SEED))
    plain = simulate.summary(simulate.days(plan, DAYS, SEED, pick=simulate.plain))
    bars = [
        Bar(
            kind=kind, fair=fair[kind][0], fair_worst=fair[kind][1], plain=plain[kind][0], plain_worst=plain[kind][1]
        )
        for kind in rules.KINDS
    ]  # fmt: skip
    scale = max(max(bar.fair_worst, bar.plain_worst) for bar in bars)
    return Year(days=DAYS, visits=plan.visits, counters=plan.counters, bars=bars, scale=scale)
