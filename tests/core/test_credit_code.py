"""统一社会信用代码: published codes, and what the check digits notice."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.core.credit_code import SIGNS, check_sign, checks, credit_code, organisation_check

VECTORS = json.loads((Path(__file__).parent / "data" / "credit_codes.json").read_text())
bodies = st.text(alphabet="0123456789", min_size=8, max_size=8)
heads = st.text(alphabet=SIGNS, min_size=8, max_size=8)


def code_of(head: str, body: str) -> str:
    check = organisation_check(body)
    front = head + body + check
    return front + check_sign(front)


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: case["code"])
def test_published_codes(case: dict[str, object]) -> None:
    code = str(case["code"])
    assert (check_sign(code) == code[17]) == case["valid_check"]
    assert (organisation_check(code[8:16]) == code[16]) == case["org_check_ok"]
    assert (credit_code(code) == code) == (case["valid_check"] and case["org_check_ok"])


def test_a_code_that_was_really_issued_with_a_wrong_check_can_be_taken_over_but_not_typed() -> None:
    assert credit_code("91350211M0000XUF46") is None
    assert credit_code("91350211M0000XUF46", imported=True) == "91350211M0000XUF46"


def test_small_letters_blanks_and_full_width_signs_are_fine() -> None:
    assert credit_code(" 9144 0300 7152 6726 xg ") == "9144030071526726XG"
    assert credit_code("９１４４０３００７１５２６７２６ＸＧ") == "9144030071526726XG"


@pytest.mark.parametrize("text", ["", "9144030071526726X", "9144030071526726XI", "91440300715267260OG", "x" * 500])
def test_what_has_not_the_form_is_no_code_at_all(text: str) -> None:
    assert credit_code(text, imported=True) is None


def test_a_sum_that_is_a_multiple_of_31_gives_0() -> None:
    found = next(code for number in range(1000) if (code := code_of("91230103", f"{number:08d}"))[-1] == "0")
    assert credit_code(found) == found


@given(heads, bodies, st.integers(0, 17), st.sampled_from(SIGNS))
def test_every_single_wrong_sign_is_noticed(head: str, body: str, place: int, sign: str) -> None:
    code = code_of(head, body)
    if formed(code) and code[place] != sign:
        assert not checks(code[:place] + sign + code[place + 1 :])


@given(heads, bodies, st.integers(0, 16))
def test_every_swap_of_neighbours_is_noticed(head: str, body: str, place: int) -> None:
    code = code_of(head, body)
    if formed(code) and code[place] != code[place + 1]:
        assert not checks(code[:place] + code[place + 1] + code[place] + code[place + 2 :])


def formed(code: str) -> bool:
    return credit_code(code, imported=True) == code
