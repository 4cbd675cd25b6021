"""Measuring the search: questions of citizens with the items that answer them."""

import argparse
import re
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from backend.catalogue import search
from backend.core.search import Hit, Index

DATA = Path(__file__).parent / "data"
OURS = (DATA / "search_dev.jsonl", DATA / "search_test.jsonl")
SHOWN = 10
_MARK = re.compile(r"[（(](县级行使|县级|市级|县级权限|转链接)[)）]")


class Question(msgspec.Struct, frozen=True):
    """What somebody typed, and the ids or names of the items that answer it. ``style`` groups the figures."""

    query: str
    answers: list[str]
    style: str = "all"


class Measured(msgspec.Struct):
    """Figures of a file: by style how many, how many right first, among the first five; and seconds per question."""

    styles: dict[str, list[int]]
    seconds: list[float]
    failures: list[tuple[int | None, Question, list[Hit]]]

    def share(self, place: int, style: str = "all") -> float:
        """Percent right first (1) or among the first five (2)."""
        counts = self.styles[style]
        return 100 * counts[place] / counts[0]


def questions(path: Path) -> list[Question]:
    """The questions of a JSON Lines file."""
    return [msgspec.json.decode(line, type=Question) for line in path.read_bytes().splitlines() if line.strip()]


def measure(index: Index, asked: Iterable[Question]) -> Measured:
    """Ask every question. Time is processor time, so that a busy machine does not change it."""
    result = Measured(styles=defaultdict(lambda: [0, 0, 0]), seconds=[], failures=[])
    for question in asked:
        start = time.process_time()
        hits = index.find(question.query, kinds={"item"}, limit=SHOWN)
        result.seconds.append(time.process_time() - start)
        place = _place(hits, question.answers)
        for style in {question.style, "all"}:
            counts = result.styles[style]
            counts[0] += 1
            counts[1] += place == 0
            counts[2] += place is not None and place < 5
        if place != 0:
            result.failures.append((place, question, hits))
    return result


def _place(hits: Sequence[Hit], answers: Sequence[str]) -> int | None:
    """Where the first right item stands. Twins of one name from two sources are the same answer."""
    right = {_MARK.sub("", answer) for answer in answers}
    for place, hit in enumerate(hits):
        if hit.document.id in right or _MARK.sub("", hit.document.title) in right:
            return place
    return None


async def search_eval(argv: list[str]) -> int:
    """Print how often the right item comes first and among the first five, how fast, and what went wrong."""
    parser = argparse.ArgumentParser(prog="python -m backend search-eval")
    parser.add_argument("files", nargs="*", type=Path, default=OURS, help='JSON Lines: {"query": …, "answers": [id …]}')
    parser.add_argument("--quiet", action="store_true", help="only the figures")
    asked = parser.parse_args(argv)
    index = Index.build(await search.documents(), search.lexicon())
    for path in asked.files:
        _print(path.name, measure(index, questions(path)), quiet=asked.quiet)
    return 0


def _print(name: str, result: Measured, *, quiet: bool) -> None:
    for place, question, hits in [] if quiet else result.failures:
        found = " ; ".join(hit.document.title[:24] for hit in hits[:3])
        where = "not found" if place is None else f"place {place + 1}"
        print(f"{where:>9}  {question.query}  wanted {question.answers[0][:30]}  got {found}")
    print(f"\n{name}")
    for style, counts in sorted(result.styles.items(), key=lambda pair: (pair[0] == "all", pair[0])):
        first, five = result.share(1, style), result.share(2, style)
        print(f"{style:>10}  {counts[0]:>4} questions   first {first:5.1f} %   first five {five:5.1f} %")
    seconds = sorted(result.seconds)
    p50, p95 = (1000 * seconds[int(len(seconds) * share)] for share in (0.5, 0.95))
    print(f"{'time':>10}  p50 {p50:.2f} ms   p95 {p95:.2f} ms\n")
