"""Files for tests: letters as PDF, what hostile people make of one, and office documents."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from types import MappingProxyType
from zipfile import ZIP_DEFLATED, ZipFile

from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from backend.notifications.adapters.letter import Letter
from backend.notifications.adapters.paper import pdf

HOME = "李秀兰\n中山路 1 号\n哈尔滨市 150001"


@cache
def a_letter(address: str = HOME, body: str = "明天停水。") -> bytes:
    """A letter such as another system would set: A4, its font within it, its address in the window."""
    return pdf(Letter(address, "停水", body, datetime(2026, 11, 27, tzinfo=UTC)))


def changed(work: Callable[[PdfWriter], object], data: bytes | None = None) -> bytes:
    """The letter after somebody has done something to it."""
    writer = PdfWriter(PdfReader(BytesIO(data or a_letter())))
    work(writer)
    made = BytesIO()
    writer.write(made)
    return made.getvalue()


def action(kind: str) -> Callable[[PdfWriter], object]:
    """Something that happens when it is opened."""

    def put(writer: PdfWriter) -> None:
        does = DictionaryObject({NameObject("/S"): NameObject(kind), NameObject("/F"): TextStringObject("calc.exe")})
        writer.root_object[NameObject("/OpenAction")] = does

    return put


def times(number: int) -> Callable[[PdfWriter], object]:
    """The first page so often."""
    return lambda writer: [writer.add_page(writer.pages[0]) for _ in range(number - 1)]


def document(kind: str = "docx", more: Mapping[str, bytes] = MappingProxyType({})) -> bytes:
    """An office document, as far as one looks at it; ``more`` are parts by name."""
    inside = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "odt": "content.xml"}[kind]
    made = BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as archive:
        if kind == "odt":
            archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(inside, "<w:document>停水</w:document>")
        for name, content in more.items():
            archive.writestr(name, content)
    return made.getvalue()
