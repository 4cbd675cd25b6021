"""Scoring. First how much of the question a row answers, then – for the best – how much of the row was asked for.

recall     each unit of the question counts by its size and rarity; a row gets the share that it holds
precision  how much of the title was asked for: the general row before the special one
priors     ordinary before special case, applying before looking up, persons before businesses, often needed first
"""

import math
from collections.abc import Sequence

from backend.core.search.documents import SearchDocument
from backend.core.search.lexicon import Lexicon
from backend.core.search.pinyin import sound_pairs
from backend.core.search.postings import Postings
from backend.core.search.query import DEMANDS, Query, Unit
from backend.core.search.text import is_chinese, pairs, pieces, tokens

LEAST = 0.3  # a row that holds less of an official term does not hold it
FAINT = 0.06  # a row that shares less with the typed words shares nothing
CANDIDATES = 90
SIDE = ("intent", "lookup")
RARITY = 0.12
WHOLE = 0.35  # of a literal: the question in one piece
KEPT_TERMS = 4000
PRECISION, ASIDE, BASE, ENQUIRY, AUDIENCE, WEIGHT, EXACT, WITHIN = 0.45, 0.08, 0.02, 0.09, 0.03, 0.08, 0.35, 0.12


class Ranking:
    """Scores rows of one set of postings. Keeps the rows of official terms, which are few and come again."""

    def __init__(self, documents: Sequence[SearchDocument], postings: Postings, lexicon: Lexicon) -> None:
        self.documents, self.postings = documents, postings
        self._asides = [[word for word in lexicon.asides if word in title] for title in postings.titles]
        self._bases = [any(word in title for word in lexicon.bases) for title in postings.titles]
        self._whole = [postings.mass(found) or 1.0 for found in postings.title_tokens]
        self._terms: dict[str, dict[int, float]] = {}

    def score(self, query: Query) -> list[tuple[float, int]]:
        """The best rows, best first."""
        recall = self._recall(query)
        best = sorted(recall.items(), key=lambda pair: -pair[1])[:CANDIDATES]
        asked = self._asked(query)
        asked_text = " ".join([query.plain, *(word for unit in query.units for word in unit.words)])
        scored = [(self._final(number, share, query, asked, asked_text), number) for number, share in best]
        scored.sort(key=lambda pair: (-pair[0], pair[1]))
        return scored

    def _recall(self, query: Query) -> dict[int, float]:
        """The share of the question that a row answers. What one wants to do counts only with what it is about."""
        units = list(query.units)
        if query.plain and len(units) > 1:
            units.append(Unit(words={query.plain: 1.0}, role="whole", size=len(query.plain)))
        things = [unit for unit in units if unit.role not in SIDE]
        shares, total = self._sum(things)
        asides, further = self._sum([unit for unit in units if unit.role in SIDE])
        if not total:
            return {number: share / further for number, share in asides.items()} if further else {}
        whole = total + further
        return {
            number: (share + asides.get(number, 0.0) * (share / total) ** 0.5) / whole
            for number, share in shares.items()
        }

    def _sum(self, units: list[Unit]) -> tuple[dict[int, float], float]:
        total = 0.0
        shares: dict[int, float] = {}
        for unit in units:
            found = self._literal(unit) if unit.role in ("literal", "whole") else self._unit(unit)
            if not found:
                continue
            demand = self._demand(unit) * self._rarity(found, unit) * unit.strength
            total += demand
            for number, share in found.items():
                shares[number] = shares.get(number, 0.0) + demand * share
        return shares, total

    def _demand(self, unit: Unit) -> float:
        """How much a unit counts: about four for every character, less where the catalogue does not know it."""
        if unit.role in ("literal", "whole"):
            text = next(iter(unit.words))
            demand = min(self.postings.mass(tokens(text)), 5.0 * unit.size) + 0.5
            return demand if unit.role == "literal" else WHOLE * demand
        return DEMANDS[unit.role] * (6.0 + 2.0 * min(unit.size, 6))

    def _rarity(self, found: dict[int, float], unit: Unit) -> float:
        """What few rows can answer says more than what many can; 1 for about one row in a hundred and fifty."""
        if unit.role not in ("word", "together", "setting"):
            return 1.0
        top = 0.7 * max(found.values())
        many = sum(share >= top for share in found.values())
        return min(1.2, max(0.4, 1.0 - RARITY * math.log((many + 1) / 18)))

    def _unit(self, unit: Unit) -> dict[int, float]:
        best: dict[int, float] = {}
        for word, weight in unit.words.items():
            rows = self._terms.get(word)
            if rows is None:
                rows = self.postings.match(word, LEAST)
                if len(self._terms) < KEPT_TERMS:
                    self._terms[word] = rows
            for number, share in rows.items():
                value = weight * share
                if value > best.get(number, 0.0):
                    best[number] = value
        return best

    def _literal(self, unit: Unit) -> dict[int, float]:
        """Typed words, where a pair that no title has may be a wrong character of the same sound."""
        text, postings = next(iter(unit.words)), self.postings
        wanted = tokens(text)
        whole = 0.01
        found: dict[int, float] = {}
        for token, weight in wanted.items():
            idf = postings.idf.get(token)
            if idf is None and token not in postings.rows:
                continue
            part = weight * (idf if idf is not None else 0.5 * postings.rare)
            whole += part
            numbers, values = postings.rows[token]
            for number, value in zip(numbers, values, strict=True):
                found[number] = found.get(number, 0.0) + part * value
        for piece in pieces(text):
            if is_chinese(piece):
                whole += self._heard(piece, found)
        least = FAINT * whole
        return {number: share / whole for number, share in found.items() if share >= least}

    def _heard(self, piece: str, found: dict[int, float]) -> float:
        added, postings = 0.0, self.postings
        for pair, sound in zip(pairs(piece), sound_pairs(piece), strict=True):
            if pair in postings.idf or sound not in postings.sounds:
                continue
            numbers, _ = postings.sounds[sound]
            part = 0.6 * min(postings.rare, postings.rare - 0.6 * len(numbers) ** 0.25)
            added += part
            for number in numbers:
                found[number] = found.get(number, 0.0) + part
        return added

    def _asked(self, query: Query) -> dict[str, float]:
        asked: dict[str, float] = {}
        for unit in query.units:
            strength = 1.0 if unit.role in ("literal", "word", "together") else 0.9
            for word, weight in unit.words.items():
                for token in pairs(word) if len(word) > 1 else [word]:
                    asked[token] = max(asked.get(token, 0.0), strength * min(weight, 1.0))
        for token in pairs(query.plain):
            asked[token] = 1.0
        return asked

    def _final(self, number: int, share: float, query: Query, asked: dict[str, float], asked_text: str) -> float:
        document, postings = self.documents[number], self.postings
        idf = postings.idf
        held = sum(asked[token] * idf[token] for token in postings.title_tokens[number] if token in asked)
        score = share * (1 - PRECISION + PRECISION * held / self._whole[number])
        title = postings.titles[number]
        if query.plain and len(query.plain) > 1:
            if query.plain == title:
                score += EXACT
            elif query.plain in title:
                score += WITHIN * len(query.plain) / len(title)
        score -= ASIDE * min(2, sum(word not in asked_text for word in self._asides[number]))
        if self._bases[number]:
            score += BASE
        looking = "lookup" in query.flags
        if document.enquiry != looking:
            score -= ENQUIRY if document.enquiry else 0.6 * ENQUIRY
        if document.audience:
            wanted = "business" if "company" in query.flags else "person"
            score += AUDIENCE if document.audience == wanted else -AUDIENCE
        return score + WEIGHT * document.weight * share
