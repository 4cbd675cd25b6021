"""Bringing text to one form: width, case, traditional characters; and cutting it into pieces."""

import re
import unicodedata
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "data"
LONGEST = 80  # characters of a query that are looked at
_PIECE = re.compile(r"[a-z0-9]+|[㐀-䶿一-鿿〇]+")
_CJK = re.compile(r"[㐀-䶿一-鿿〇]")


@cache
def _simpler() -> dict[int, str]:
    """Traditional to simplified characters, one to one (OpenCC; ambiguous ones take the commonest form)."""
    traditional, simplified = (DATA / "traditional.txt").read_text("utf-8").splitlines()[:2]
    return {ord(a): b for a, b in zip(traditional, simplified, strict=True)}


def normal(text: str) -> str:
    """The form in which texts are compared."""
    return unicodedata.normalize("NFKC", text).lower().translate(_simpler())


def pieces(text: str) -> list[str]:
    """Runs of Chinese characters and runs of Latin letters and digits, in order, of a text in ``normal`` form."""
    return _PIECE.findall(text)


def is_chinese(piece: str) -> bool:
    """Whether a piece is Chinese characters."""
    return bool(_CJK.match(piece))


def pairs(run: str) -> list[str]:
    """Every two neighbouring characters."""
    return [run[i : i + 2] for i in range(len(run) - 1)]


def tokens(text: str) -> dict[str, float]:
    """What a text in ``normal`` form is found by: neighbouring characters, single characters (weaker), Latin words."""
    found: dict[str, float] = {}
    for piece in pieces(text):
        if not is_chinese(piece):
            found[piece] = 1.0
            continue
        for char in piece:
            found.setdefault(char, SINGLE)
        for pair in pairs(piece):
            found[pair] = 1.0
    return found


SINGLE = 0.3
