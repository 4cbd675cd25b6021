"""When a hall opens, in milliseconds: repeats, seasons, single days, rests, and that order does not matter."""

from datetime import date, time, timedelta
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.appointments import opening_rules
from backend.appointments.opening_rules import Rule, Service, Time
from backend.appointments.rules import LUNCH
from backend.core import clock

FIRST = date(2026, 11, 2)  # a Monday
WEEK = frozenset({1, 2, 3, 4, 5})
KINDS = st.sampled_from(["workday", "weekend", "holiday", "makeup_workday"])
HOURS = st.tuples(st.integers(6, 21), st.sampled_from([0, 15, 30, 45])).map(lambda pair: time(*pair))
MONTH_DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31)).map(lambda day: day.strftime("%m-%d"))
SEASONS = st.one_of(st.just(("", "")), st.tuples(MONTH_DAYS, MONTH_DAYS))
DAYS = st.dates(date(2026, 10, 1), date(2027, 3, 1))


def rule(**facts: object) -> Rule:
    given_: dict[str, object] = {
        "key": "a", "group": None, "repeat": "weekly", "weekdays": WEEK, "opens": time(9), "closes": time(11),
        "minutes": 30, "capacity": 10, "valid_from": FIRST, **facts,
    }  # fmt: skip
    return Rule(**given_)  # type: ignore[arg-type]


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    opens, closes = sorted(draw(st.tuples(HOURS, HOURS).filter(lambda pair: pair[0] != pair[1])))
    begins = draw(DAYS)
    return rule(
        key=str(draw(st.integers(0, 10**6))), group=draw(st.sampled_from([None, "health", "police"])), opens=opens,
        closes=closes, repeat=draw(st.sampled_from(["weekly", "weekly", "monthly", "once"])), valid_from=begins,
        weekdays=frozenset(draw(st.sets(st.integers(1, 7), min_size=1))), minutes=draw(st.integers(5, 240)),
        capacity=draw(st.integers(1, 50)), valid_to=begins + timedelta(days=draw(st.integers(0, 90))),
        every=draw(st.integers(1, 4)), nth=frozenset(draw(st.sets(st.sampled_from([-1, 1, 2, 3, 4, 5]), min_size=1))),
        season=draw(SEASONS), per_counter=draw(st.sampled_from([None, None, 3])),
    )  # fmt: skip


def open_days(one: Rule, days: int = 60, kind: str = "") -> list[date]:
    span = (FIRST + timedelta(days=n) for n in range(days))
    weekday = {True: "workday", False: "weekend"}
    return [day for day in span if opening_rules.opens(one, day, kind or weekday[day.isoweekday() < 6])]


@settings(max_examples=40)
@given(st.lists(rules(), max_size=6), DAYS, KINDS)
def test_every_time_lies_in_the_hours_of_its_rule_and_none_begins_in_the_noon_rest(
    several: list[Rule], day: date, kind: str
) -> None:
    by_key = {(each.key, each.group): each for each in several}
    for found in opening_rules.times_of(several, day, kind):
        held = [each for each in several if (each.key, each.group) == (found.rule, found.group)]
        assert any(each.opens <= found.begins < found.ends <= each.closes for each in held)
        its = by_key[found.rule, found.group]
        if len(held) == 1 and its.closes > LUNCH[1]:
            assert not LUNCH[0] <= found.begins < LUNCH[1]


@settings(max_examples=40)
@given(st.lists(rules(), max_size=6), DAYS, KINDS)
def test_times_of_one_group_never_meet(several: list[Rule], day: date, kind: str) -> None:
    found = opening_rules.times_of(several, day, kind)
    for group in {each.group for each in found}:
        own = [each for each in found if each.group == group]
        assert all(one.ends <= following.begins for one, following in pairwise(own))


@settings(max_examples=40)
@given(st.lists(rules(), max_size=6, unique_by=lambda each: each.key), DAYS, KINDS, st.integers())
def test_the_order_of_rules_does_not_matter(several: list[Rule], day: date, kind: str, seed: int) -> None:
    shuffled = several[:]
    Random(seed).shuffle(shuffled)
    assert opening_rules.times_of(several, day, kind) == opening_rules.times_of(shuffled, day, kind)


@settings(max_examples=40)
@given(st.lists(rules(), max_size=4), DAYS)
def test_the_clock_is_never_put_forward_in_shanghai(several: list[Rule], day: date) -> None:
    for found in opening_rules.times_of(several, day, "workday"):
        begins, ends = clock.at(day, found.begins), clock.at(day, found.ends)
        length = timedelta(hours=found.ends.hour - found.begins.hour, minutes=found.ends.minute - found.begins.minute)
        assert ends - begins == length
        assert clock.local(begins).time() == found.begins


@settings(max_examples=40)
@given(st.lists(rules(), max_size=4), DAYS, KINDS)
def test_a_closed_half_day_has_no_times_and_the_other_half_keeps_its_own(
    several: list[Rule], day: date, kind: str
) -> None:
    whole = opening_rules.times_of(several, day, kind)
    closed = opening_rules.times_of(several, day, kind, {(None, "morning")})
    assert closed == [each for each in whole if each.group or opening_rules.half_of(each.begins) != "morning"]


@settings(max_examples=40)
@given(st.lists(rules(), max_size=4), st.lists(rules(), max_size=4), DAYS)
def test_a_difference_leads_from_the_one_day_to_the_other(before: list[Rule], after: list[Rule], day: date) -> None:
    old, new = (opening_rules.times_of(each, day, "workday") for each in (before, after))
    change = opening_rules.difference(old, new)
    gone = [each for each, _ in change.resized] + change.removed
    kept = [each for each in old if each not in gone]
    reached = {each[:4] for each in kept + change.added + [each for _, each in change.resized]}
    assert reached == {each[:4] for each in new}


def test_every_second_week_counts_from_the_week_of_the_anchor() -> None:
    fortnight = rule(every=2, anchor=date(2026, 11, 11), weekdays=frozenset({3}))
    assert open_days(fortnight, 30) == [date(2026, 11, 11), date(2026, 11, 25)]


def test_the_first_and_the_last_saturday_of_a_month() -> None:
    saturdays = rule(repeat="monthly", weekdays=frozenset({6}), nth=frozenset({1, -1}))
    expected = [date(2026, 11, 7), date(2026, 11, 28), date(2026, 12, 5), date(2026, 12, 26)]
    assert open_days(saturdays) == expected


def test_a_season_goes_across_new_year() -> None:
    winter = rule(season=("11-15", "02-20"), weekdays=frozenset({1}))
    found = open_days(winter, 200)
    assert (found[0], found[-1]) == (date(2026, 11, 16), date(2027, 2, 15))


def test_what_is_written_for_one_day_holds_on_a_holiday_and_instead_of_the_rest() -> None:
    day = date(2026, 11, 7)
    once = rule(key="b", repeat="once", valid_from=day, valid_to=day, opens=time(14), closes=time(15))
    saturday = rule(weekdays=frozenset({6}))
    assert [each.begins for each in opening_rules.times_of([once, saturday], day, "weekend")] == [
        time(14),
        time(14, 30),
    ]
    assert opening_rules.opens(once, day, "holiday")
    assert not opening_rules.opens(once, day + timedelta(days=7), "weekend")


def test_a_make_up_workday_opens_like_a_weekday_in_its_turn() -> None:
    saturday, later = date(2026, 11, 7), date(2026, 11, 14)
    assert opening_rules.opens(rule(weekdays=frozenset({2})), saturday, "makeup_workday")
    assert not opening_rules.opens(rule(weekdays=frozenset({6})), saturday, "makeup_workday")
    assert not opening_rules.opens(rule(every=2), later, "makeup_workday")
    assert not opening_rules.opens(rule(repeat="monthly", nth=frozenset({1})), saturday, "makeup_workday")
    assert not opening_rules.opens(rule(), date(2026, 11, 4), "holiday")


def test_places_follow_the_roster_where_there_is_one() -> None:
    served = rule(per_counter=3, opens=time(11), closes=time(14))
    counters: dict[tuple[object, str], int] = {(None, "morning"): 2, (None, "afternoon"): 0}
    found = opening_rules.times_of([served], FIRST, "workday", (), counters)
    assert {each.capacity for each in found if each.begins < time(12)} == {6}
    assert not [each for each in found if each.begins >= time(12)], "nobody is there"
    assert {each.capacity for each in opening_rules.times_of([served], FIRST, "workday")} == {10}


def test_two_rules_that_meet_share_the_day_without_a_time_twice() -> None:
    early, late = rule(closes=time(10)), rule(key="b", opens=time(9, 30), closes=time(11), capacity=2)
    found = opening_rules.times_of([late, early], FIRST, "workday")
    assert [(each.begins, each.capacity) for each in found] == [
        (time(9), 10), (time(9, 30), 10), (time(10), 2), (time(10, 30), 2),
    ]  # fmt: skip


HEALTH = Service("health", "counter", ("A1",), ("medical",))
POLICE = Service("police", "counter", (), ("identity",))


@pytest.mark.parametrize(
    ("item", "themes", "rest", "groups"),
    [
        ("A1", ("identity",), True, ["health"]),
        ("B2", ("identity",), True, ["police"]),
        ("C3", ("housing",), True, [None]),
        ("C3", ("housing",), False, []),
        ("", (), True, [None]),
        ("", (), False, ["health", "police"]),
    ],
)
def test_a_service_finds_its_counters(item: str, themes: tuple[str, ...], rest: bool, groups: list[object]) -> None:
    assert opening_rules.groups_for(item, themes, [HEALTH, POLICE], rest=rest) == groups


def test_a_counter_serves_what_it_has_learnt() -> None:
    assert opening_rules.may_serve((), None)
    assert opening_rules.may_serve(("health",), "health")
    assert not opening_rules.may_serve(("health",), None)


def test_the_same_times_are_no_difference() -> None:
    day = [Time(None, time(9), time(9, 30), 4, "a")]
    assert opening_rules.difference(day, [each._replace(rule="b") for each in day]) == ([], [], [])
