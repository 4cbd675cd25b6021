"""What a template says and costs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.messaging import rules

TEXT = "((Full name)) 您好，((under 18??请家长签字。))号码 ((number))"


def test_placeholders_are_found_once_and_in_order() -> None:
    assert rules.names(TEXT + "((full_name))") == ["Full name", "under 18", "number"]
    assert rules.names("(one) ((two)) ((") == ["two"]


def test_names_are_the_same_whatever_their_case_and_blanks() -> None:
    assert rules.missing(TEXT, {"FULL-NAME": "", "Under18": "yes"}) == ["number"]


@pytest.mark.parametrize(("value", "shown"), [("yes", "请家长签字。"), ("是", "请家长签字。"), ("no", ""), ("", "")])
def test_a_conditional_shows_its_words_for_yes_only(value: str, shown: str) -> None:
    made = rules.filled(TEXT, {"full name": "李秀兰", "under18": value, "number": "7"})
    assert made == f"李秀兰 您好，{shown}号码 7"


@given(st.text(max_size=40), st.text(max_size=40))
def test_a_value_is_never_read_as_a_placeholder(one: str, two: str) -> None:
    assert rules.filled("((a))|((b))", {"a": one, "b": two}) == f"{one}|{two}"


@pytest.mark.parametrize("text", ["((name 您好", "name)) 您好", "((a??b", "您好 (("])
def test_half_a_placeholder_is_found(text: str) -> None:
    assert rules.torn(text) and not rules.torn("((name))（您好）(a) (((b)))((c??d(e)))")


@given(st.text(max_size=400), st.text(max_size=5))
def test_a_longer_text_never_has_fewer_parts(text: str, more: str) -> None:
    assert rules.size(text + more).parts >= rules.size(text).parts >= 1


@pytest.mark.parametrize(
    ("text", "signs", "parts"),
    [
        ("字" * 70, 70, 1), ("字" * 71, 71, 2), ("字" * 134, 134, 2), ("字" * 135, 135, 3), ("a" * 160, 160, 1),
        ("a" * 161, 161, 2), ("a" * 307, 307, 3), ("€" * 80, 160, 1), ("€" * 81, 162, 2), ("😀" * 35, 70, 1),
        ("😀" * 36, 72, 2), ("a" * 80 + "字", 81, 2),
    ],
)  # fmt: skip
def test_parts_are_counted_as_the_network_does(text: str, signs: int, parts: int) -> None:
    found = rules.size(text)
    assert (found.signs, found.parts, found.cost) == (signs, parts, parts * rules.COST)


@pytest.mark.parametrize(
    ("key", "good", "bad"),
    [
        ("thing01", "办理身份证", "一" * 21), ("number1", "9" * 32, "9" * 33), ("letter2", "abc", "a1"),
        ("symbol3", "#%", "a"), ("character_string4", "A-12", "甲12"), ("time5", "2026年12月1日 15:01", "three"),
        ("time6", "15:01~16:00", "15.01"), ("date7", "2026-12-01", "2026-12/01"), ("amount8", "￥100.50元", "一百"),
        ("phone_number9", "+86-0451-84604444", "1" * 18), ("car_number10", "黑A12345挂", "黑A1234567挂"),
        ("name11", "李秀兰", "李" * 11), ("phrase12", "已受理", "accepted"), ("enum13", "A", ""),
        ("thing1", "一行", "一\n行"),
    ],
)  # fmt: skip
def test_values_of_a_subscribe_message_are_of_their_type(key: str, good: str, bad: str) -> None:
    assert rules.unfit({key: good}) == {}
    assert list(rules.unfit({key: bad})) == [key]


def test_a_template_of_a_subscribe_message_is_looked_at_before_it_has_values() -> None:
    good = "thing01=((name))\n phrase2 = 已受理\n"
    assert rules.values_of(good) == {"thing01": "((name))", "phrase2": "已受理"} and rules.unfit_text(good) == {}
    assert list(rules.unfit_text("phrase2=accepted\ncolour1=((red))\nwords")) == ["phrase2", "words", "colour1"]
    assert list(rules.unfit_text("thing01=((name))\nthing01=abc")) == ["thing01"]


def test_a_key_of_no_known_type_is_refused() -> None:
    assert list(rules.unfit({"colour1": "red", "thing": "x"})) == ["colour1", "thing"]
