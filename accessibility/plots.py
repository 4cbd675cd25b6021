"""Numbers in, positions in percent out: what the plot components draw. Words stay words, sized by the reader.

A plot is SVG without a viewBox around its text, so nothing shrinks on a narrow screen; positions are percent, sizes em.
The table beside a plot is its text: the plot itself only names the finding.
"""

import itertools
from collections.abc import Sequence

import msgspec

WORDS = 50.0  # percent of the width from which on the words at the end of a line may stand
GAP = 14.0  # percent of the height that two labels at the ends of lines keep between them


class Bar(msgspec.Struct, frozen=True, kw_only=True):
    """A bar or a column. ``size`` and ``mark`` are percent of the longest; ``mark`` is none where there is nothing."""

    label: str
    shown: str
    size: float
    at: float = 0.0
    mark: float | None = None


class Curve(msgspec.Struct, frozen=True, kw_only=True):
    """A line: ``points`` in a square of 100, the words at its end and how high they stand: the top ones above it."""

    label: str
    points: str
    end: float
    dy: str = "1.3em"


class Curves(msgspec.Struct, frozen=True, kw_only=True):
    """Up to four lines, the names of their points, and the grid: (percent from the top, what it says)."""

    lines: list[Curve]
    labels: list[tuple[float, str]]
    grid: list[tuple[float, str]]


def bars(rows: Sequence[tuple[str, float, str, float | None]]) -> list[Bar]:
    """(label, value, what to show, mark or none), scaled to the longest of all."""
    top = max([value for _, value, _, _ in rows] + [mark or 0.0 for *_, mark in rows] + [0.001])
    step = 100 / max(1, len(rows))
    return [
        Bar(
            label=label, shown=shown, size=round(100 * value / top, 1), at=round(nth * step, 2),
            mark=None if mark is None else round(100 * mark / top, 1),
        )
        for nth, (label, value, shown, mark) in enumerate(rows)
    ]  # fmt: skip


def curves(labels: Sequence[str], series: Sequence[tuple[str, Sequence[float]]]) -> Curves:
    """Lines over the same points; their end labels are moved apart where the ends are close."""
    top = _round_up(max([value for _, values in series for value in values] + [1.0]))
    across = [round(100 * nth / max(1, len(labels) - 1), 2) for nth in range(len(labels))]
    heights = [[100 - 100 * value / top for value in values] for _, values in series]
    above = min(range(len(heights)), key=lambda nth: heights[nth][-1], default=0)
    ends = _apart([_clear(each, across, over=nth == above) for nth, each in enumerate(heights)])
    drawn = [
        Curve(label=name, end=round(end, 1), dy="-.6em" if nth == above else "1.3em", points=" ".join(
            f"{x},{round(100 - 100 * value / top, 2)}" for x, value in zip(across, values, strict=True)))
        for nth, ((name, values), end) in enumerate(zip(series, ends, strict=True))
    ]  # fmt: skip
    half = top / 2
    return Curves(
        lines=drawn, labels=list(zip(across, labels, strict=True)),
        grid=[(0.0, f"{top:g}"), (50.0, f"{half:g}"), (100.0, "0")],
    )  # fmt: skip


def _clear(heights: list[float], across: list[float], *, over: bool) -> float:
    """Where words at the end of a line are not crossed by it: they reach back over half of the width."""
    first = next(nth for nth, at in enumerate(across) if at >= WORDS or nth == len(across) - 1)
    near = heights[first:]
    if first:
        part = (WORDS - across[first - 1]) / (across[first] - across[first - 1])
        near = [*near, heights[first - 1] + part * (heights[first] - heights[first - 1])]
    return min(near) if over else max(near)


def _round_up(value: float) -> float:
    """The next number that is easy to read: 2, 4, 10, 20, 40, 100 …"""
    size = 1.0
    while True:
        for nice in (2.0, 4.0, 10.0):
            if value <= nice * size:
                return nice * size
        size *= 10


def _apart(heights: list[float]) -> list[float]:
    order = sorted(range(len(heights)), key=heights.__getitem__)
    placed = list(heights)
    for before, after in itertools.pairwise(order):
        placed[after] = max(placed[after], placed[before] + GAP)
    over = max([placed[each] - 100 for each in order] + [0.0])
    return [each - over for each in placed]
