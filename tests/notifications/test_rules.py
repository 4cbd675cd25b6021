"""Quiet hours, and a chain of calls that always ends."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.core import clock
from backend.notifications import rules
from tests.notifications.factories import NOON

NIGHT = (time(21), time(8))
ANSWERS = st.sampled_from(["reached", "later", "no-answer", "wrong-number", "moved"])
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))
TIMES = st.times().map(lambda each: each.replace(second=0, microsecond=0))


@pytest.mark.parametrize(
    ("hour", "until"),
    [("20:59", "20:59"), ("21:00", "08:00"), ("23:30", "08:00"), ("07:59", "08:00"), ("08:00", "08:00")],
)  # fmt: skip
def test_nobody_is_disturbed_at_night(hour: str, until: str) -> None:
    now = clock.at(NOON.date(), time.fromisoformat(hour))
    due = rules.not_before(now, NIGHT)
    assert f"{clock.local(due):%H:%M}" == until
    assert timedelta(0) <= due - now < timedelta(hours=12)


def test_what_is_urgent_disturbs_and_equal_times_mean_always() -> None:
    night = clock.at(NOON.date(), time(2))
    assert rules.not_before(night, NIGHT, urgent=True) == night
    assert rules.not_before(night, (time(8), time(8))) == night


@given(MOMENTS, TIMES, TIMES)
def test_quiet_hours_end_within_a_day_and_what_comes_out_is_not_quiet(now: datetime, start: time, end: time) -> None:
    due = rules.not_before(now, (start, end))
    assert now <= due <= now + timedelta(days=1)
    assert rules.not_before(due, (start, end)) == due


@given(st.lists(ANSWERS, min_size=rules.TRIES, max_size=rules.TRIES), st.booleans(), MOMENTS)
def test_every_chain_of_calls_ends_and_never_begins_again(answers: list[str], door: bool, now: datetime) -> None:
    for number, answer in enumerate(answers, 1):
        found = rules.after(answer, calls=number, door=door, now=now, again="soon")
        assert found.state in {"calling", "reached", "unreached"}
        assert (found.state == "reached") == (answer == "reached")
        if found.state != "calling":
            assert found.again is None
            return
        assert found.again is not None and found.again >= now
        assert found.door or not door, "who has to be visited is not rung again"
        door, now = found.door, found.again
    raise AssertionError("the chain went on")


def test_somebody_who_never_answers_is_visited() -> None:
    doors = [rules.after("no-answer", calls=number, door=False, now=NOON).door for number in (1, 2, 3)]
    assert doors == [False, False, True]


def test_a_wrong_number_is_followed_by_a_visit_at_once_and_a_wrong_door_by_nothing() -> None:
    ring = rules.after("wrong-number", calls=1, door=False, now=NOON)
    assert (ring.state, ring.again, ring.door) == ("calling", NOON, True)
    assert rules.after("wrong-number", calls=2, door=True, now=NOON).state == "unreached"


@pytest.mark.parametrize(("again", "when"), [("soon", "26 14:00"), ("evening", "26 18:00"), ("tomorrow", "27 09:00")])
def test_who_wants_to_be_called_later_says_when(again: str, when: str) -> None:
    found = rules.after("later", calls=1, door=False, now=NOON, again=again)
    assert found.again and f"{clock.local(found.again):%d %H:%M}" == when
