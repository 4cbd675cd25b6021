import pytest

from backend.portal import rules


@pytest.mark.parametrize(
    ("target", "kept"),
    [
        ("/services?mode=elder&lang=en", "/services"),
        ("/search?q=%E4%B8%8A%E6%88%B7&lang=en", "/search?q=%E4%B8%8A%E6%88%B7"),
        ("/", "/"),
    ],
)
def test_an_address_does_not_undo_the_choice(target: str, kept: str) -> None:
    assert rules.without_choices(target) == kept


def test_only_words_that_were_not_typed_are_news() -> None:
    assert rules.news(["户口", "出生登记", "户", "出生登记"], "上户口") == ["出生登记"]


def test_there_are_eight_ways_in_and_six_in_elder_mode() -> None:
    assert (len(rules.SHORTCUTS), len(rules.ELDER_SHORTCUTS)) == (8, 6)
