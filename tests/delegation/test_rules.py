"""States and times of a mandate, without a database."""

from datetime import UTC, date, datetime, timedelta

import pytest

from backend.delegation import rules
from backend.delegation.sealed import code_index, code_indexes

NOW = datetime(2026, 11, 26, 8, tzinfo=UTC)
DAY = timedelta(days=1)


def stands(state: str, *, starts: datetime = NOW, ends: datetime = NOW + 9 * DAY, **more: datetime | None) -> str:
    until = more.get("until") or NOW + 7 * DAY
    slow = more.get("slow")
    return rules.standing(state, now=NOW, starts=starts, ends=ends, invited_until=until, sensitive_from=slow)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (stands("invited"), "invited"),
        (stands("invited", until=NOW), "ended"),
        (stands("accepted"), "active"),
        (stands("accepted", until=NOW), "active"),
        (stands("accepted", slow=NOW + DAY), "cooling"),
        (stands("accepted", slow=NOW), "active"),
        (stands("accepted", starts=NOW + DAY), "waiting"),
        (stands("accepted", ends=NOW), "ended"),
        (stands("ended"), "ended"),
    ],
)
def test_the_clock_says_how_a_mandate_stands(found: str, expected: str) -> None:
    assert found == expected


def test_only_what_needs_no_waiting_counts_while_it_cools() -> None:
    assert rules.counting("active", ["a", "b"], ["b"]) == {"a", "b"}
    assert rules.counting("cooling", ["a", "b"], ["b"]) == {"a"}
    for standing in ("invited", "waiting", "ended"):
        assert rules.counting(standing, ["a", "b"], ["b"]) == frozenset()


def test_a_running_cooling_off_is_never_shortened() -> None:
    assert rules.sensitive_from(NOW, []) == NOW + DAY
    assert rules.sensitive_from(NOW, [NOW + 2 * DAY, NOW]) == NOW + 2 * DAY


def test_each_step_has_its_place() -> None:
    assert rules.may_step("acceptance", "invited") and not rules.may_step("acceptance", "active")
    assert rules.may_step("veto", "cooling") and not rules.may_step("veto", "active")
    assert rules.may_step("revocation", "cooling") and not rules.may_step("revocation", "invited")
    assert not any(rules.may_step(kind, "ended") for kind in rules.STEPS)


def test_a_guardian_acts_until_the_eighteenth_birthday() -> None:
    assert rules.latest_end("guardian", NOW, date(2012, 2, 29)) == datetime(2030, 3, 1, tzinfo=UTC)
    assert rules.latest_end("own-consent", NOW, date(2012, 2, 29)) == NOW + 365 * DAY
    assert rules.latest_end("one-time", NOW, None) == NOW + 3 * DAY
    assert rules.child(date(2008, 11, 27), NOW.date()) and not rules.child(date(2008, 11, 26), NOW.date())
    assert not rules.child(None, NOW.date())


def test_the_last_day_is_the_one_before_a_midnight() -> None:
    assert rules.last_day(datetime(2026, 12, 1, tzinfo=UTC)) == date(2026, 11, 30)
    assert rules.last_day(datetime(2026, 12, 1, 9, tzinfo=UTC)) == date(2026, 12, 1)


def test_a_code_is_found_however_it_is_typed() -> None:
    assert code_index(" hm5y-647x ") == code_index("HM5Y647X") in code_indexes("hm5y 647x")
