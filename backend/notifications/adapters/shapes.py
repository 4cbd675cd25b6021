"""The shapes of the letter's signs: read once from our font, and a small TrueType font of those that one letter needs.

fpdf2 reads a whole font for every file and throws it away afterwards: a quarter of a second for twenty thousand
shapes. So one letter's font is built here out of a few hundred, and fpdf2 embeds that. What is kept is a table of bytes
that nobody changes, 12 MB in a process that prints. ``data/NOTICES.md`` says where the font is from and how it is made.
"""

from collections.abc import Iterable
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from fontTools.fontBuilder import FontBuilder
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables._g_l_y_f import Glyph

FILE = Path(__file__).resolve().parents[1] / "data" / "letter.woff"
FAMILY = "Noto Sans CJK SC"
EM, ASCENT, DESCENT, CAPITALS = 1000, 880, 120, 733
NONE = ".notdef"
MADE = 3_871_497_600  # seconds since 1904: the shapes do not change, so that the same letter is the same file


class Shape(NamedTuple):
    """An outline as it stands in the ``glyf`` table, and how far the next sign is from it."""

    outline: bytes
    advance: int


@cache
def shapes() -> dict[str, Shape]:
    """All of them, by sign."""
    with TTFont(FILE, lazy=True) as font:
        outlines, places = font.reader["glyf"], font["loca"]
        advances = font["hmtx"].metrics
        found = {}
        for code, name in font.getBestCmap().items():
            number = font.getGlyphID(name)
            found[chr(code)] = Shape(outlines[places[number] : places[number + 1]], advances[name][0])
    return found


def width(text: str, size: float) -> float:
    """How wide a line is, in the unit of the size."""
    known = shapes()
    return sum(known[sign].advance for sign in text) * size / EM


def tailored(signs: Iterable[str]) -> bytes:
    """A font of these signs. Its outlines are taken as they are; fpdf2 measures them when it embeds the font."""
    known = shapes()
    used = {NONE: Shape(b"", EM)} | {f"u{ord(sign):05x}": known[sign] for sign in sorted(set(signs))}
    widths = {name: (each.advance, int.from_bytes(each.outline[2:4], signed=True)) for name, each in used.items()}
    made = builder({}, widths, {int(name[1:], 16): name for name in used if name != NONE})
    made.font["glyf"].glyphs = {name: Glyph(each.outline) for name, each in used.items()}
    made.font.recalcBBoxes = False
    return saved(made)


def builder(outlines: dict[str, Glyph], widths: dict[str, tuple[int, int]], signs: dict[int, str]) -> FontBuilder:
    """A TrueType font without hints, and without names of shapes."""
    made = FontBuilder(EM, isTTF=True)
    made.setupGlyphOrder(list(widths))
    made.setupCharacterMap(signs)
    made.setupGlyf(outlines)
    made.setupHorizontalMetrics(widths)
    made.setupHorizontalHeader(ascent=ASCENT, descent=-DESCENT)
    names = {"familyName": FAMILY, "styleName": "Regular", "fullName": FAMILY, "psName": "NotoSansCJKsc-Regular"}
    made.setupNameTable(names)
    made.setupOS2(
        sTypoAscender=ASCENT, sTypoDescender=-DESCENT, usWinAscent=ASCENT, usWinDescent=DESCENT, sCapHeight=CAPITALS
    )
    made.setupPost(keepGlyphNames=False)
    made.updateHead(created=MADE, modified=MADE, xMin=0, yMin=-DESCENT, xMax=EM, yMax=ASCENT)
    made.font.recalcTimestamp = False
    return made


def saved(made: FontBuilder) -> bytes:
    """The font as a file."""
    file = BytesIO()
    made.save(file)
    return file.getvalue()
