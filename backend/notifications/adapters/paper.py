"""A letter as PDF/A-2u: A4 in large type, its font within it, the address where a window envelope shows it.

Folded at 105 and 210 mm it goes into an envelope DL (220 × 110 mm, GB/T 1416-2003). By GB/T 22585-2008 (透明窗口信封)
the window of a domestic DL envelope begins 25 ± 2 mm from its left and 30 ± 1.5 mm from its top edge and is 100 × 40
or 100 × 50 mm. The sheet can slide 10 mm sideways and 5 mm up: so what must be seen stands in ``WINDOW``, and nothing
else in ``SEEN``, which may be seen. (The window of DIN 5008, 45 to 90 mm from the top, is another one.)

It has a language and a title, and its text reads in order. It is not tagged: fpdf2 can tag pictures and links only,
and of a file that is tagged in part a screen reader reads that part.
"""

from collections.abc import Iterator
from functools import partial
from html import escape
from io import BytesIO
from tempfile import NamedTemporaryFile
from typing import NamedTuple

import segno
from babel.dates import format_date
from fpdf import FPDF

from backend.core import clock
from backend.core.log import logger
from backend.core.words import N_, words
from backend.notifications.adapters import shapes
from backend.notifications.adapters.letter import Letter
from backend.notifications.rules.paper import printable, wrapped
from backend.settings import settings

POINT = 25.4 / 72  # millimetres
SIZE, HEAD, SMALL, SENDER = 18, 24, 14, 8  # points
LEAD, GAP = 1.5, 4.0
LEFT, WIDTH, RIGHT = 20.0, 170.0, 190.0  # 26 Chinese signs in a line
WINDOW = (27.0, 32.0, 113.0, 63.0)  # left, top, right, bottom
SEEN = (13.0, 23.5, 127.0, 81.5)
ADDRESS, CLOSE = (14, 12, 11, 10, 9, 8), 1.2  # points: the largest in which it fits; its lead
NAME, DAY, FIRST, NEXT, LAST, FOOT = 10.0, 74.0, 88.0, 25.0, 270.0, 278.0
STRAIGHT = str.maketrans("“”‘’", "\"\"''")
FOLDS = (105.0, 210.0)
CODE, BESIDE = 34.0, 40.0  # the QR code, and where the words beside it begin

ABOUT = """<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
    xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" pdfaid:part="2" pdfaid:conformance="U"
    xmp:CreateDate="{at}" xmp:ModifyDate="{at}" xmp:MetadataDate="{at}">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{name}</rdf:li></rdf:Seq></dc:creator>
<dc:language><rdf:Bag><rdf:li>{lang}</rdf:li></rdf:Bag></dc:language>
</rdf:Description></rdf:RDF></x:xmpmeta>"""


class Line(NamedTuple):
    """A line of words."""

    text: str
    size: int = SIZE
    lead: float = LEAD

    @property
    def high(self) -> float:
        """How much of the sheet it takes."""
        return self.size * POINT * self.lead


class Block(NamedTuple):
    """Lines that stay on one page, after a space, beside the QR code of ``code`` if there is one."""

    lines: list[Line]
    space: float = 0.0
    code: str = ""

    @property
    def high(self) -> float:
        """How much of the sheet it takes, without the space."""
        return max(sum(line.high for line in self.lines), CODE if self.code else 0.0)


def pdf(letter: Letter) -> bytes:
    """The letter. The same one is the same file, byte by byte."""
    said = {name: printable(_quoted(text, letter.lang), shapes.shapes()) for name, text in _said(letter).items()}
    lost = sum(count for _, count in said.values())
    if lost:
        logger.log("warning", "letter has signs without a shape", count=lost)
    shown = {name: text for name, (text, _) in said.items()}
    with NamedTemporaryFile(suffix=".ttf") as font:  # fpdf2 reads fonts from files only
        font.write(shapes.tailored("".join(shown.values()).replace("\n", "") + "0123456789"))
        font.flush()
        return _file(letter, shown, font.name)


def _quoted(text: str, lang: str) -> str:
    """The font is Chinese: its quotation marks are as wide as a sign, which tears other writing apart."""
    return text if lang.startswith("zh") else text.translate(STRAIGHT)


def _said(letter: Letter) -> dict[str, str]:
    """Every word on the paper."""
    say, chosen = words(letter.lang).gettext, settings()
    return {
        "name": chosen.city_name, "sender": f"{chosen.city_name} {chosen.help_phone}", "address": letter.address,
        "day": format_date(clock.local(letter.at), "long", letter.lang), "subject": letter.subject, "body": letter.body,
        "next": letter.follow[0], "link": letter.follow[1],
        "call": say(N_("Questions? Please call {phone}"), phone=chosen.help_phone),
        "page": say(N_("Page {page} of {pages}")),
    }  # fmt: skip


def _file(letter: Letter, said: dict[str, str], font: str) -> bytes:
    made = FPDF(format="A4", enforce_compliance="PDF/A-2U")
    made.set_auto_page_break(False)
    made.add_font("letter", fname=font)
    made.set_creation_date(letter.at)
    made.set_lang(letter.lang.replace("_", "-"))
    made.set_xmp_metadata(_about(letter, said))
    pages = list(_pages(list(_blocks(said))))
    for number, page in enumerate(pages, 1):
        made.add_page()
        if number == 1:
            _front(made, said)
        top = FIRST if number == 1 else NEXT
        for block in page:
            top = _draw(made, block, top + (block.space if block is not page[0] else 0.0))
        _write(made, Line(said["call"], SMALL), LEFT, FOOT)
        _write_right(made, Line(said["page"].format(page=number, pages=len(pages)), SMALL), FOOT)
    return bytes(made.output())


def _about(letter: Letter, said: dict[str, str]) -> str:
    """As fpdf2 would write it, but dated by the letter and not by the machine."""
    return ABOUT.format(
        at=letter.at.isoformat(timespec="seconds"), title=escape(said["subject"]), name=escape(said["name"]),
        lang=letter.lang.replace("_", "-"),
    )  # fmt: skip


def _blocks(said: dict[str, str]) -> Iterator[Block]:
    """Subject, paragraphs, next step."""
    yield Block([Line(each, HEAD) for each in _lines(said["subject"], HEAD, WIDTH)])
    for paragraph in said["body"].splitlines():
        if paragraph.strip():
            yield from _paragraph([Line(each) for each in _lines(paragraph, SIZE, WIDTH)])
    if said["link"]:
        beside = [Line(each) for each in _lines(said["next"], SIZE, WIDTH - BESIDE)]
        beside += [Line(each, SMALL) for each in _lines(said["link"], SMALL, WIDTH - BESIDE)]
        yield Block(beside, 2 * GAP, said["link"])


def _paragraph(lines: list[Line]) -> Iterator[Block]:
    """Its first two and its last two lines stay together: none stands alone on a page."""
    if len(lines) <= 3:
        yield Block(lines, GAP)
        return
    yield Block(lines[:2], GAP)
    yield from (Block([each]) for each in lines[2:-2])
    yield Block(lines[-2:])


def _lines(text: str, size: int, widest: float) -> list[str]:
    return wrapped(text, partial(shapes.width, size=size * POINT), widest)


def _pages(blocks: list[Block]) -> Iterator[list[Block]]:
    page: list[Block] = []
    top = FIRST
    for block in blocks:
        if page and top + block.space + block.high > LAST:
            yield page
            page, top = [], NEXT
        top += block.high + (block.space if page else 0.0)
        page.append(block)
    yield page


def _front(made: FPDF, said: dict[str, str]) -> None:
    """Who writes, to whom and when; and where to fold."""
    _write(made, Line(said["name"], SMALL), LEFT, NAME)
    _write_right(made, Line(said["day"], SMALL), DAY)
    left, top, *_ = WINDOW
    for line in (Line(said["sender"], SENDER, CLOSE), *_address(said["address"])):
        _write(made, line, left, top)
        top += line.high
    for fold in FOLDS:
        made.line(3.0, fold, 7.0, fold)


def _address(text: str) -> list[Line]:
    """As large as the window lets it be; what is too long even then goes on below it."""
    left, top, right, bottom = WINDOW
    room = bottom - top - Line("", SENDER, CLOSE).high
    lines: list[Line] = []
    for size in ADDRESS:
        lines = [Line(each, size, CLOSE) for part in text.splitlines() for each in _lines(part, size, right - left)]
        if sum(line.high for line in lines) <= room:
            return lines
    logger.log("warning", "letter has an address that its window does not show", lines=len(lines))
    return lines


def _draw(made: FPDF, block: Block, top: float) -> float:
    """Returns where the next one begins."""
    if block.code:
        made.image(_code(block.code), LEFT, top, CODE)
    inner = top
    for line in block.lines:
        _write(made, line, LEFT + BESIDE if block.code else LEFT, inner)
        inner += line.high
    return top + block.high


def _write(made: FPDF, line: Line, left: float, top: float) -> None:
    """A sign stands in the middle of its line."""
    made.set_font("letter", size=line.size)
    middle = (shapes.ASCENT - shapes.DESCENT) / 2 / shapes.EM * line.size * POINT
    made.text(left, top + line.high / 2 + middle, line.text)


def _write_right(made: FPDF, line: Line, top: float) -> None:
    _write(made, line, RIGHT - shapes.width(line.text, line.size * POINT), top)


def _code(text: str) -> BytesIO:
    """As in ``accessibility/qr.py``, which draws for screens; the white of the paper is its edge."""
    found = BytesIO()
    segno.make(text, error="m", micro=False).save(found, kind="png", scale=8, border=0)
    return found
