"""Where bars, columns and lines stand, and that words at the ends of lines do not cover each other."""

import itertools

from accessibility.plots import GAP, bars, curves


def test_the_longest_bar_or_mark_fills_the_width() -> None:
    one, two = bars([("a", 30, "30", 60.0), ("b", 15, "15", None)])
    assert (one.size, one.mark, two.size, two.mark) == (50.0, 100.0, 25.0, None)
    assert (one.at, two.at) == (0.0, 50.0)


def test_nothing_at_all_is_drawn_as_nothing() -> None:
    assert bars([("a", 0, "0", None)])[0].size == 0.0
    assert bars([]) == []


def test_lines_begin_at_zero_and_end_at_a_round_number() -> None:
    drawn = curves(["Sep", "Oct"], [("older", [5, 3]), ("others", [2, 2])])
    assert drawn.grid[0] == (0.0, "10") and drawn.grid[-1] == (100.0, "0")
    assert drawn.lines[0].points == "0.0,50.0 100.0,70.0"


def test_words_at_the_end_of_a_line_are_not_crossed_by_it() -> None:
    falling, flat = curves(["8", "9", "10"], [("older", [5, 4, 3]), ("others", [2, 2, 2])]).lines
    assert (falling.end, falling.dy) == (60.0, "-.6em"), "as high as the line is where the words begin"
    assert (flat.end, flat.dy) == (80.0, "1.3em")
    steep = curves(["9", "10"], [("older", [9, 1])]).lines[0]
    assert steep.end == 50.0


def test_labels_at_the_ends_keep_their_distance_and_stay_inside() -> None:
    drawn = curves(["1", "2"], [("a", [1, 0]), ("b", [1, 0]), ("c", [1, 0.1])])
    ends = sorted(line.end for line in drawn.lines)
    assert ends[-1] <= 100 and min(b - a for a, b in itertools.pairwise(ends)) >= GAP - 0.1
