"""Files that are not what they say, or that do something: none of them is taken."""

import struct
import zlib
from collections.abc import Callable
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from fpdf import FPDF
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.messaging.adapters import judging, pdf
from backend.messaging.rules import LARGEST, TYPES, Unfit, files, kind_of, weeks_of
from tests.messaging.papers import HOME, a_letter, action, changed, document, times

PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 0) + b"IEND" + struct.pack(">I", zlib.crc32(b"IEND"))
JPEG = b"\xff\xd8\xff\xe0" + bytes(20) + b"\xff\xd9"
RTF = rb"{\rtf1\ansi water}"
OLE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(100) + "WordDocument".encode("utf-16-le")
GOOD = [
    ("a.csv", "日期,停水\n1,=2\n".encode()), ("a.csv", "日期,停水\n".encode("gb18030")), ("a.txt", "停水".encode()),
    ("a.txt", "\ufeff停水 <b>".encode()), ("a.txt", "停水".encode("utf-16")), ("a.json", b'{"day": 1}'), ("a.png", PNG),
    ("a.jpg", JPEG), ("a.JPEG", JPEG), ("a.rtf", RTF), ("a.doc", OLE), ("停水 通知.docx", document()),
    ("a.xlsx", document("xlsx")), ("a.odt", document("odt")), ("a.pdf", b"%PDF-1.7\n%%EOF"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "data"), GOOD, ids=[f"{n}-{name}" for n, (name, _) in enumerate(GOOD)])
def test_what_may_be_sent_is_taken_as_what_it_is(name: str, data: bytes) -> None:
    assert kind_of(data, name) == name.rpartition(".")[2].lower()
    assert kind_of(data) in TYPES


def test_a_table_without_a_name_is_one_when_its_sender_says_so() -> None:
    assert (kind_of(b"a,b\n1,2\n"), kind_of(b"a,b\n1,2\n", csv=True), kind_of(b"[1]")) == ("txt", "csv", "json")


def twice() -> bytes:
    """Two parts of one name: one reader sees the first, another the second."""
    made = BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as archive:
        for name in ("[Content_Types].xml", "word/document.xml", "word/Document.xml"):
            archive.writestr(name, "<x/>")
    return made.getvalue()


FRAME = (
    b'<Relationships><Relationship Type="http://x/attachedTemplate" Target="http://evil.test/a.dotm"/></Relationships>'
)
BAD = {
    "html named txt": ("a.txt", b" <!-- x --> <script>alert(1)</script>", "Unsupported file type 'text/html'"),
    "html named csv": ("a.csv", b"\xef\xbb\xbf<HTML>", "text/html"),
    "html named json": ("a.json", b"<!doctype html>", "text/html"),
    "html": ("a.html", b"<p>", "Unsupported file type '.html'"),
    "svg named png": ("a.png", b"<svg onload='x'/>", "text/html"),
    "program": ("a.exe", b"MZ\x90", "Unsupported file type '.exe'"),
    "program named txt": ("a.txt", b"MZ\x90\x00", "Unsupported file type"),
    "pdf named docx": ("a.docx", b"%PDF-1.7\n%%EOF", "'.docx' was expected and '.pdf' found"),
    "png named pdf": ("a.pdf", PNG, "'.pdf' was expected"),
    "text named json": ("a.json", b"{", "'.json' was expected"),
    "deep json": ("a.json", b"[" * 100_000, "'.json' was expected"),
    "zip named docx": ("a.docx", document("xlsx"), "'.docx' was expected"),
    "jar": ("a.docx", b"PK\x03\x04" + bytes(30), "damaged"),
    "pdf in a picture": ("a.png", PNG[:8] + b"%PDF-1.7 %%EOF" + PNG[8:], "two kinds"),
    "pdf in a text": ("a.txt", b"x\n%PDF-1.7\n%%EOF", "two kinds"),
    "zip behind a picture": ("a.png", PNG + document(), "behind its end"),
    "zip behind a photograph": ("a.jpg", JPEG + document(), "behind its end"),
    "script behind a document": ("a.docx", document() + b"<script>", "behind its end"),
    "zip before a document": ("a.docx", b"PK\x03\x04" + document(), "behind its end"),
    "two of one name": ("a.docx", twice(), "too many parts"),
    "macros": ("a.docx", document("docx", {"word/vbaProject.bin": b"x"}), "macros"),
    "macros of odt": ("a.odt", document("odt", {"Basic/script": b"x"}), "macros"),
    "old macros": ("a.doc", OLE + "_VBA_PROJECT".encode("utf-16-le"), "macros"),
    "far template": ("a.docx", document("docx", {"word/_rels/settings.xml.rels": FRAME}), "macros"),
    "entities": ("a.xlsx", document("xlsx", {"xl/a.xml": b"<!DOCTYPE x [<!ENTITY a 'a'>]>"}), "macros"),
    "rtf with an object": ("a.rtf", rb"{\rtf1{\object\objdata 0105}}", "macros"),
    "half an rtf": ("a.rtf", rb"{\rtf1", "damaged"),
    "empty": ("a.txt", b"", "empty"),
    "large": ("a.txt", b"x" * (LARGEST + 1), "larger than 2MB"),
    "without an ending": ("file", b"x", "must end with a file extension"),
    "ending only": (".txt", b"x", "must end with a file extension"),
    "long name": ("x" * 97 + ".txt", b"x", "cannot be longer than 100 characters"),
    "path": ("../a.txt", b"x", "cannot contain a path"),
    "unknown": ("", bytes(range(256)), "application/octet-stream"),
}  # fmt: skip


@pytest.mark.parametrize("which", BAD)
def test_what_may_not_be_sent_is_refused_with_the_reason(which: str) -> None:
    name, data, why = BAD[which]
    with pytest.raises(Unfit) as error:
        kind_of(data, name)
    assert why in str(error.value)


def test_a_document_that_grows_when_it_is_unpacked_is_refused_also_when_it_lies(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(files, "UNPACKED", 1 << 20)
    made = document("docx", {"word/media/a": bytes(1 << 21)})
    with pytest.raises(Unfit, match="too large when it is unpacked"):
        kind_of(made)
    lies = bytearray(made)
    for mark, place in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):  # the size that each of its tables states
        at = made.rindex(mark) + place
        lies[at : at + 4] = struct.pack("<I", 10)
    with pytest.raises(Unfit, match="damaged"):
        kind_of(bytes(lies))


@given(st.binary(max_size=300), st.sampled_from(["", *(f"a.{each}" for each in TYPES)]), st.sampled_from(
    [b"", b"%PDF-", PNG, JPEG, RTF[:-1], OLE, document()[:-5], b"<html>"]
))  # fmt: skip
def test_no_bytes_make_it_stumble_and_none_are_taken_for_what_they_are_not(
    more: bytes, name: str, first: bytes
) -> None:
    try:
        kind = kind_of(first + more, name)
    except Unfit:
        return
    assert kind in TYPES and not (first == b"<html>" and kind in ("txt", "csv", "json"))
    assert not name or name.endswith(kind)


@pytest.mark.parametrize(("given", "weeks"), [("1 week", 1), ("78 weeks", 78), (" 4 weeks ", 4)])
def test_a_time_is_so_many_weeks(given: str, weeks: int) -> None:
    assert weeks_of(given) == weeks


@pytest.mark.parametrize("given", ["", "0 weeks", "79 weeks", "4", "1 month", "-1 weeks", "٤ weeks", "4 weeks\n5"])
def test_no_other_time_is_one(given: str) -> None:
    with pytest.raises(Unfit, match="from 1 to 78 weeks"):
        weeks_of(given)


def test_a_letter_is_read_to_its_address() -> None:
    assert judging.judged("letter", a_letter()) == {
        "wrong": "", "pages": 1, "address": ["黑龙江省 12345", *HOME.splitlines()],
    }  # fmt: skip
    assert judging.judged("letter", changed(times(10)))["pages"] == 10


def words(left: float, top: float, said: str) -> bytes:
    """The letter with more words on its first sheet."""
    made = FPDF(format="A4")
    made.add_page()
    made.set_font("helvetica", size=12)
    made.text(left, top, said)
    from pypdf import PdfReader

    over = PdfReader(BytesIO(bytes(made.output()))).pages[0]
    return changed(lambda writer: writer.pages[0].merge_page(over))


LETTERS: dict[str, tuple[Callable[[], bytes], str]] = {
    "no PDF": (lambda: b"PK\x03\x04", "is not a valid PDF"),
    "half a PDF": (lambda: a_letter()[:3000], "is not a valid PDF"),
    "bytes between": (lambda: b"%PDF-1.7\n" + bytes(5000) + b"%%EOF", "is not a valid PDF"),
    "zip behind it": (lambda: a_letter() + document(), "is not a valid PDF"),
    "page before it": (lambda: b"<html>" + a_letter(), "is not a valid PDF"),
    "encrypted": (lambda: changed(lambda writer: writer.encrypt("", "x")), "is encrypted"),
    "JavaScript": (lambda: changed(action("/JavaScript")), "JavaScript"),
    "hidden JavaScript": (
        lambda: changed(action("/JavaScript")).replace(b"/JavaScript", b"/J#61vaScript"), "JavaScript",
    ),
    "file within": (lambda: changed(lambda writer: writer.add_attachment("a.exe", b"MZ")), "embedded file"),
    "program started": (lambda: changed(action("/Launch")), "action"),
    "form sent": (lambda: changed(action("/SubmitForm")), "action"),
    "too many pages": (lambda: changed(times(11)), "has 11 pages"),
    "not A4": (lambda: changed(lambda writer: writer.pages[0].scale_to(612, 792)), "is not A4 portrait"),
    "turned": (lambda: changed(lambda writer: writer.pages[0].rotate(90)), "is not A4 portrait"),
    "no address": (lambda: a_letter(""), "address of 1 lines"),
    "long address": (lambda: a_letter("\n".join("一二三四五六七八九十甲乙")), "other words beside"),
    "wide address": (lambda: words(30, 60, "Zhongshan Road " * 8), "does not embed"),
    "font that is not there": (lambda: words(100, 200, "Hello"), "does not embed the font Helvetica"),
}  # fmt: skip


@pytest.mark.parametrize("which", LETTERS)
def test_what_cannot_be_printed_or_does_something_is_no_letter(which: str) -> None:
    data, why = LETTERS[which]
    found = judging.judged("letter", data())
    assert why in found["wrong"] and found["address"] == []


def test_words_beside_the_address_and_words_that_the_window_cuts_are_seen() -> None:
    lines = [judging.Sign(said, 30.0, 40.0 + 5 * n, 4.0) for n, said in enumerate(HOME.splitlines())]
    assert judging._address(lines) == HOME.splitlines()
    for other, why in (
        (judging.Sign("Secret", 30.0, 75.0, 4.0), "other words beside the address"),
        (judging.Sign("Secret", 5.0, 30.0, 8.0), "other words beside the address"),
        (judging.Sign("中" * 25, 30.0, 60.0, 4.0), "wider than the window"),
    ):
        with pytest.raises(judging.Wrong, match=why):
            judging._address([*lines, other])
    assert judging._address([*lines, judging.Sign("停水", 20.0, 95.0, 6.0)]) == HOME.splitlines()
    with pytest.raises(judging.Wrong, match="no address"):
        judging._address([judging.Sign("停水", 20.0, 95.0, 6.0)])


@settings(max_examples=25)
@given(st.integers(0, 3000), st.binary(min_size=1, max_size=40))
def test_a_damaged_letter_is_refused_or_still_a_letter(place: int, damage: bytes) -> None:
    data = a_letter()
    place %= len(data) - 40
    found = judging.judged("file", data[:place] + damage + data[place + len(damage) :])
    assert isinstance(found["wrong"], str)


@pytest.mark.no_database
async def test_a_process_of_its_own_reads_it() -> None:
    assert (await pdf.judge("letter", a_letter())).address[1:] == HOME.splitlines()
    assert (await pdf.judge("file", b"%PDF-1.7\n%%EOF")).wrong == "is not a valid PDF"


@pytest.mark.no_database
async def test_a_process_that_does_not_end_is_ended(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    from pathlib import Path

    stuck = Path(str(tmp_path)) / "stuck.py"
    stuck.write_text("while True: pass\n")
    monkeypatch.setattr(pdf, "PROGRAM", stuck)
    monkeypatch.setattr(pdf, "PATIENCE", 0.01)
    assert (await pdf.judge("file", a_letter())).wrong == "is not a valid PDF"
