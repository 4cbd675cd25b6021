"""Shares, slots of a day, and the decision: pure rules, in milliseconds."""

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from backend.appointments import rules
from backend.appointments.rules import Booked, Wanted

NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)


@given(st.integers(0, 1000))
def test_shares_give_away_every_place_exactly_once(capacity: int) -> None:
    given_away = rules.shares(capacity)
    assert sum(given_away.values()) == capacity
    assert all(part >= 0 for part in given_away.values())


@given(st.integers(5, 1000))
def test_nobody_is_left_without_a_share(capacity: int) -> None:
    assert min(rules.shares(capacity).values()) >= 1


@given(st.integers(20, 1000))
def test_shares_follow_their_percentages(capacity: int) -> None:
    for pool, part in rules.shares(capacity).items():
        assert abs(part - capacity * rules.SHARES[pool] / 100) <= 1


@given(st.times(), st.times(), st.integers(5, 240))
def test_slots_of_a_day_do_not_overlap_and_stay_within_the_hours(opens: time, closes: time, minutes: int) -> None:
    opens, closes = (t.replace(second=0, microsecond=0) for t in (opens, closes))
    slots = list(rules.slots_of(opens, closes, minutes))
    assert all(opens <= begin and (begin < end <= closes or end == time(0)) for begin, end in slots)
    assert all(end <= following for (_, end), (following, _) in pairwise(slots))


def test_no_slot_begins_while_the_hall_rests() -> None:
    begins = [begin for begin, _ in rules.slots_of(time(8, 30), time(16, 30), 30)]
    assert begins[0] == time(8, 30)
    assert begins[-1] == time(16, 0)
    assert not [begin for begin in begins if time(11, 30) <= begin < time(13, 0)]


def wanted(hours: float = 24, left: int = 1, slot: str = "new", is_open: bool = True) -> Wanted:
    begin = NOW + timedelta(hours=hours)
    return Wanted(slot, begin, begin + timedelta(minutes=30), is_open, left)


def booked(hours: float, item: str | None = None, slot: str = "old") -> Booked:
    begin = NOW + timedelta(hours=hours)
    return Booked(slot, item, begin, begin + timedelta(minutes=30))


def test_the_decision_names_the_first_thing_in_the_way() -> None:
    decide = rules.decide
    assert decide(wanted(), "A", [], NOW) == ""
    assert decide(None, "A", [], NOW) == "no-such-slot"
    assert decide(wanted(0.4), "A", [], NOW) == "slot-closed"
    assert decide(wanted(is_open=False), "A", [], NOW) == "slot-closed"
    assert decide(wanted(slot="x"), "A", [booked(24, slot="x")], NOW) == "already-booked"
    assert decide(wanted(), "A", [booked(24.25)], NOW) == "overlap"
    assert decide(wanted(), "A", [booked(48, item="A")], NOW) == "same-item"
    assert decide(wanted(), None, [booked(48, item=None)], NOW) == ""
    assert decide(wanted(), "A", [booked(48 + n) for n in range(5)], NOW) == "too-many"
    assert decide(wanted(left=0), "A", [], NOW) == "slot-taken"
    assert decide(wanted(), "A", [booked(-1, item="A")], NOW) == ""


def test_every_channel_draws_from_one_share() -> None:
    assert {rules.pool_of(each) for each in rules.CHANNELS} == set(rules.POOLS)


def test_a_registered_helper_draws_from_the_helpers_share_and_a_daughter_from_the_online_one() -> None:
    assert rules.pool_of("app", "delegation", {"resident"}) == "online"
    assert rules.pool_of("app", "delegation", {"resident", "volunteer"}) == "helper"
    assert rules.pool_of("web", "self", {"resident", "grid"}) == "online"
    assert rules.pool_of("field", "official", {"grid"}) == "helper"
    assert rules.pool_of("kiosk", "delegation", {"volunteer"}) == "kiosk"
    assert rules.pool_of("phone", "assisted", {"operator"}) == "phone"


def test_two_no_shows_within_sixty_days_cool_down_for_thirty_from_the_later() -> None:
    day = timedelta(days=1)
    assert rules.cooling_until([], NOW) is None
    assert rules.cooling_until([NOW - day], NOW) is None
    assert rules.cooling_until([NOW - day, NOW - 61 * day], NOW) == NOW + 29 * day
    assert rules.cooling_until([NOW - day, NOW - 62 * day], NOW) is None
    assert rules.cooling_until([NOW - 40 * day, NOW - 30 * day], NOW) is None
    assert rules.cooling_until([NOW - 50 * day, NOW - 29 * day], NOW) == NOW + day


def test_a_cool_down_leaves_one_online_place_and_every_other_way_as_it_was() -> None:
    missed = [NOW - timedelta(days=2), NOW - timedelta(days=9)]
    held, called = booked(48), booked(48)._replace(pool="phone")
    assert rules.decide(wanted(), None, [held], NOW, missed) == "cool-down"
    assert rules.decide(wanted(), None, [], NOW, missed) == ""
    assert rules.decide(wanted(), None, [called], NOW, missed) == ""
    assert rules.decide(wanted()._replace(pool="phone"), None, [held], NOW, missed) == ""
    assert rules.decide(wanted()._replace(reserved=True), None, [held], NOW, missed) == "residents-first"
