"""Sounds of characters, and reading back what was typed as pinyin or initials."""

from collections.abc import Iterable
from functools import cache
from itertools import pairwise

from backend.core.search.text import DATA

_FOLD = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ang", "an"), ("eng", "en"), ("ing", "in"), ("ong", "on"))

TWO = ("zh", "ch", "sh")  # initials of two letters
READ = 0.5  # of syllables must be read, and initials whole: some words begin with any two letters of a typing error


@cache
def readings() -> dict[str, tuple[str, ...]]:
    """Toneless readings of a character, the commonest first."""
    found: dict[str, tuple[str, ...]] = {}
    for line in (DATA / "readings.txt").read_text("utf-8").splitlines():
        sounds, chars = line.split("\t")
        entry = tuple(sounds.split(" "))
        for char in chars:
            found[char] = entry
    return found


@cache
def syllables() -> frozenset[str]:
    """Every syllable of Mandarin."""
    return frozenset(sound for sounds in readings().values() for sound in sounds)


@cache
def fold(sound: str) -> str:
    """A syllable as people confuse it: zh/z, sh/s, ch/c, and final n/ng are one."""
    for a, b in _FOLD:
        sound = sound.replace(a, b)
    return sound


@cache
def _folded() -> dict[str, str]:
    return {char: fold(sounds[0]) for char, sounds in readings().items()}


def sound_pairs(run: str) -> list[str]:
    """The sounds of every two neighbouring characters; what a wrong character of the same sound still shares."""
    sounds = [_folded().get(char, char) for char in run]
    return [f"{a}'{b}" for a, b in pairwise(sounds)]


def split(typed: str) -> list[str]:
    """Cut Latin letters into whole syllables and single initials, using as few parts as possible."""
    best: list[tuple[float, list[str]]] = [(0.0, [])]
    for end in range(1, len(typed) + 1):
        options: list[tuple[float, list[str]]] = []
        for start in range(max(0, end - 6), end):
            part = typed[start:end]
            cost = _cost(part)
            if cost is not None:
                options.append((best[start][0] + cost, [*best[start][1], part]))
        best.append(min(options, key=lambda option: option[0]) if options else (9e9, []))
    return best[-1][1]


def _cost(part: str) -> float | None:
    if part in syllables() and (len(part) > 1 or part in "aeo"):
        return 1.0
    if len(part) == 1:
        return 1.6
    return 1.5 if part in TWO else None


class Vocabulary:
    """Words by their initials, to read back pinyin. A word's number says how common it is (larger is likelier)."""

    def __init__(self, words: Iterable[tuple[str, float]]) -> None:
        self._by_initials: dict[str, list[tuple[float, str]]] = {}
        sounds = readings()
        for word, weight in words:
            if 1 < len(word) <= 12 and all(char in sounds for char in word):
                self._by_initials.setdefault("".join(sounds[char][0][0] for char in word), []).append((weight, word))
        for entry in self._by_initials.values():
            entry.sort(key=lambda pair: -pair[0])

    def words(self, parts: list[str], limit: int = 4) -> list[str]:
        """Words that these syllables and initials can stand for, the likeliest first."""
        sounds, found = readings(), []
        for _, word in self._by_initials.get("".join(part[0] for part in parts), ()):
            if all(
                any(sound == part or (len(part) < 3 and part not in syllables() and sound.startswith(part))
                    for sound in sounds[char])
                for part, char in zip(parts, word, strict=True)
            ):  # fmt: skip
                found.append(word)
                if len(found) == limit:
                    break
        return found

    def read(self, typed: str) -> list[list[str]]:
        """The words of a string of pinyin, in order, each with its alternatives; unreadable parts are left out."""
        runs = typed.split()
        if all(part in syllables() for run in runs for part in split(run)):
            runs = [" ".join(runs)]
        return [word for run in runs for word in self._run(run)]

    def _run(self, run: str) -> list[list[str]]:
        """One run; letters without a vowel may be initials one by one, or have zh, ch, sh among them."""
        readings = [self._best([part for word in run.split() for part in split(word)][:40])]
        if len(run) <= 8 and run.isalpha():
            readings.append(self._best(list(run)))
        readings.sort(key=lambda reading: -reading[0])
        if len(readings) > 1 and all(len(words) == 1 for _, words in readings):
            (_, (first,)), (_, (second,)) = readings
            return [list(dict.fromkeys([*first[:3], *second[:3]]))]
        return readings[0][1]

    def _best(self, parts: list[str]) -> tuple[float, list[list[str]]]:
        best: list[tuple[float, list[list[str]]]] = [(0.0, [])]
        for end in range(1, len(parts) + 1):
            option = (best[end - 1][0], best[end - 1][1])
            for start in range(max(0, end - 12), end - 1):
                size = sum(min(len(part), 3) for part in parts[start:end])
                value = best[start][0] + size * (end - start)
                if value > option[0] and (found := self.words(parts[start:end])):
                    option = (value, [*best[start][1], found])
            best.append(option)
        value, words = best[-1]
        read = sum(len(options[0]) for options in words)  # a sign for each syllable or initial
        wanted = 1.0 if all(len(part) == 1 or part in TWO for part in parts) else READ
        return (value, words) if read >= len(parts) * wanted else (0.0, [])
