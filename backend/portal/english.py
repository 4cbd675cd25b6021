"""Questions in English: the English names of rows, by their words. The index itself reads Chinese and pinyin."""

import re
from collections.abc import Collection
from math import log

from backend.core.search import Hit, Index, SearchDocument

SAY_NOTHING = frozenset(
    {
        "a",
        "am",
        "an",
        "and",
        "are",
        "at",
        "by",
        "can",
        "do",
        "for",
        "get",
        "have",
        "having",
        "how",
        "i",
        "in",
        "is",
        "my",
    }
    | {"me", "need", "of", "on", "or", "the", "to", "want", "what", "where", "with"}
)
ENOUGH = 0.5  # share of the question's weight that a name must hold


class English:
    """Words → rows of one index. Rare words weigh more."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self.rows: list[tuple[SearchDocument, int]] = []
        self.words: dict[str, list[int]] = {}
        for document in (*index.documents, *index.names.documents):
            found = {word for alias in document.aliases if alias.isascii() for word in words(alias)}
            for word in found:
                self.words.setdefault(word, []).append(len(self.rows))
            if found:
                self.rows.append((document, len(found)))
        services = {alias for document in index.documents for alias in document.aliases if alias.isascii()}
        self.spoken = {word for alias in services for word in words(alias)}

    def speaks(self, query: str) -> bool:
        """Whether the question is English and not pinyin: it has a small English word, or one of a service's name."""
        asked = re.findall(r"[a-z]+", query.lower())
        small = any(len(word) > 1 and word in SAY_NOTHING for word in asked)
        return small or any(len(word) > 3 and word in self.spoken for word in words(query))

    def find(self, query: str, *, kinds: Collection[str], place: str, limit: int) -> list[Hit]:
        """The rows whose English names hold most of the question."""
        asked = {word: log(2 + len(self.rows) / (1 + len(self.words.get(word, ())))) for word in words(query)}
        total = sum(asked.values())
        held: dict[int, float] = {}
        for word, weight in asked.items():
            for number in self.words.get(word, ()):
                held[number] = held.get(number, 0.0) + weight
        scored = [
            (self._score(number, weight / total, len(asked), place), number)
            for number, weight in held.items()
            if weight >= ENOUGH * total and self.rows[number][0].kind in kinds
        ]
        scored.sort(key=lambda pair: (-pair[0], pair[1]))
        return [Hit(document=self.rows[number][0], score=min(1.0, score)) for score, number in scored[:limit]]

    def _score(self, number: int, share: float, asked: int, place: str) -> float:
        document, size = self.rows[number]
        near = 0.05 if place[:4] and document.region.startswith(place[:4]) else 0.0
        return 0.6 * share + 0.25 * min(1.0, asked / size) + 0.1 * document.weight + near


_made: list[English] = []


def of(index: Index) -> English:
    """The English side of the index in use; made once for each index."""
    if not _made or _made[0].index is not index:
        _made[:] = [English(index)]
    return _made[0]


def words(text: str) -> set[str]:
    """The words that say something, without plural s."""
    found = re.findall(r"[a-z0-9]+", text.lower().replace("'", ""))
    return {word[:-1] if len(word) > 3 and word.endswith("s") else word for word in found} - SAY_NOTHING
