"""The inverted index: which rows hold a token, and how heavily; and how rare a token is."""

import math
from collections.abc import Iterable, Sequence

from backend.core.search.documents import SearchDocument
from backend.core.search.pinyin import sound_pairs
from backend.core.search.text import is_chinese, normal, pairs, pieces, tokens

BODY_LIMIT = 600  # characters of body text a row is found by


class Postings:
    """Token → rows and weights (1.0: in the title). ``idf`` is measured on titles only."""

    def __init__(self, documents: Sequence[SearchDocument], noise: Iterable[str]) -> None:
        self.rows: dict[str, tuple[list[int], list[float]]] = {}
        self.sounds: dict[str, tuple[list[int], list[float]]] = {}
        self.titles: list[str] = []
        self.title_tokens: list[dict[str, float]] = []
        self.size = len(documents)
        counts: dict[str, int] = {}
        noise = list(noise)
        for number, document in enumerate(documents):
            title = quiet(normal(document.title), noise)
            mine = tokens(title)
            self.titles.append(title)
            self.title_tokens.append({token: weight for token, weight in mine.items() if weight == 1.0})
            for token in mine:
                counts[token] = counts.get(token, 0) + 1
            self._add(number, document, mine, title)
        self.idf = {token: math.log(1 + (self.size - n + 0.5) / (n + 0.5)) for token, n in counts.items()}
        self.rare = math.log(1 + self.size)

    def _add(self, number: int, document: SearchDocument, mine: dict[str, float], title: str) -> None:
        weights = dict.fromkeys(mine, 1.0)
        further = [*((alias, 0.9) for alias in document.aliases), *document.body]
        for text, weight in further:
            for token in tokens(normal(text)[:BODY_LIMIT]):
                if weights.get(token, 0.0) < weight:
                    weights[token] = weight
        for token, weight in weights.items():
            numbers, values = self.rows.setdefault(token, ([], []))
            numbers.append(number)
            values.append(weight)
        heard = {sound for piece in pieces(title) if is_chinese(piece) for sound in sound_pairs(piece)}
        for sound in heard:
            numbers, values = self.sounds.setdefault(sound, ([], []))
            numbers.append(number)
            values.append(1.0)

    def mass(self, found: dict[str, float]) -> float:
        """How much a text says: its tokens by rarity. Tokens that no title holds say nothing."""
        idf = self.idf
        return sum(weight * idf[token] for token, weight in found.items() if token in idf)

    def known(self, pair: str) -> bool:
        """Whether some title has this token."""
        return pair in self.idf

    def match(self, text: str, least: float) -> dict[int, float]:
        """Rows by the share (0–1) of this text's mass that they hold, from ``least`` up."""
        wanted = {token: weight for token, weight in tokens(text).items() if weight == 1.0} or tokens(text)
        whole = sum(self.idf.get(token, self.rare) * weight for token, weight in wanted.items())
        shares: dict[int, float] = {}
        for token, weight in wanted.items():
            if token not in self.rows:
                continue
            part = weight * self.idf.get(token, self.rare) / whole
            numbers, values = self.rows[token]
            for number, value in zip(numbers, values, strict=True):
                shares[number] = shares.get(number, 0.0) + part * value
        return {number: share for number, share in shares.items() if share >= least}


def quiet(title: str, noise: Sequence[str]) -> str:
    """A title without the words that say nothing when they stand alone in brackets, or close the title."""
    for word in noise:
        title = title.replace(f"({word})", "")
        if title.endswith(word) and len(title) > len(word) + 1:
            title = title[: -len(word)]
        if title.startswith(word) and len(title) > len(word) + 3:
            title = title[len(word) :]
    return title


__all__ = ["Postings", "pairs", "quiet"]
