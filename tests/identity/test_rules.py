"""Numbers, limits and masks, without a database."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from backend.core import masks
from backend.identity import rules

VECTORS = json.loads((Path(__file__).parent / "data" / "documents.json").read_text())
KINDS = {
    "resident": "citizen",
    "hk_residence": "hk-permit",
    "tw_residence": "taiwan-permit",
    "foreigner_2023": "foreign-permanent",
}


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: case["number"])
def test_published_document_numbers(case: dict[str, object]) -> None:
    expected = KINDS[str(case["type"])] if case["valid"] else None
    assert rules.document_kind(str(case["number"])) == expected


def test_a_small_x_and_blanks_are_fine() -> None:
    assert rules.document_kind(" 110105 19491231 002x ") == "citizen"


def test_the_old_card_of_foreign_residents_stays_valid() -> None:
    assert rules.document_kind("USA12345678901") is None
    assert rules.document_kind("USA123456789012") == "foreign-permanent-2017"


def test_documents_of_the_demonstration_exist_nowhere_else() -> None:
    number = "99999919480305002"
    number += rules.check_digit(number)
    assert rules.document_kind(number, demo=True) == "demonstration"
    assert rules.document_kind(number) is None


@pytest.mark.parametrize(
    "typed",
    ["1948-3-5", "1948-03-05", "1948.3.5", "1948/3/5", "1948年3月5日", "19480305", "１９４８ 3 5"],
)
def test_a_day_can_be_typed_in_the_usual_ways(typed: str) -> None:
    assert rules.day(typed) == date(1948, 3, 5)


@pytest.mark.parametrize("typed", ["1948", "5.3.1948", "1948-13-01", "1948-02-30", "yesterday"])
def test_what_is_no_day_is_refused(typed: str) -> None:
    with pytest.raises(ValueError):
        rules.day(typed)
    assert rules.day(" ") is None


def test_birth_and_sex_come_from_the_number() -> None:
    assert rules.birth_of("11010519491231002X") == date(1949, 12, 31)
    assert rules.sex_of("11010519491231002X") == "F"
    assert rules.birth_of("110105194902310021") is None


def test_every_single_wrong_digit_is_noticed() -> None:
    number = "11010519491231002X"
    for place in range(17):
        for digit in "0123456789":
            if digit != number[place]:
                wrong = number[:place] + digit + number[place + 1 :]
                assert rules.check_digit(wrong) != "X"


@pytest.mark.parametrize(
    ("typed", "digits"),
    [
        ("13800138000", "13800138000"),
        ("+86 138 0013 8000", "13800138000"),
        ("0086-138-0013-8000", "13800138000"),
        ("１３８００１３８０００", "13800138000"),
        ("12800138000", None),
        ("1380013800", None),
        ("+852 6123 4567", None),
        ("+882 16 1380013800", None),
        ("10000000078", None),
        ("", None),
    ],
)
def test_phone_numbers(typed: str, digits: str | None) -> None:
    assert rules.phone(typed) == digits


def test_numbers_that_cannot_be_dialled_exist_in_the_demonstration_only() -> None:
    assert rules.phone("100 0000 0078", demo=True) == "10000000078"
    assert rules.phone("100 0000 0078") is None


@pytest.mark.parametrize(
    ("birth", "today", "years"),
    [
        (date(1948, 3, 5), date(2026, 3, 4), 77),
        (date(1948, 3, 5), date(2026, 3, 5), 78),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
    ],
)
def test_age(birth: date, today: date, years: int) -> None:
    assert rules.age(birth, today) == years


def test_masks_show_enough_for_the_owner_only() -> None:
    assert masks.phone("13812345678") == "138****5678"
    assert rules.mask_name("李秀兰") == "*秀兰"
    assert rules.mask_document("11010519491231002X") == "110***********002X"
    assert masks.phone("") == ""


def test_names_are_compared_without_blanks_and_with_one_kind_of_dot() -> None:
    assert rules.person_name("买买提 • 艾力") == rules.person_name("买买提·艾力")


def test_sessions_rest_and_end() -> None:
    now = datetime(2026, 11, 24, 8, tzinfo=UTC)

    def live(kind: str, mode: str, minutes: int, hours_left: float = 1) -> bool:
        seen, ends = now - timedelta(minutes=minutes), now + timedelta(hours=hours_left)
        return rules.live(kind=kind, mode=mode, last_seen=seen, expires_at=ends, now=now)

    assert live("resident", "standard", 29)
    assert not live("resident", "standard", 30)
    assert live("resident", "elder", 200)
    assert not live("staff", "", 15)
    assert not live("resident", "elder", 1, hours_left=0)


@pytest.mark.parametrize(
    ("channel", "ticked", "enough"),
    [
        ("phone", ["registered-number", "name-and-birth"], True),
        ("phone", ["registered-number"], False),
        ("phone", ["registered-number", "registered-number"], False),
        ("phone", ["registered-number", "id-card"], False),
        ("counter", ["id-card"], True),
        ("counter", [], False),
        ("kiosk", ["id-card"], False),
    ],
)
def test_how_much_verification_is_enough(channel: str, ticked: list[str], enough: bool) -> None:
    ways = rules.ways_to_verify(channel, phone=True, birth=True, home=True, document=True)
    assert rules.verified_enough(channel, ticked, ways) is enough


def test_on_the_phone_only_what_is_on_record_can_be_compared() -> None:
    assert rules.ways_to_verify("phone", phone=True, birth=False, home=False, document=False) == ["registered-number"]
    assert not rules.verified_enough("phone", ["registered-number", "name-and-birth"], ["registered-number"])


def test_a_device_note_tells_browser_and_system_and_no_version() -> None:
    chrome = "Mozilla/5.0 (Linux; Android 14; V2303A) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36"
    assert rules.device(chrome) == "Chrome · Android"
    assert rules.device(chrome + " MicroMessenger/8.0") == "WeChat · Android"
    assert rules.device("curl/8") == ""
