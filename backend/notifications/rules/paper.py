"""Where the lines of a letter end: between Chinese signs, not within a word, a number or an address."""

import re
import unicodedata
from collections.abc import Callable, Container

GETA = "〓"  # what Chinese and Japanese printers set for a sign that they have not
CLOSING = frozenset("，。、；：？！）》〉」』】〕｝”’…—～％‰℃·,.;:?!)]}%'\"")  # never first in a line
OPENING = frozenset("（《〈「『【〔｛“‘￥([{$#")  # never last
PIECE = re.compile(r"——|……|[\x21-\x7e\xa1-\u024f\u1e00-\u1eff]+|\s+|.", re.DOTALL)
UNSEEN = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")  # selectors of a variant
Width = Callable[[str], float]


def printable(text: str, known: Container[str]) -> tuple[str, int]:
    """The text in signs that can be printed, and how many could not."""
    plain = UNSEEN.sub("", unicodedata.normalize("NFC", "\n".join(text.splitlines()).replace("\t", " ")))
    shown = [each for each in plain if each == "\n" or unicodedata.category(each) not in {"Cc", "Cf"}]
    missing = [each for each in shown if each != "\n" and each not in known]
    return "".join(GETA if each != "\n" and each not in known else each for each in shown), len(missing)


def wrapped(text: str, width: Width, widest: float) -> list[str]:
    """A paragraph in lines that fit; punctuation stays with what it belongs to (标点避头尾)."""
    lines, line = [], ""
    for unit in _units(text):
        if width((line + unit).rstrip()) <= widest:
            line += unit
            continue
        if line.strip():
            lines.append(line.rstrip())
        *full, line = _cut(unit.lstrip(), width, widest)
        lines += full
    return [*lines, line.rstrip()] if line.strip() or not lines else lines


def _units(text: str) -> list[str]:
    """What is not torn."""
    units: list[str] = []
    for piece in PIECE.findall(text):
        if units and not piece.isspace() and (piece[0] in CLOSING or units[-1][-1] in OPENING):
            units[-1] += piece
        else:
            units.append(piece)
    return units


def _cut(unit: str, width: Width, widest: float) -> list[str]:
    """A unit that is wider than a line, such as a long web address, in pieces; the last may be short."""
    pieces, used = [""], 0.0
    for sign in unit:
        more = width(sign)
        if pieces[-1] and used + more > widest:
            pieces.append("")
            used = 0.0
        pieces[-1] += sign
        used += more
    return pieces
