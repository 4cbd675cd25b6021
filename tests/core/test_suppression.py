"""A reader with pencil and paper, one with bounds and one with linear algebra: none gets at a small count."""

from collections.abc import Hashable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from backend.core.suppression import Sum, bounds, determined, hidden

LEAST = 10
COUNT = st.one_of(st.integers(0, 12), st.integers(0, 400))


def table(cells: Sequence[Sequence[Sequence[int]]]) -> tuple[dict[Any, int], list[Sum]]:
    """Places × rows × columns with all totals, as a report of halls, ways and ages has them."""
    wide, high, deep = len(cells[0][0]), len(cells[0]), len(cells)
    counts: dict[Any, int] = {}
    for place in [*map(str, range(deep)), "all"]:
        for row in [*map(str, range(high)), "all"]:
            for column in [*map(str, range(wide)), "all"]:
                counts[place, row, column] = sum(
                    cells[p][r][c]
                    for p in range(deep)
                    if place in ("all", str(p))
                    for r in range(high)
                    if row in ("all", str(r))
                    for c in range(wide)
                    if column in ("all", str(c))
                )
    sums = [Sum((p, r, "all"), tuple((p, r, str(c)) for c in range(wide))) for p, r, c in counts if c == "all"]
    sums += [Sum((p, "all", c), tuple((p, str(r), c) for r in range(high))) for p, r, c in counts if r == "all"]
    sums += [Sum(("all", r, c), tuple((str(p), r, c) for p in range(deep))) for p, r, c in counts if p == "all"]
    return counts, sums


def solved_exactly(shown: Mapping[Hashable, int], sums: Sequence[Sum], gone: set[Hashable]) -> set[Hashable]:
    """The hidden counts that Gauss finds with fractions: another way than that of the code."""
    order = sorted(gone, key=repr)
    rows = []
    for line in sums:
        row = [Fraction((key in line.parts) - (key == line.whole)) for key in order]
        if any(row):
            rows.append(row)
    at = 0
    for column in range(len(order)):
        pivot = next((nth for nth in range(at, len(rows)) if rows[nth][column]), None)
        if pivot is None:
            continue
        rows[at], rows[pivot] = rows[pivot], rows[at]
        rows[at] = [each / rows[at][column] for each in rows[at]]
        for nth, row in enumerate(rows):
            if nth != at and row[column]:
                rows[nth] = [mine - row[column] * theirs for mine, theirs in zip(row, rows[at], strict=True)]
        at += 1
    return {order[next(i for i, x in enumerate(row) if x)] for row in rows if sum(map(bool, row)) == 1}


@st.composite
def reports(draw: st.DrawFn) -> list[list[list[int]]]:
    """Up to three places, three ways and three ages."""
    deep, high, wide = draw(st.integers(1, 3)), draw(st.integers(1, 3)), draw(st.integers(1, 3))
    return [[[draw(COUNT) for _ in range(wide)] for _ in range(high)] for _ in range(deep)]


@settings(max_examples=40)
@given(reports())
def test_no_hidden_count_can_be_solved_for(cells: list[list[list[int]]]) -> None:
    counts, sums = table(cells)
    gone = hidden(counts, sums, LEAST)
    shown = {key: n for key, n in counts.items() if key not in gone}
    assert all(n >= LEAST for n in shown.values())
    assert not solved_exactly(shown, sums, gone)


@settings(max_examples=40)
@given(reports())
def test_nobody_gets_nearer_to_a_hidden_count_than_the_threshold(cells: list[list[list[int]]]) -> None:
    counts, sums = table(cells)
    gone = hidden(counts, sums, LEAST)
    known = bounds({key: n for key, n in counts.items() if key not in gone}, sums)
    for key in gone:
        low, high = known.get(key, (0, float("inf")))
        assert low <= counts[key] <= high and high - low >= LEAST


@settings(max_examples=40)
@given(reports())
def test_what_a_line_leaves_over_is_itself_no_small_count(cells: list[list[list[int]]]) -> None:
    counts, sums = table(cells)
    gone = hidden(counts, sums, LEAST)
    for whole, parts in sums:
        rest = [counts[each] for each in parts if each in gone]
        if whole not in gone and rest:
            assert len(rest) > 1 and sum(rest) >= LEAST


@settings(max_examples=40)
@given(reports())
def test_the_quick_solver_finds_what_the_slow_one_finds(cells: list[list[list[int]]]) -> None:
    counts, sums = table(cells)
    small: set[Hashable] = {key for key, n in counts.items() if n < LEAST}
    shown = {key: n for key, n in counts.items() if key not in small}
    assert determined(small, sums) == solved_exactly(shown, sums, small)


def test_one_small_count_takes_a_partner_with_it() -> None:
    counts = {"all": 103, "young": 3, "middle": 40, "old": 60}
    sums = [Sum("all", ("young", "middle", "old"))]
    assert hidden(counts, sums, LEAST) == {"young", "middle"}


def test_parts_that_are_small_together_take_a_third_along() -> None:
    counts = {"all": 65, "a": 2, "b": 3, "c": 60}
    assert hidden(counts, [Sum("all", ("a", "b", "c"))], LEAST) == {"a", "b", "c"}


def test_a_table_without_small_counts_is_shown_whole() -> None:
    counts, sums = table([[[10, 20], [30, 40]]])
    assert hidden(counts, sums, LEAST) == set()
