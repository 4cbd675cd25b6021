"""Which counts of a table may be shown, so that no small one can be had by subtraction (主抑制与次级抑制).

A count below ``least`` is hidden, and with it as many others as it takes: sums are public knowledge, and whoever knows
a total and all parts but one knows that one too. Three attacks are made on the table until none succeeds:

* one line: a total less the parts that are shown leaves a single part, or parts that are together below ``least``;
* narrowing: no count is negative, so lines bound one another; nobody may get nearer than ``least`` to a hidden count;
* solving: all lines at once as linear equations. A count is determined exactly when it is zero in every solution of
  the homogeneous system; one random solution, modulo a large prime, tells that for all counts at the same time.
"""

import heapq
import random
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import NamedTuple, TypeVar

K = TypeVar("K", bound=Hashable)
PRIME = 2**61 - 1
AT_ONCE = 8  # a round covers this part of what is open
SEED = 20260719  # the same table always hides the same counts


class Sum(NamedTuple):
    """``whole`` is the sum of ``parts``, and everybody knows that it is."""

    whole: Hashable
    parts: tuple[Hashable, ...]


def hidden(counts: Mapping[K, int], sums: Sequence[Sum], least: int) -> set[K]:
    """The keys of the counts that must not be shown."""
    table = _Table(counts, sums, least)
    while more := table.lone() or table.narrowed() or table.solved():
        table.gone |= more
    return table.gone  # type: ignore[return-value]


def bounds(shown: Mapping[K, int], sums: Sequence[Sum]) -> dict[Hashable, tuple[float, float]]:
    """What everybody can conclude about each count: at least and at most; equal for what is shown."""
    known: dict[Hashable, tuple[float, float]] = {key: (n, n) for key, n in shown.items()}
    moving = True
    while moving:
        moving = False
        for whole, parts in sums:
            low = sum(known.get(each, ANY)[0] for each in parts)
            high = sum(known.get(each, ANY)[1] for each in parts)
            moving |= _tighten(known, whole, low, high)
            least, most = known[whole]
            for each in parts:
                mine = known.get(each, ANY)
                others = high - mine[1] if mine[1] < INFINITE else _sum_of_others(known, parts, each)
                moving |= _tighten(known, each, least - others, most - (low - mine[0]))
                now = known[each]
                low, high = low + now[0] - mine[0], others + now[1]
    return known


INFINITE = float("inf")
ANY = (0.0, INFINITE)


def determined(gone: Iterable[Hashable], sums: Sequence[Sum]) -> set[Hashable]:
    """The hidden counts whose exact value follows from what is shown, by any combination of the sums."""
    unknown = set(gone)
    rows: dict[int, dict[Hashable, int]] = {}
    for nth, (whole, parts) in enumerate(sums):
        row = {each: 1 for each in parts if each in unknown} | ({whole: PRIME - 1} if whole in unknown else {})
        if row:
            rows[nth] = row
    solution = _random_solution(rows, random.Random(SEED))
    return {key for key, value in solution.items() if value == 0}


class _Table:
    """The table while it is being covered."""

    def __init__(self, counts: Mapping[K, int], sums: Sequence[Sum], least: int) -> None:
        self.counts: Mapping[Hashable, int] = counts  # type: ignore[assignment]
        self.sums, self.least = sums, least
        self.gone: set[Hashable] = {key for key, n in counts.items() if n < least}
        self.lines: dict[Hashable, list[Sum]] = defaultdict(list)
        for line in sums:
            for each in (line.whole, *line.parts):
                self.lines[each].append(line)

    def lone(self) -> set[Hashable]:
        """A partner for whatever one line alone gives away."""
        more: set[Hashable] = set()
        for line in self.sums:
            covered = [each for each in line.parts if each in self.gone or each in more]
            if line.whole in self.gone or line.whole in more:
                safe = bool(covered)
            else:
                safe = not covered or (len(covered) > 1 and sum(self.counts[each] for each in covered) >= self.least)
            if not safe:
                more |= self._smallest(line.parts, more) or self._smallest([line.whole], more)
        return more

    def narrowed(self) -> set[Hashable]:
        """Partners for what all lines together bound too closely."""
        shown = {key: n for key, n in self.counts.items() if key not in self.gone}
        known = bounds(shown, self.sums)
        near = [key for key in self.gone if known.get(key, ANY)[1] - known.get(key, ANY)[0] < self.least]
        return self._partners(near)

    def solved(self) -> set[Hashable]:
        """Partners for what the equations determine."""
        return self._partners(determined(self.gone, self.sums))

    def _partners(self, cells: Iterable[Hashable]) -> set[Hashable]:
        """The smallest partners first, few at a time: one partner often covers many cells around it."""
        found = {self._nearest(cell) for cell in cells} - {None}
        order = sorted(found, key=lambda each: (self.counts[each], repr(each)))
        return set(order[: max(1, len(order) // AT_ONCE)])

    def _nearest(self, cell: Hashable) -> Hashable | None:
        """The smallest count still shown in the lines of the cell or, when there is none, of its neighbours."""
        ring, seen = [cell], {cell}
        while ring:
            around = [each for key in ring for line in self.lines[key] for each in (line.whole, *line.parts)]
            if found := self._smallest(around, set()):
                return next(iter(found))
            ring = list(dict.fromkeys(each for each in around if each not in seen))
            seen.update(ring)
        return None

    def _smallest(self, cells: Iterable[Hashable], more: set[Hashable]) -> set[Hashable]:
        shown = [each for each in cells if each not in self.gone and each not in more]
        return {min(shown, key=lambda each: (self.counts[each], repr(each)))} if shown else set()


def _tighten(known: dict[Hashable, tuple[float, float]], key: Hashable, low: float, high: float) -> bool:
    before = known.get(key, ANY)
    known[key] = max(before[0], low), min(before[1], high)
    return known[key] != before


def _sum_of_others(known: Mapping[Hashable, tuple[float, float]], parts: Iterable[Hashable], one: Hashable) -> float:
    return sum(known.get(each, ANY)[1] for each in parts if each != one)


def _random_solution(rows: dict[int, dict[Hashable, int]], chance: random.Random) -> dict[Hashable, int]:
    """A random solution of the homogeneous equations: the rarest unknown is eliminated first, so rows stay short."""
    columns: dict[Hashable, set[int]] = defaultdict(set)
    for nth, row in rows.items():
        for key in row:
            columns[key].add(nth)
    order = [(len(found), nth, key) for nth, (key, found) in enumerate(columns.items())]
    rank = {key: nth for _, nth, key in order}
    heapq.heapify(order)
    solved: list[tuple[Hashable, dict[Hashable, int]]] = []
    while order:
        size, _, key = heapq.heappop(order)
        if not columns[key]:
            continue
        if size != len(columns[key]):
            heapq.heappush(order, (len(columns[key]), rank[key], key))
            continue
        solved.append((key, _eliminate(rows, columns, key)))
    value = {key: chance.randrange(1, PRIME) for key in columns}
    for key, row in reversed(solved):
        rest = sum(factor * value[each] for each, factor in row.items() if each != key)
        value[key] = -rest * pow(row[key], -1, PRIME) % PRIME
    return value


def _eliminate(
    rows: dict[int, dict[Hashable, int]], columns: dict[Hashable, set[int]], key: Hashable
) -> dict[Hashable, int]:
    """Take the shortest row with the unknown out of the system and put it into all others."""
    first = min(columns[key], key=lambda nth: (len(rows[nth]), nth))
    pivot = rows.pop(first)
    for each in pivot:
        columns[each].discard(first)
    inverse = pow(pivot[key], -1, PRIME)
    for nth in list(columns[key]):
        row = rows[nth]
        factor = -row[key] * inverse % PRIME
        for each, amount in pivot.items():
            new = (row.get(each, 0) + factor * amount) % PRIME
            if new:
                row[each] = new
                columns[each].add(nth)
            elif each in row:
                del row[each]
                columns[each].discard(nth)
    return pivot
