"""The line has an end: whoever is given one of the last numbers is called before the hall closes."""

import heapq
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from backend.queues import ending_rules, rules
from backend.queues.rules import Waiting

NOW = datetime(2026, 11, 23, 6, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
NOON = [(NOW, NOW + 180 * MINUTE), (NOW + 270 * MINUTE, NOW + 480 * MINUTE)]  # 9–12 and 13:30–17 in a hall's words


@given(
    counters=st.integers(1, 5), slow=st.integers(3, 20), left=st.integers(0, 120), street=st.integers(0, 12),
    others=st.integers(0, 12), coming=st.lists(st.integers(0, 120), max_size=25), streak=st.integers(0, rules.STREAK),
    draw=st.randoms(use_true_random=False),
)  # fmt: skip
def test_whoever_gets_one_of_the_last_numbers_is_called_before_the_hall_closes(
    counters: int, slow: int, left: int, street: int, others: int, coming: list[int], streak: int, draw: object
) -> None:
    chance = draw.uniform  # type: ignore[attr-defined]
    closes = NOW + left * MINUTE
    due = [NOW + min(each, left) * MINUTE for each in coming]
    sure = counters * ending_rules.rounds([(NOW, closes)], slow, NOW)
    more = ending_rules.room(sure, street + others, street, len(due))
    waiting = [Waiting(nth, "walk-in", NOW - 5 * MINUTE, NOW - 5 * MINUTE) for nth in range(street)]
    waiting += [Waiting(100 + nth, "green", NOW - MINUTE, NOW - MINUTE) for nth in range(others)]
    waiting += [Waiting(200 + nth, "walk-in", NOW, NOW) for nth in range(more)]
    late = sorted((Waiting(900 + nth, "booked", at, at) for nth, at in enumerate(due)), key=lambda each: each.since)
    free = [NOW + chance(0, slow) * MINUTE for _ in range(counters)]  # whoever is served now is served soon
    heapq.heapify(free)
    called: dict[object, datetime] = {}
    while any(each.kind == "walk-in" for each in waiting):
        at = heapq.heappop(free)
        while late and late[0].since <= at:
            waiting.append(late.pop(0))
        call = rules.next_up(waiting, streak, at)
        assert call is not None
        streak = call.streak
        waiting.remove(call.ticket)
        if call.passed is not None:
            waiting[waiting.index(call.passed)] = call.passed._replace(passed=at)
        called[call.ticket.id] = at
        heapq.heappush(free, at + chance(0, slow) * MINUTE)
    assert all(called[200 + nth] <= closes for nth in range(more))


def test_numbers_are_given_from_half_an_hour_before_and_over_noon() -> None:
    at = {minutes: ending_rules.may_take(NOON, NOW + minutes * MINUTE) for minutes in (-31, -30, 200, 479, 480)}
    assert at == {-31: False, -30: True, 200: True, 479: True, 480: False}
    assert ending_rules.again(NOON, NOW - 60 * MINUTE) == NOW - 30 * MINUTE
    assert ending_rules.again(NOON, NOW + 200 * MINUTE) is None


def test_a_long_gap_is_no_rest_at_noon() -> None:
    two = [(NOW, NOW + 60 * MINUTE), (NOW + 240 * MINUTE, NOW + 300 * MINUTE)]
    assert not ending_rules.may_take(two, NOW + 100 * MINUTE)
    assert ending_rules.again(two, NOW + 100 * MINUTE) == NOW + 210 * MINUTE


def test_nobody_is_half_served_over_noon() -> None:
    assert ending_rules.rounds(NOON, 100, NOW) == 1 + 2
    assert ending_rules.rounds(NOON, 100, NOW + 100 * MINUTE) == 2


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 60), st.integers(0, 60))
def test_a_longer_line_never_makes_more_room(sure: int, others: int, street: int, coming: int) -> None:
    here = ending_rules.room(sure, others + street, street, coming)
    assert here >= ending_rules.room(sure, others + street + 1, street + 1, coming) >= here - 1
    assert here >= ending_rules.room(sure, others + street, street, coming + 1)
    assert here <= ending_rules.room(sure + 1, others + street, street, coming)


def test_before_a_counter_is_open_all_that_the_hall_has_are_counted_on() -> None:
    assert [ending_rules.at_work(*each) for each in ((3, 8), (0, 8), (0, 0))] == [3, 8, 1]
