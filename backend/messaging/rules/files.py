"""Which files may be sent by e-mail, and whether one is what it says. Its bytes decide, not its name.

What a PDF holds is for ``adapters.pdf`` to say, which reads it in a process of its own.
"""

import json
import re
import zlib
from io import BytesIO
from zipfile import BadZipFile, ZipFile

LARGEST = 2 * 1024 * 1024
LONGEST_NAME = 100
WEEKS, USUAL_WEEKS = 78, 26
UNPACKED, PARTS = 64 * 1024 * 1024, 2000  # of an office document: what a reader's machine bears
TYPES = {
    "csv": "text/csv", "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "jpeg": "image/jpeg", "jpg": "image/jpeg", "json": "application/json",
    "odt": "application/vnd.oasis.opendocument.text", "pdf": "application/pdf", "png": "image/png",
    "rtf": "application/rtf", "txt": "text/plain",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}  # fmt: skip
TEXTS = frozenset({"csv", "json", "txt"})
ALIKE = {"jpeg": "jpg"}
INSIDE = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}
ZIP_END = b"PK\x05\x06"
OLE, PNG, PNG_END = bytes.fromhex("d0cf11e0a1b11ae1"), b"\x89PNG\r\n\x1a\n", b"IEND\xaeB`\x82"
# What a browser or a shell would run if it took a text for something else.
RUNS = re.compile(
    r"\s*(?:<!--.*?-->\s*)*(?:<(?:!doctype|\?xml|\?php|html|head|body|script|svg|iframe|style|title|meta|link|table|div"
    r"|p|a|b|br|h1|img|font|form|object|embed|base)\b|\{\\rtf)",
    re.IGNORECASE | re.DOTALL,
)
CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")
ACTIVE_RTF = re.compile(rb"\\(?:objdata|objocx|objupdate|objautlink|\*\s*\\template)", re.IGNORECASE)
EMBEDDED = re.compile(r"vbaproject|activex/|oleobject[^/]*\.bin$|^(?:basic|scripts)/")
FETCHED = re.compile(
    rb"<Relationship\b(?=[^>]*(?:oleObject|attachedTemplate|/frame))"
    rb"(?=[^>]*\bTarget=.(?:https?:|mhtml:|\\\\))",
    re.IGNORECASE,
)
ENTITIES = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
RETENTION = re.compile(r"([1-9][0-9]?) weeks?")


class Unfit(ValueError):
    """Why a file is not taken, in the words of the interface."""


def unsupported(found: str) -> Unfit:
    """The refusal of a kind."""
    return Unfit(f"Unsupported file type '{found}'. Supported types are: {', '.join(f'.{each}' for each in TYPES)}")


def ending_of(name: str) -> str:
    """The kind that a file name says; raises ``Unfit``."""
    if len(name) > LONGEST_NAME:
        raise Unfit(f"`filename` cannot be longer than {LONGEST_NAME} characters")
    stem, dot, ending = name.rpartition(".")
    if not dot or not stem.strip(". ") or not ending:
        raise Unfit("`filename` must end with a file extension. For example, filename.csv")
    if "/" in name or "\\" in name:
        raise Unfit("`filename` cannot contain a path")
    if ending.lower() not in TYPES:
        raise unsupported(f".{ending}")
    return ending.lower()


def weeks_of(given: str) -> int:
    """How many weeks it can be had."""
    found = RETENTION.fullmatch(given.strip())
    weeks = int(found[1]) if found else 0
    if not 1 <= weeks <= WEEKS:
        raise Unfit(f"Unsupported value for retention_period '{given}'. Supported periods are from 1 to {WEEKS} weeks.")
    return weeks


def kind_of(data: bytes, name: str = "", *, csv: bool = False) -> str:
    """What the file is, as its ending; raises ``Unfit`` when it is nothing that may be sent, or not what it says."""
    said = ending_of(name) if name else ""
    if not data:
        raise Unfit("File is empty")
    if len(data) > LARGEST:
        raise Unfit("File is larger than 2MB")
    found = _packed(data) or _text(data, said or ("csv" if csv else ""))
    if found != "pdf" and b"%PDF-" in data[:1024]:  # where every reader of PDF looks for it
        raise Unfit("File is two kinds at once")
    if not found:
        raise unsupported(f".{said}" if said else "application/octet-stream")
    if said and ALIKE.get(said, said) != found:
        raise Unfit(f"File is not what its name says: '.{said}' was expected and '.{found}' found")
    return said or found


def _packed(data: bytes) -> str:
    """The kind of what is no plain text; empty when its first bytes say none."""
    if data.startswith(b"%PDF-"):
        return "pdf"
    if data.startswith(PNG):
        _whole(data.endswith(PNG_END))
        return "png"
    if data.startswith(b"\xff\xd8\xff"):
        _whole(data.rstrip(b"\x00").endswith(b"\xff\xd9"))
        return "jpg"
    if data.startswith(b"{\\rtf"):
        _whole(data.rstrip(b"\x00\r\n \t").endswith(b"}"))
        _quiet(not ACTIVE_RTF.search(data))
        return "rtf"
    if data.startswith(OLE):
        _quiet("_VBA_PROJECT".encode("utf-16-le") not in data)
        return "doc" if "WordDocument".encode("utf-16-le") in data else ""
    return _office(data) if data.startswith(b"PK\x03\x04") else ""


def _whole(ends: bool) -> None:
    """Nothing stands behind the end: a second file, or half of the first."""
    if not ends:
        raise Unfit("File is damaged, or something stands behind its end")


def _quiet(rests: bool) -> None:
    if not rests:
        raise Unfit("File has macros or embedded objects")


def _office(data: bytes) -> str:
    """A document that is an archive: its parts are unpacked once, bounded, for the sizes that it states are its own."""
    try:
        with ZipFile(BytesIO(data)) as archive:
            parts = archive.infolist()
            kind = _of_parts(archive)
            _whole(data[-22:].startswith(ZIP_END) and min(each.header_offset for each in parts) == 0)
            names = [each.filename.lower() for each in parts]
            if len(parts) > PARTS or len(set(names)) != len(names):
                raise Unfit("File has too many parts")
            _quiet(not any(EMBEDDED.search(name) for name in names))
            left = UNPACKED
            for each in parts:
                left -= _unpacked(archive, each.filename, left)
            return kind
    except (BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, KeyError) as error:
        raise Unfit("File is damaged, or something stands behind its end") from error


def _of_parts(archive: ZipFile) -> str:
    names = set(archive.namelist())
    if "mimetype" in names:
        with archive.open("mimetype") as part:
            return "odt" if part.read(100) == TYPES["odt"].encode() else ""
    found = [kind for kind, part in INSIDE.items() if part in names and "[Content_Types].xml" in names]
    return found[0] if len(found) == 1 else ""


def _unpacked(archive: ZipFile, name: str, left: int) -> int:
    """How large a part really is."""
    size, first = 0, b""
    with archive.open(name) as part:
        while piece := part.read(1 << 16):
            first = first or piece
            size += len(piece)
            if size > left:
                raise Unfit("File is too large when it is unpacked")
    if name.lower().endswith((".xml", ".rels")):
        _quiet(not ENTITIES.search(first) and not FETCHED.search(first))
    return size


def _text(data: bytes, said: str) -> str:
    """Words and nothing that runs: txt, csv or json; empty for anything else."""
    text = _decoded(data)
    if text is None or CONTROL.search(text):
        return ""
    if RUNS.match(text):
        raise unsupported("text/html" if text.lstrip().startswith("<") else "application/octet-stream")
    if said in ("csv", "txt"):
        return said
    if _json(text):
        return "json"
    return "txt"


def _json(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict | list)
    except (ValueError, RecursionError):
        return False


def _decoded(data: bytes) -> str | None:
    """Chinese tables come in GB 18030 as often as in UTF-8."""
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None
