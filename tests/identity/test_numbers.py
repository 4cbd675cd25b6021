"""Numbers of documents: kinds, forms, check digits, birthdays."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.identity import rules

REGIONS = ("230103", "110105", "440524", "810000", "820000", "830000", "932682")
numbers = st.builds(
    lambda region, days, sequence: _with_check(f"{region}{date(1900, 1, 1) + timedelta(days):%Y%m%d}{sequence:03d}"),
    st.sampled_from(REGIONS), st.integers(0, 46_000), st.integers(0, 999),
)  # fmt: skip


def _with_check(body: str) -> str:
    return body + rules.check_digit(body)


@given(numbers, st.integers(0, 17), st.sampled_from("0123456789X"))
def test_every_single_wrong_sign_is_noticed(number: str, place: int, sign: str) -> None:
    assert rules.document_kind(number) is not None
    if number[place] != sign:
        assert rules.document_kind(number[:place] + sign + number[place + 1 :]) is None


@given(numbers, st.integers(0, 16))
def test_every_swap_of_neighbours_is_noticed(number: str, place: int) -> None:
    if number[place] != number[place + 1]:
        swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
        assert rules.document_kind(swapped) is None


@given(numbers)
def test_the_birthday_and_the_age_are_those_in_the_number(number: str) -> None:
    birth = rules.birth_in(number, rules.document_kind(number))
    assert birth is not None and f"{birth:%Y%m%d}" == number[6:14]
    assert rules.age(birth, birth) == 0


@given(st.text(max_size=40))
def test_no_text_upsets_it(text: str) -> None:
    assert rules.document_kind(text) in (None, *rules.DOCUMENT_KINDS)
    for kind in rules.DOCUMENT_KINDS:
        assert rules.document_kind(text, named=kind) in (None, kind)


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        ("passport", "E12345678"),
        ("passport", "EA1234567"),
        ("passport", "G12345678"),
        ("passport", "DE1234567"),
        ("foreign-passport", "RUS 751234567"),
        ("foreign-passport", "KORM12345678"),
        ("hk-macau-travel-permit", "H12345678"),
        ("hk-macau-travel-permit", "M1234567801"),
        ("taiwan-travel-permit", "12345678"),
        ("taiwan-travel-permit", "1234567890B"),
        ("household-register", "11010519491231002x"),
        ("officer", "军字第20012345号"),
        ("soldier", "士字第2001234"),
        ("foreign-permanent-2017", "USA123456789012"),
        ("foreign-permanent", "932682198501010017"),
        ("hk-permit", "810000199408230021"),
        ("taiwan-permit", "830000199201300022"),
        ("citizen", "11010519491231002X"),
    ],
)
def test_each_kind_of_document_has_its_form(kind: str, number: str) -> None:
    assert rules.document_kind(number, named=kind) == kind


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        ("passport", "EI1234567"),  # no I and no O, they look like 1 and 0
        ("passport", "X12345678"),
        ("foreign-passport", "RUSABCDEFG"),
        ("hk-macau-travel-permit", "K12345678"),
        ("taiwan-travel-permit", "1234567"),
        ("household-register", "810000199408230021"),
        ("officer", "12345678"),
        ("citizen", "810000199408230021"),
        ("hk-permit", "11010519491231002X"),
        ("library-card", "11010519491231002X"),
    ],
)
def test_a_number_of_another_form_is_not_of_the_kind(kind: str, number: str) -> None:
    assert rules.document_kind(number, named=kind) is None


def test_kinds_that_look_alike_must_be_named() -> None:
    assert rules.document_kind("12345678") is None
    assert rules.document_kind("E12345678") is None


def test_a_province_that_does_not_exist_has_no_citizens() -> None:
    assert rules.document_kind(_with_check("00010519491231002")) is None
    assert rules.document_kind(_with_check("98268219850101001")) is None


def test_equal_digits_of_different_documents_are_different_keys() -> None:
    permit, passport = (rules.document_key("12345678", kind) for kind in ("taiwan-travel-permit", "officer"))
    assert permit != passport


def test_the_number_in_the_household_register_is_that_of_the_later_card() -> None:
    number = "11010519491231002X"
    assert rules.document_key(number, "household-register") == rules.document_key(number, "citizen")


def test_kinds_without_a_birthday_tell_none() -> None:
    assert rules.birth_in("E12345678", "passport") is None
    assert rules.birth_in("11010519491231002X", "household-register") == date(1949, 12, 31)
