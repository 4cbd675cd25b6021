"""Taking a question apart: things, intents, who asks – and the words that say nothing."""

import msgspec

from backend.core.search.lexicon import Entry, Lexicon
from backend.core.search.pinyin import Vocabulary
from backend.core.search.postings import Postings
from backend.core.search.text import LONGEST, is_chinese, normal, pieces

DEMANDS = {"word": 1.0, "setting": 1.0, "intent": 0.45, "lookup": 0.25, "together": 0.8}
BESIDES = 0.35  # what a setting (公司, 单位) counts when the question names a thing as well


class Unit(msgspec.Struct):
    """One thing that was asked for: alternatives with weights, of which a row needs to meet one."""

    words: dict[str, float]
    role: str
    size: int
    strength: float = 1.0


class Query(msgspec.Struct):
    """A question, understood. ``plain``: what is left of the words without fillers, in order."""

    text: str
    plain: str = ""
    units: list[Unit] = []
    flags: set[str] = set()
    typed_pinyin: bool = False


def understand(text: str, lexicon: Lexicon, vocabulary: Vocabulary, postings: Postings) -> Query:
    """Split a question into units; see ``Lexicon`` for the roles of words."""
    text = normal(text)[:LONGEST]
    query = Query(text=text, units=[], flags=set())
    plain: list[str] = []
    latin: list[str] = []
    for piece in pieces(text):
        if is_chinese(piece) or piece.isdigit() or piece in postings.idf or piece in lexicon.single:
            _pinyin(latin, query, lexicon, vocabulary, plain)
            if is_chinese(piece) or piece in lexicon.single:
                _cut(piece, query, lexicon, postings, plain)
            else:
                plain.append(piece)
                query.units.append(Unit(words={piece: 1.0}, role="word", size=2))
        else:
            latin.append(piece)
    _pinyin(latin, query, lexicon, vocabulary, plain)
    query.plain = "".join(plain)
    _together(f"{text} {query.plain}", query, lexicon)
    if any(unit.role in ("word", "together") for unit in query.units):
        for unit in query.units:
            if unit.role == "setting":
                unit.strength = BESIDES
    return query


def _together(text: str, query: Query, lexicon: Lexicon) -> None:
    """Words that mean something of their own when they occur in one question, wherever."""
    for start in set(text):
        for parts, entry, strength in lexicon.together.get(start, ()):
            if all(part in text for part in parts):
                words = {official: entry.weight * (1 - 0.03 * place) for place, official in enumerate(entry.official)}
                strength = min(1.2, entry.weight) * strength
                query.units.append(Unit(words=words, role="together", size=sum(map(len, parts)), strength=strength))


def _cut(run: str, query: Query, lexicon: Lexicon, postings: Postings, plain: list[str]) -> None:
    """Known words as long as possible; what no entry knows is kept as it was typed."""
    rest = ""
    for word, entries in _parts(_compact(run, lexicon, postings), lexicon, postings):
        if not entries:
            rest += word
            continue
        kept = entries[0].role not in ("filler", "person")
        plain.append(rest + word if kept else rest)
        rest = _flush(rest, query)
        _take(word, entries, query)
    plain.append(rest)
    _flush(rest, query)


def _parts(run: str, lexicon: Lexicon, postings: Postings) -> list[tuple[str, list[Entry]]]:
    """The division of a run into known words and single characters that knows the longest words: 领|养老金."""
    best: list[tuple[float, int, list[Entry]]] = [(0.0, 0, [])]
    for end in range(1, len(run) + 1):
        option: tuple[float, int, list[Entry]] = (best[end - 1][0], end - 1, [])
        for start in range(max(0, end - lexicon.longest), end):
            entries = lexicon.single.get(run[start:end])
            if not entries or (end - start == 1 and entries[0].role == "filler" and _inside(run, start, postings)):
                continue
            value = best[start][0] + (end - start) ** 2
            if value >= option[0]:
                option = (value, start, entries)
        best.append(option)
    parts: list[tuple[str, list[Entry]]] = []
    end = len(run)
    while end:
        _, start, entries = best[end]
        parts.append((run[start:end], entries))
        end = start
    return parts[::-1]


def _compact(run: str, lexicon: Lexicon, postings: Postings) -> str:
    """The words without what people put between their parts: 养了条狗 → 养狗. Known words stay whole."""
    at, kept = 0, ""
    while at < len(run):
        _, length = _longest(run, at, lexicon)
        if length < 2:
            length = 1
            particle = next((word for word in lexicon.particles if run.startswith(word, at)), "")
            if particle and at > 0 and at + len(particle) < len(run) and not _inside(run, at, postings):
                at += len(particle)
                continue
        kept += run[at : at + length]
        at += length
    return kept


def _longest(run: str, at: int, lexicon: Lexicon) -> tuple[list[Entry], int]:
    for length in range(min(lexicon.longest, len(run) - at), 0, -1):
        if entries := lexicon.single.get(run[at : at + length]):
            return entries, length
    return [], 0


def _inside(run: str, at: int, postings: Postings) -> bool:
    """Whether a one-character filler belongs to a word of some title here."""
    return (at > 0 and postings.known(run[at - 1 : at + 1])) or postings.known(run[at : at + 2])


def _flush(rest: str, query: Query) -> str:
    if rest:
        query.units.append(Unit(words={rest: 1.0}, role="literal", size=len(rest)))
    return ""


def _take(word: str, entries: list[Entry], query: Query) -> None:
    alternatives: dict[str, float] = {word: 1.0}
    role = ""
    for entry in entries:
        if entry.role in ("filler", "person", "company", "lookup"):
            query.flags.add(entry.role)
        if entry.role in DEMANDS:
            role = role if role == "word" else entry.role
            for place, official in enumerate(entry.official):
                weight = entry.weight if entry.role == "word" else 1.0
                weight *= 1 - 0.03 * place
                alternatives[official] = max(alternatives.get(official, 0.0), weight)
    if role:
        strength = max(entry.weight for entry in entries) if role == "word" else 1.0
        if role == "word" and any(entry.role == "company" for entry in entries):
            role = "setting"
        query.units.append(Unit(words=alternatives, role=role, size=len(word), strength=strength))
    elif query.flags & {"company"} and any(entry.role == "company" for entry in entries):
        query.units.append(Unit(words={word: 1.0}, role="intent", size=len(word)))


def _pinyin(latin: list[str], query: Query, lexicon: Lexicon, vocabulary: Vocabulary, plain: list[str]) -> None:
    if not latin:
        return
    for options in vocabulary.read(" ".join(latin)):
        alternatives: dict[str, float] = {}
        roles = set()
        for place, word in enumerate(options):
            fade = 1 - 0.08 * place
            alternatives[word] = max(alternatives.get(word, 0.0), fade)
            for entry in lexicon.single.get(word, ()):
                roles.add(entry.role)
                for official in entry.official:
                    alternatives[official] = max(alternatives.get(official, 0.0), 0.95 * fade * entry.weight)
        if roles & {"lookup"}:
            query.flags.add("lookup")
        role = "intent" if roles and not roles & {"word"} and "intent" in roles else "word"
        query.units.append(Unit(words=alternatives, role=role, size=max(2, len(options[0]))))
        plain.append(options[0])
        query.typed_pinyin = True
    latin.clear()
