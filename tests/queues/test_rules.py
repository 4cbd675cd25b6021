"""The order of calls, and that its promises hold for every mixture of arrivals."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from backend.queues import rules
from backend.queues.rules import PATIENCE, STREAK, Call, Kind, Waiting, next_up

NOW = datetime(2026, 11, 26, 2, 0, tzinfo=UTC)


def ago(minutes: float) -> datetime:
    return NOW - timedelta(minutes=minutes)


def _in(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


def ticket(name: str, kind: Kind, since: float, due: float | None = None, passed: float | None = None) -> Waiting:
    return Waiting(name, kind, ago(since), ago(since if due is None else due), None if passed is None else ago(passed))


def called(*waiting: Waiting, streak: int = 0) -> Call:
    found = next_up(waiting, streak, NOW)
    assert found is not None
    return found


def test_nobody_waits_nobody_is_called() -> None:
    assert next_up([], 0, NOW) is None


def test_whoever_booked_is_called_from_their_time_on() -> None:
    street, booked = ticket("w", "walk-in", 12), ticket("a", "booked", 10, due=2)
    assert called(street, booked).ticket is booked
    assert called(street, booked).why == "priority"


def test_whoever_booked_for_later_does_not_pass_the_street() -> None:
    street, early = ticket("w", "walk-in", 1), ticket("a", "booked", 30, due=-20)
    assert called(street, early).ticket is street


def test_with_nobody_else_there_an_early_bird_is_served() -> None:
    early = ticket("a", "booked", 30, due=-20)
    assert (called(early).ticket, called(early).why) == (early, "early")


def test_the_green_lane_counts_from_its_arrival() -> None:
    green, booked = ticket("l", "green", 3), ticket("a", "booked", 10, due=2)
    assert called(green, booked).ticket is green


def test_after_two_priority_calls_the_street_moves() -> None:
    street, booked = ticket("w", "walk-in", 3), ticket("a", "booked", 10, due=5)
    assert called(street, booked, streak=STREAK - 1).ticket is booked
    assert called(street, booked, streak=STREAK).ticket is street
    assert called(street, booked, streak=STREAK).streak == 0


def test_a_streak_does_not_count_while_nobody_from_the_street_waits() -> None:
    assert called(ticket("a", "booked", 10, due=5), streak=1).streak == 0


def test_the_first_in_line_remembers_when_it_was_passed_over() -> None:
    street, booked = ticket("w", "walk-in", 12), ticket("a", "booked", 10, due=2)
    assert called(street, booked).passed is street
    known = ticket("w", "walk-in", 12, passed=4)
    assert called(known, booked).passed is None


def test_patience_has_an_end_for_everybody() -> None:
    patient = ticket("w", "walk-in", 40, passed=PATIENCE.total_seconds() / 60)
    others = [ticket(f"a{n}", "booked", 30, due=25) for n in range(5)]
    assert (called(patient, *others).ticket, called(patient, *others).why) == (patient, "patience")


def test_as_what_somebody_queues() -> None:
    assert rules.kind_on_arrival(NOW, NOW + timedelta(minutes=15), green=True) == "booked"
    assert rules.kind_on_arrival(NOW, NOW + timedelta(minutes=16), green=False) == "walk-in"
    assert rules.kind_on_arrival(None, NOW, green=True) == "green"


def test_whoever_missed_the_call_comes_behind_three() -> None:
    line = [ticket(f"w{n}", "walk-in", 10 - n) for n in range(5)]
    back = rules.back_after(line, NOW)
    assert line[2].since < back < line[3].since
    assert rules.back_after([], NOW) == NOW


def test_the_range_of_a_wait_is_never_empty_and_grows_with_the_line() -> None:
    minutes = [4.0, 6.0, 8.0, 15.0]
    assert rules.range_of_wait(0, 3, minutes)[0] == 0
    spans = [rules.range_of_wait(ahead, 3, minutes) for ahead in range(20)]
    assert all(low < high for low, high in spans)
    assert spans == sorted(spans)
    assert rules.range_of_wait(5, 0, []) == (25, 72)


arrival = st.tuples(st.sampled_from(rules.KINDS), st.integers(0, 90), st.integers(-10, 30))


@given(st.lists(arrival, min_size=1, max_size=40), st.integers(1, 9), st.integers(1, 12))
def test_the_bounds_hold_for_every_day(arrivals: list[tuple[Kind, int, int]], minutes: int, counters: int) -> None:
    """Counters take turns every few minutes; at each call both promises are checked against all who wait."""
    coming = sorted(
        (
            Waiting(
                n, kind, NOW + timedelta(minutes=at), NOW + timedelta(minutes=at + (late if kind == "booked" else 0))
            )
            for n, (kind, at, late) in enumerate(arrivals)
        ),
        key=lambda each: each.since,
    )
    waiting: list[Waiting] = []
    streak = in_a_row = 0
    now, order = NOW, []
    while coming or waiting:
        while coming and coming[0].since <= now:
            waiting.append(coming.pop(0))
        call = next_up(waiting, streak, now)
        if call is not None:
            overdue = [each for each in waiting if each.passed is not None and now - each.passed >= PATIENCE]
            assert all(each.kind == "walk-in" for each in overdue)
            assert not overdue or call.ticket in overdue
            street = [each for each in waiting if each.kind == "walk-in"]
            in_a_row = in_a_row + 1 if call.ticket.kind != "walk-in" and street else 0
            assert in_a_row <= STREAK
            streak = call.streak
            waiting.remove(call.ticket)
            order.append(call.ticket.id)
            if call.passed is not None:
                waiting[waiting.index(call.passed)] = call.passed._replace(passed=now)
        now += timedelta(minutes=minutes / counters)
    assert sorted(order, key=str) == sorted(range(len(arrivals)), key=str)


passed = st.none() | st.integers(0, 40)
standing = st.tuples(st.sampled_from(rules.KINDS), st.integers(0, 90), st.integers(-20, 30), passed)


@given(st.lists(standing, max_size=30, unique_by=lambda each: each[1]), st.integers(0, STREAK))
def test_the_order_of_all_is_the_rule_played_to_the_end(
    people: list[tuple[Kind, int, int, int | None]], streak: int
) -> None:
    waiting = [
        ticket(str(nth), kind, since, since + late if kind == "booked" else None, over)
        for nth, (kind, since, late, over) in enumerate(people)
    ]
    played, left, row = [], list(waiting), streak
    while call := next_up(left, row, NOW):
        played.append(call.ticket)
        row = call.streak
        left.remove(call.ticket)
    assert rules.order(waiting, streak, NOW) == played
