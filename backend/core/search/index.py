"""The one index behind the one search box."""

from collections.abc import Collection, Iterable, Sequence
from typing import Self

from backend.core.search.documents import Hit, SearchDocument
from backend.core.search.lexicon import Lexicon
from backend.core.search.names import Names
from backend.core.search.pinyin import Vocabulary
from backend.core.search.postings import Postings
from backend.core.search.query import Query, understand
from backend.core.search.ranking import Ranking
from backend.core.search.text import LONGEST, is_chinese, normal, pieces

LEAST = 0.09  # below this a row has nothing to do with the question
RECENT = 64  # questions whose rows are kept
TOP = 1.5  # a score that counts as certain
AGAIN = 0.94  # what each further variant of one group keeps of its score, from the third on


class Index:
    """Rows found by what they say (``Ranking``) and rows found by their name (``Names``), in one answer."""

    def __init__(self, documents: Sequence[SearchDocument], named: Sequence[SearchDocument], lexicon: Lexicon) -> None:
        self.documents, self.lexicon = documents, lexicon
        self.postings = Postings(documents, lexicon.noise)
        self.ranking = Ranking(documents, self.postings, lexicon)
        self.names = Names(named)
        self._recent: dict[str, tuple[Query, list[tuple[float, int]]]] = {}
        self.vocabulary = Vocabulary(_words(self.postings.titles, lexicon))

    @classmethod
    def build(
        cls,
        documents: Iterable[SearchDocument],
        lexicon: Lexicon | None = None,
        *,
        names: Collection[str] = ("hall", "division"),
    ) -> Self:
        """Index rows; those whose kind is in ``names`` are found by name only."""
        full: list[SearchDocument] = []
        named: list[SearchDocument] = []
        for document in documents:
            (named if document.kind in names else full).append(document)
        return cls(full, named, lexicon or Lexicon())

    def find(self, query: str, *, kinds: Collection[str] | None = None, place: str = "", limit: int = 10) -> list[Hit]:
        """The best ``limit`` rows for a question. ``place``: rows of this region or near it come before others."""
        query = query[:LONGEST]
        understood, scored = self._scored(query)
        hits = self._full(understood, scored, kinds, limit) if scored else []
        if kinds is None or not self.names.kinds.isdisjoint(kinds):
            hits += self.names.find(query, understood.plain, kinds=kinds, place=place, limit=limit)
            hits.sort(key=lambda hit: -hit.score)
        return hits[:limit]

    def _scored(self, query: str) -> tuple[Query, list[tuple[float, int]]]:
        """A question is read and scored once, also when a page asks for its kinds of rows one by one."""
        known = self._recent.get(query)
        if known is None:
            understood = understand(query, self.lexicon, self.vocabulary, self.postings)
            known = understood, self.ranking.score(understood) if understood.units else []
            if len(self._recent) >= RECENT:
                self._recent.clear()
            self._recent[query] = known
        return known

    def _full(
        self, query: Query, found: list[tuple[float, int]], kinds: Collection[str] | None, limit: int
    ) -> list[Hit]:
        words = tuple(dict.fromkeys(word for unit in query.units for word in list(unit.words)[:4]))
        scored = [(score, number) for score, number in found if kinds is None or self.documents[number].kind in kinds]
        if not scored:
            return []
        return [
            Hit(document=self.documents[number], score=min(1.0, score / TOP), matched=words)
            for score, number in self._spread(scored)[:limit]
            if score >= LEAST * TOP
        ]

    def _spread(self, scored: list[tuple[float, int]]) -> list[tuple[float, int]]:
        """Let other possibilities in between the variants of one group, and titles that are the same twice."""
        seen: dict[str, int] = {}
        spread = []
        for score, number in scored:
            group = self.documents[number].group or self.postings.titles[number]
            count = seen[group] = seen.get(group, 0) + 1
            spread.append((score * AGAIN ** max(0, count - 2), number))
        spread.sort(key=lambda pair: -pair[0])
        return spread


def _words(titles: Iterable[str], lexicon: Lexicon) -> Iterable[tuple[str, float]]:
    """Everything that could be meant by pinyin, each word once with how common it is."""
    common: dict[str, float] = {}
    for title in titles:
        for piece in pieces(title):
            if not is_chinese(piece):
                continue
            import rjieba  # reads its dictionary, half a second: a command that finds nothing need not

            words = rjieba.cut(piece)
            for size in (1, 2, 3, 4):
                for start in range(len(words) - size + 1):
                    word = "".join(words[start : start + size])
                    common[word] = common.get(word, 0.0) + 1.0 / size
            common[piece] = common.get(piece, 0.0) + 1.0
    for word, weight in lexicon.vocabulary():
        word = normal(word)
        common[word] = max(common.get(word, 0.0), 1.0) + weight * 5
    return common.items()
