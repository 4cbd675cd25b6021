"""Months of days: what the rule costs the street, and what it gives to whoever booked."""

from backend.queues import simulate
from backend.queues.simulate import Plan, days, plain, summary

PLAN = Plan()


def test_the_same_seed_gives_the_same_days() -> None:
    assert days(PLAN, 2, seed=7) == days(PLAN, 2, seed=7)
    assert days(PLAN, 2, seed=7) != days(PLAN, 2, seed=8)


def test_everybody_is_served_under_either_rule() -> None:
    assert len(days(PLAN, 5, seed=1)) == len(days(PLAN, 5, seed=1, pick=plain)) == 5 * PLAN.visits


def test_whoever_booked_waits_less_and_the_street_not_much_longer() -> None:
    fair, first_come = summary(days(PLAN, 20, seed=3)), summary(days(PLAN, 20, seed=3, pick=plain))
    assert fair["booked"][0] < first_come["booked"][0]
    assert fair["green"][0] <= first_come["green"][0]
    assert fair["walk-in"][0] < 1.8 * first_come["walk-in"][0] + 5


def test_plain_queues_pass_nobody_over_who_was_there_first() -> None:
    assert simulate.plain([], 0, simulate.DAY) is None
