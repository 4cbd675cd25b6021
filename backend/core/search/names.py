"""Rows found by their name alone: many, short, and all that anybody types is part of the name."""

from bisect import bisect_left
from collections.abc import Collection, Sequence

from backend.core.search.documents import Hit, SearchDocument
from backend.core.search.text import is_chinese, normal, pairs, pieces

SHARE = 0.6  # how much of the question a name must cover
PREFIXES = 200  # rows looked at behind a pinyin prefix


class Names:
    """Pairs of characters → rows, and the sounds of names in order."""

    def __init__(self, documents: Sequence[SearchDocument]) -> None:
        self.documents = documents
        self.kinds = {document.kind for document in documents}
        self._pairs: dict[str, list[int]] = {}
        self._exact: dict[str, list[int]] = {}
        sounds: list[tuple[str, int]] = []
        for number, document in enumerate(documents):
            title = normal(document.title)
            self._exact.setdefault(title, []).append(number)
            for alias in document.aliases:
                self._exact.setdefault(normal(alias), []).append(number)
            for pair in set(pairs(title)):
                self._pairs.setdefault(pair, []).append(number)
            if document.pinyin:
                parts = document.pinyin.split()
                sounds.append(("".join(parts), number))
                if len(parts) > 1:
                    sounds.append(("".join(part[0] for part in parts), number))
        sounds.sort()
        self._sounds = [sound for sound, _ in sounds]
        self._sound_rows = [number for _, number in sounds]

    def find(self, query: str, plain: str, *, kinds: Collection[str] | None, place: str, limit: int) -> list[Hit]:
        """Names that the question is (part of), or that stand in it."""
        text = "".join(pieces(normal(query)))
        found: dict[int, float] = {}
        if text and text.isascii() and text.isalpha():
            self._by_sound(text, found)
        else:
            chinese = "".join(piece for piece in pieces(normal(query)) if is_chinese(piece))
            for words in dict.fromkeys((chinese, "".join(p for p in pieces(plain) if is_chinese(p)))):
                self._by_words(words, found)
        ranked = [
            (self._final(number, score, place), number)
            for number, score in found.items()
            if kinds is None or self.documents[number].kind in kinds
        ]
        ranked.sort(key=lambda pair: (-pair[0], pair[1]))
        return [Hit(document=self.documents[number], score=min(1.0, score)) for score, number in ranked[:limit]]

    def _final(self, number: int, score: float, place: str) -> float:
        document = self.documents[number]
        near = 0
        while near < min(len(place), len(document.region)) and place[near] == document.region[near]:
            near += 1
        return score + 0.06 * document.weight + 0.012 * (near if near >= 4 else 0)

    def _by_words(self, words: str, found: dict[int, float]) -> None:
        for number in self._exact.get(words, ()):
            found[number] = 0.9
        wanted = set(pairs(words))
        held: dict[int, int] = {}
        for pair in wanted:
            for number in self._pairs.get(pair, ()):
                held[number] = held.get(number, 0) + 1
        least = SHARE * len(wanted)
        for number, count in held.items():
            if count >= least:
                size = max(1, len(self.documents[number].title) - 1)
                score = 0.8 * (0.55 * count / len(wanted) + 0.35 * min(1.0, count / size))
                if self.documents[number].title.startswith(words):
                    score += 0.08
                found[number] = max(found.get(number, 0.0), score)
        for start in range(len(words)):
            for end in range(start + 3, min(len(words), start + 12) + 1):
                for number in self._exact.get(words[start:end], ())[:5]:
                    found[number] = max(found.get(number, 0.0), 0.1 + 0.4 * (end - start) / len(words))

    def _by_sound(self, text: str, found: dict[int, float]) -> None:
        at = bisect_left(self._sounds, text)
        for position in range(at, min(at + PREFIXES, len(self._sounds))):
            sound = self._sounds[position]
            if not sound.startswith(text):
                break
            number = self._sound_rows[position]
            cover = len(text) / len(sound)
            if len(sound) <= len(self.documents[number].title):  # initials, which many names share
                score = 0.15 + 0.2 * cover + 0.3 * self.documents[number].weight
            else:
                score = 0.3 + 0.4 * cover + (0.1 if len(text) > 5 else 0.0)
            found[number] = max(found.get(number, 0.0), score)
