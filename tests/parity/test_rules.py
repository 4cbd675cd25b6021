"""Months that are due, sums that hang together, and a whole report that three attackers try to solve."""

from datetime import date
from uuid import uuid5

from hypothesis import given, settings
from hypothesis import strategies as st

from backend.core.suppression import Sum, bounds, determined
from backend.parity import rules
from backend.parity.service.making import EVERYWHERE, reports
from tests.parity.factories import OCTOBER, facts

HALLS = {"230103": [str(uuid5(EVERYWHERE, "a")), str(uuid5(EVERYWHERE, "b"))], "230102": [str(uuid5(EVERYWHERE, "c"))]}


def test_a_month_is_due_when_it_is_over_and_settled() -> None:
    assert rules.due_months(date(2026, 11, 2), [])[0] == date(2026, 9, 1)
    assert rules.due_months(date(2026, 11, 3), [])[0] == OCTOBER
    assert OCTOBER not in rules.due_months(date(2026, 11, 3), [OCTOBER])


def test_months_follow_one_another() -> None:
    assert rules.month_after(date(2026, 12, 1)) == date(2027, 1, 1)
    assert rules.month_before(date(2027, 1, 31)) == date(2026, 12, 1)


@settings(max_examples=12)
@given(st.integers(0, 10**6), st.sampled_from([30, 120, 600, 2500]))
def test_no_hidden_number_of_a_months_reports_can_be_recovered(seed: int, most: int) -> None:
    given_facts = facts(seed, HALLS, most)
    halls = {county: sorted({f.hall for f in given_facts if f.region == county}) for county in HALLS}
    ways = rules.ways(given_facts, {})
    counts = rules.counts(given_facts, ways)
    shown = {}
    for (region, hall), report in reports(OCTOBER, given_facts, {}).items():
        place = str(hall) if hall != EVERYWHERE else "" if region == "000000" else region
        for group in report.groups:
            for measure in rules.MEASURES:
                n = getattr(group, measure)
                if n is not None:
                    shown[rules.Cell(place, measure, group.channel, group.age)] = n
    lines = [Sum(*line) for line in rules.lines({county: each for county, each in halls.items() if each}, ways)]
    assert all(n >= rules.LEAST and n == counts[cell] for cell, n in shown.items())
    gone = counts.keys() - shown.keys()
    assert not determined(gone, lines)
    known = bounds(shown, lines)
    for cell in gone:
        low, high = known.get(cell, (0, float("inf")))
        assert high - low >= rules.LEAST


@settings(max_examples=12)
@given(st.integers(0, 10**6), st.sampled_from([12, 30, 120, 600]))
def test_no_wait_tells_anything_of_the_ages_that_are_hidden(seed: int, most: int) -> None:
    """Take the hidden ones away, or let them wait a year: nothing that is given moves."""
    given_facts = facts(seed, HALLS, most)
    for (region, hall), report in reports(OCTOBER, given_facts, {}).items():
        place = str(hall) if hall != EVERYWHERE else "" if region == "000000" else region
        gone = {age for age in rules.AGES if report.of(age=age).people is None}
        for name, ages in (("older_days", rules.OLDER), ("others_days", rules.OTHERS)):
            days = getattr(report, name)
            assert (days is None) == (set(ages) <= gone)
            shown = {rules.Cell(place, "people", "", age) for age in rules.AGES if age not in gone}
            late = [fact._replace(days=365) if fact.age in gone else fact for fact in given_facts]
            fewer = [fact for fact in given_facts if fact.age not in gone]
            assert rules.wait_of(late, place, ages, shown) == rules.wait_of(fewer, place, ages, shown) == days


@given(st.integers(0, 10**6))
@settings(max_examples=10)
def test_all_sums_are_true(seed: int) -> None:
    given_facts = facts(seed, HALLS, 60)
    ways = rules.ways(given_facts, {})
    counts = rules.counts(given_facts, ways)
    inside = {c: h for c in HALLS if (h := sorted({f.hall for f in given_facts if f.region == c}))}
    for whole, parts in rules.lines(inside, ways):
        assert counts.get(whole, 0) == sum(counts[each] for each in parts)


def test_a_channel_without_places_says_nothing_and_is_left_out() -> None:
    [fact] = [rules.Fact("230103", HALLS["230103"][0], "phone", "80+", 1, True, False)]
    found = rules.ways([fact], {"230103": {"phone": 4, "online": 6, "kiosk": 0}})
    assert found["230103"] == ("online", "phone") and found[fact.hall] == ("phone",)
