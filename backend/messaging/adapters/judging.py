"""Reads one PDF and says what is wrong with it: a program of its own that bears what a hostile file does to a reader.

``python -I judging.py letter|file`` takes the file on standard input and answers one line of JSON:
``{"wrong": "…", "pages": 2, "address": ["李秀兰", …]}``. It knows nothing of the portal and has no file, no network
and no key in reach that it needs; memory and time are bounded before the first byte is read.
"""

import json
import re
import resource
import sys
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO
from typing import Any, NamedTuple

from pypdf import PageObject, PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

MEMORY, SECONDS = 1 << 30, 10
PAGES, OBJECTS = 10, 50_000
A4, SLACK = (210.0, 297.0), 2.0  # millimetres
POINT = 25.4 / 72
# As in ``notifications.adapters.paper``: what must be seen through the window of the envelope, and what may be.
WINDOW = (27.0, 32.0, 113.0, 63.0)  # left, top, right, bottom
SEEN = (13.0, 23.5, 127.0, 81.5)
EDGE = 1.0  # millimetres by which a sign may stand over
LEAST, MOST = 3, 9  # lines of an address; who sends it may stand above
NARROW = 0.35  # of the size: no usual sign is narrower on the average of a line
ACTS = {
    "/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToE", "/GoToR", "/Rendition", "/Movie", "/Sound",
    "/RichMediaExecute", "/GoTo3DView",
}  # fmt: skip
HOLDS = {"/JS", "/EF", "/EmbeddedFiles", "/XFA", "/RichMediaContent", "/RichMediaSettings"}
NOTES = {"/FileAttachment", "/RichMedia", "/Movie", "/Sound", "/Screen", "/3D"}
# Also where no table of the file leads: a reader that mends a broken one finds it there.
NAMED = re.compile(rb"/(?:JavaScript|Launch|EmbeddedFile|RichMedia)\b")
ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
FONTS = {"/Type1", "/MMType1", "/TrueType", "/CIDFontType0", "/CIDFontType2"}


class Wrong(Exception):
    """Why the file is not taken."""


class Sign(NamedTuple):
    """A piece of text on the first page: its left edge and base line in millimetres, and its size."""

    text: str
    left: float
    base: float
    size: float

    @property
    def right(self) -> float:
        """Where it ends at least."""
        wide = sum(1.0 if unicodedata.east_asian_width(sign) in "WF" else NARROW for sign in self.text.strip())
        return self.left + wide * self.size

    @property
    def top(self) -> float:
        """How high its capitals reach."""
        return self.base - 0.75 * self.size

    def begins_in(self, frame: tuple[float, float, float, float]) -> bool:
        """Whether it stands in a frame, as far as it may run to the right."""
        left, top, right, bottom = frame
        return left - EDGE <= self.left <= right and top - EDGE <= self.top and self.base <= bottom + EDGE

    def touches(self, frame: tuple[float, float, float, float]) -> bool:
        """Whether any of it stands in a frame."""
        left, top, right, bottom = frame
        return left < self.right and self.left < right and top < self.base and self.top < bottom


def judged(kind: str, data: bytes) -> dict[str, Any]:
    """What is wrong, how many pages, and the lines in the window of a letter."""
    try:
        return _judged(kind, data)
    except Wrong as error:
        return {"wrong": str(error), "pages": 0, "address": []}
    except (Exception, RecursionError):  # whatever the library stumbles over is no PDF for a printer either
        return {"wrong": "is not a valid PDF", "pages": 0, "address": []}


def _judged(kind: str, data: bytes) -> dict[str, Any]:
    end = data.rfind(b"%%EOF")
    if not data.startswith(b"%PDF-") or end < 0 or data[end + 5 :].strip(b"\r\n\t \x00"):
        raise Wrong("is not a valid PDF")
    reader = PdfReader(BytesIO(data), strict=False)
    if reader.is_encrypted:
        raise Wrong("is encrypted")
    _quiet(reader, data)
    pages = len(reader.pages)
    if not pages:
        raise Wrong("is not a valid PDF")
    if kind != "letter":
        return {"wrong": "", "pages": pages, "address": []}
    if pages > PAGES:
        raise Wrong(f"has {pages} pages: a letter has {PAGES} at most")
    for page in reader.pages:
        _a4(page)
    _fonts(reader)
    return {"wrong": "", "pages": pages, "address": _address(list(_signs(reader.pages[0])))}


def _quiet(reader: PdfReader, data: bytes) -> None:
    """Nothing in it does anything, and no other file is in it."""
    if NAMED.search(ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), data)):
        raise Wrong("has JavaScript, an embedded file or an action")
    for each in _dictionaries(reader):
        if each.keys() & HOLDS or each.get("/S") in ACTS or each.get("/Subtype") in NOTES:
            raise Wrong("has JavaScript, an embedded file or an action")
        if each.get("/Type") in ("/EmbeddedFile", "/Filespec") and "/EF" in each:
            raise Wrong("has JavaScript, an embedded file or an action")


def _dictionaries(reader: PdfReader) -> Iterator[DictionaryObject]:
    """All of the file, also those within others; each object once."""
    numbers = {*reader.xref_objStm}
    for generation in reader.xref.values():
        numbers |= set(generation)
    if len(numbers) > OBJECTS:
        raise Wrong("has too many objects")
    waiting: list[Any] = [reader.trailer, *(reader.get_object(number) for number in sorted(numbers))]
    looked = 0
    while waiting:
        looked += 1
        if looked > 20 * OBJECTS:
            raise Wrong("has too many objects")
        each = waiting.pop()
        if isinstance(each, DictionaryObject):
            yield each
            waiting += [value for value in each.values() if not isinstance(value, IndirectObject)]
        elif isinstance(each, ArrayObject):
            waiting += [value for value in each if not isinstance(value, IndirectObject)]


def _a4(page: PageObject) -> None:
    """Upright, whatever its dictionary says of turning, cutting and scaling."""
    wide, high = A4
    for box in (page.mediabox, page.cropbox):
        sides = float(box.width) * POINT, float(box.height) * POINT
        if abs(sides[0] - wide) > SLACK or abs(sides[1] - high) > SLACK:
            raise Wrong("is not A4 portrait")
    if page.rotation % 360 or float(page.get("/UserUnit", 1)) != 1:
        raise Wrong("is not A4 portrait")


def _fonts(reader: PdfReader) -> None:
    """Every font comes along: a printer has none of its own that looks the same."""
    for each in _dictionaries(reader):
        if each.get("/Subtype") not in FONTS or each.get("/Type", "/Font") != "/Font":
            continue
        about = each.get("/FontDescriptor")
        about = about.get_object() if about is not None else {}
        if not {"/FontFile", "/FontFile2", "/FontFile3"} & set(about):
            raise Wrong(f"does not embed the font {str(each.get('/BaseFont', '/?'))[1:80]}")


def _signs(page: PageObject) -> Iterator[Sign]:
    found: list[Sign] = []
    left, top = float(page.mediabox.left), float(page.mediabox.top)

    def note(text: str, current: list[float], matrix: list[float], font: Any, size: float) -> None:
        if text.strip():
            c, d, e, f = matrix[2:6]
            x, y = e * current[0] + f * current[2] + current[4], e * current[1] + f * current[3] + current[5]
            scale = abs(d * current[3] + c * current[1]) or 1.0
            found.append(Sign(text, (x - left) * POINT, (top - y) * POINT, size * scale * POINT))

    page.extract_text(visitor_text=note)
    return iter(found)


def _address(signs: list[Sign]) -> list[str]:
    """What the window shows; beside it nothing may stand that it shows when the sheet has slid."""
    inside = [each for each in signs if each.begins_in(WINDOW)]
    if not inside:
        raise Wrong("has no address in the window of its envelope")
    if any(each.touches(SEEN) for each in signs if each not in inside):
        raise Wrong("has other words beside the address that the window would show")
    if any(each.right > WINDOW[2] + EDGE for each in inside):
        raise Wrong("has an address that is wider than the window")
    lines: dict[int, list[Sign]] = {}
    for each in sorted(inside, key=lambda sign: sign.base):
        row = next((known for known in lines if abs(known - each.base * 10) < each.size * 5), round(each.base * 10))
        lines.setdefault(row, []).append(each)
    said = [" ".join(sign.text.strip() for sign in sorted(row, key=lambda sign: sign.left)) for row in lines.values()]
    found = [" ".join(part.split()) for each in said for part in each.splitlines() if part.strip()]
    if not LEAST <= len(found) <= MOST:
        raise Wrong(f"has an address of {len(found)} lines: it needs {LEAST} to {MOST}")
    return found


def main() -> None:
    """One file in, one line out."""
    for what, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, SECONDS), (resource.RLIMIT_FSIZE, 0)):
        with suppress(ValueError, OSError):  # macOS bounds no address space
            resource.setrlimit(what, (most, most))
    print(json.dumps(judged(sys.argv[1], sys.stdin.buffer.read())))


if __name__ == "__main__":
    main()
