"""How long an offer stands: read here, run in the database, and the two say the same."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.appointments import rules, waiting_rules
from backend.core import clock, db

DAY = date(2026, 11, 24)
FAR = clock.at(DAY + timedelta(days=9), time(9))
MOMENTS = st.datetimes(datetime(2026, 11, 1), datetime(2026, 12, 31), timezones=st.just(UTC))
AHEAD = st.integers(0, 4000).map(lambda minutes: timedelta(minutes=minutes))


def at(hour: int, minute: int = 0, days: int = 0) -> datetime:
    return clock.at(DAY + timedelta(days=days), time(hour, minute))


@pytest.mark.parametrize(
    ("now", "until"),
    [
        (at(9), at(11)), (at(18), at(20)), (at(19), at(9, days=1)), (at(19, 59), at(9, 59, days=1)),
        (at(20), at(10, days=1)), (at(23), at(10, days=1)), (at(3), at(10)), (at(8), at(10)),
    ],
)  # fmt: skip
def test_two_hours_of_daytime_for_an_answer(now: datetime, until: datetime) -> None:
    assert waiting_rules.offer_until(now, FAR, False) == until


def test_until_the_next_noon_for_people_who_are_rung_or_written_to() -> None:
    assert waiting_rules.offer_until(at(9), FAR, True) == at(12, days=1)
    assert waiting_rules.offer_until(at(9), at(10, days=1), True) == at(7, days=1)
    assert waiting_rules.offer_until(at(9), at(12), True) is None


def test_never_past_half_an_hour_before_it_begins() -> None:
    assert waiting_rules.offer_until(at(9), at(10), False) == at(9, 30)
    assert waiting_rules.offer_until(at(9), at(9, 40), False) is None


def test_more_time_never_reaches_past_the_beginning() -> None:
    assert waiting_rules.may_extend(0, 1, at(9), at(10))
    assert not waiting_rules.may_extend(1, 1, at(9), at(10))
    assert not waiting_rules.may_extend(0, 1, at(10), at(10))


@settings(max_examples=150)
@given(now=MOMENTS, ahead=AHEAD, slow=st.booleans())
async def test_the_pure_rule_and_the_database_agree(tx: None, now: datetime, ahead: timedelta, slow: bool) -> None:
    said = await db.fetchval("SELECT appointments_offer_until($1, $2, $3)", now, now + ahead, slow)
    assert said == waiting_rules.offer_until(now, now + ahead, slow)


async def test_the_database_asks_with_the_limits_of_the_rules() -> None:
    source = await db.fetchval("SELECT prosrc FROM pg_proc WHERE proname = 'appointments_offer'")
    assert f"interval '{int(rules.LEAD.total_seconds() // 60)} minutes'), {rules.MOST}" in source
    source = await db.fetchval("SELECT prosrc FROM pg_proc WHERE proname = 'appointments_give_back'")
    assert f"interval '{int(waiting_rules.AT_ONCE.total_seconds() // 3600)} hours'" in source
