"""How the font of letters is made out of Noto Sans CJK; needed when somebody wants more signs or a newer edition."""

from collections.abc import Iterator
from pathlib import Path

from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

from backend.notifications.adapters import shapes

SIMPLIFIED = 2  # the face of the collection that has the mainland's shapes
NOTICES = (0, 7, 13, 14)  # copyright, trademark, licence and where it is
EXACT = 2.0  # of a thousand: how far a quadratic curve may be from the cubic one
# Latin with all its accents, punctuation, arrows, signs of money and number, Chinese punctuation, full width.
RANGES = (
    (0x20, 0x7F), (0xA0, 0x250), (0x1E00, 0x1F00), (0x2000, 0x2070), (0x20A0, 0x2150), (0x3000, 0x3040),
    (0xFF00, 0xFFF0),
)  # fmt: skip


def write(collection: Path, unihan: Path) -> None:
    """Put it where letters take it from."""
    shapes.FILE.write_bytes(made(collection, unihan))


def made(collection: Path, unihan: Path) -> bytes:
    """The font: what a Chinese name or address can hold, as far as Noto has it."""
    with TTFont(collection, fontNumber=SIMPLIFIED, lazy=True) as source:
        names, drawn, advances = source.getBestCmap(), source.getGlyphSet(), source["hmtx"].metrics
        signs = {code: names[code] for code in sorted(wanted(unihan)) if code in names}
        order = [shapes.NONE, *dict.fromkeys(signs.values())]
        outlines = {}
        for name in order:
            pen = TTGlyphPen(None)
            drawn[name].draw(Cu2QuPen(pen, EXACT, reverse_direction=True))
            outlines[name] = pen.glyph()
        made = shapes.builder(outlines, dict.fromkeys(order, (0, 0)), signs)
        for name in order:  # known now that the outlines are measured
            made.font["hmtx"][name] = advances[name][0], getattr(outlines[name], "xMin", 0)
        for number in NOTICES:
            made.font["name"].setName(source["name"].getDebugName(number), number, 3, 1, 0x409)
        made.font.flavor = "woff"
        return shapes.saved(made)


def wanted(unihan: Path) -> set[int]:
    """通用规范汉字表, and GBK: what registers could write for decades, with the traditional signs of names."""
    return {*_standard(unihan), *_gbk()} | {code for first, end in RANGES for code in range(first, end)}


def _standard(unihan: Path) -> Iterator[int]:
    """The 8,105 characters, as the Unihan database marks them (``kTGH``)."""
    for line in unihan.read_text(encoding="utf-8").splitlines():
        code, _, field = line.partition("\t")
        if field.startswith("kTGH\t"):
            yield int(code[2:], 16)


def _gbk() -> Iterator[int]:
    for lead in range(0x81, 0xFF):
        for trail in range(0x40, 0xFF):
            try:
                yield ord(bytes([lead, trail]).decode("gbk"))
            except (UnicodeDecodeError, TypeError):
                continue
