"""Reading a catalogue file: JSON Lines or CSV, row by row, each either an item or a refusal with its line and reason.

The shape is that of ``data/gov_items.jsonl``; the fields of ``gov_items_statutory.jsonl`` are taken as well. In CSV a
list is a JSON array or separated by ；or |, a limit is a JSON object or three columns (``legal_limit_days``, ``_unit``,
``_raw``).
"""

import csv
import hashlib
import io
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from backend.catalogue import rules, shelves
from backend.catalogue.schemas import Item, Refusal, Unit

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=300)]
Short = Annotated[str, msgspec.Meta(max_length=500)]
Long = Annotated[str, msgspec.Meta(max_length=20_000)]
Names = Annotated[list[Annotated[str, msgspec.Meta(min_length=1, max_length=500)]], msgspec.Meta(max_length=200)]
MAX_LINE = 1_000_000  # characters
INVISIBLE = dict.fromkeys([0x200B, 0xFEFF, 0xAD])
FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff\ud800-\udfff]")
LISTS = ("objects", "source_themes", "materials", "topics_derived")
FLAGS = ("online", "courier", "booking")
YES, NO = {"true", "1", "yes", "是", "y"}, {"false", "0", "no", "否", "n"}


class RowLimit(msgspec.Struct, frozen=True):
    """``legal_limit`` and ``promised_limit``."""

    days: Annotated[int, msgspec.Meta(ge=0, le=3650)] | None = None
    unit: Unit | None = None
    raw: Short | None = None


class Row(msgspec.Struct, frozen=True):
    """One row of a catalogue file. ``None`` means that the source does not say."""

    id: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
    name: Name
    source: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    main_item: Name | None = None
    type: Short | None = None
    dept: Short | None = None
    authority: Short | None = None
    dept_class: Short | None = None
    level: Short | None = None
    kind: Literal["apply", "lookup"] = "apply"
    objects: Names | None = None
    source_themes: Names | None = None
    topics_derived: Names | None = None
    legal_limit: RowLimit | None = None
    promised_limit: RowLimit | None = None
    visits: Annotated[int, msgspec.Meta(ge=0, le=20)] | None = None
    online: bool | None = None
    courier: bool | None = None
    booking: bool | None = None
    materials: Names | None = None
    condition: Long | None = None
    fee: Long | None = None
    note: Long | None = None
    item_code: Short | None = None
    catalog_code: Short | None = None
    law: Short | None = None
    law_version: Short | None = None
    article: Short | None = None
    quote: Long | None = None
    completeness: Short | None = None
    source_region: Short | None = None
    as_of: Short | None = None


FIELDS = set(Row.__struct_fields__)


class Intake:
    """Goes through a file once; ``refused`` and ``unknown`` (columns nobody reads) fill up on the way."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.total = 0
        self.refused: list[Refusal] = []
        self.unknown: Counter[str] = Counter()
        self._seen: dict[str, int] = {}

    def items(self) -> Iterator[tuple[Item, str]]:
        """Every row that can be taken, with the fingerprint of what will be stored."""
        for line, raw in _rows(self.path):
            self.total += 1
            try:
                yield self._take(line, raw)
            except ValueError as error:
                known = raw.get("id") if isinstance(raw, dict) else None
                self.refused.append(Refusal(line=line, id=known if isinstance(known, str) else "", reason=str(error)))

    def _take(self, line: int, raw: object) -> tuple[Item, str]:
        if isinstance(raw, Exception):
            raise ValueError(str(raw))
        if not isinstance(raw, dict):
            raise ValueError("a row is an object with named fields")
        row = _convert({key: _clean(value) for key, value in raw.items() if key in FIELDS})
        self.unknown.update(str(key) for key in raw if key not in FIELDS)
        if row.id in self._seen:
            raise ValueError(f"id: the same id stands in line {self._seen[row.id]}")
        item = item_of(row)
        self._seen[row.id] = line
        return item, fingerprint(item)


def item_of(row: Row) -> Item:
    """The item that is stored for a row: what the row says, where it is from, and what follows from it by rule."""
    words = f"{row.name} {row.main_item or ''}"
    topics = [*(row.topics_derived or []), *(row.source_themes or [])]
    dept_class = row.dept_class or ""
    legal, promised = _limit(row.legal_limit, "legal_limit"), _limit(row.promised_limit, "promised_limit")
    region, as_of = _origin(row)
    place, _ = shelves.frequent().get(row.id, (None, ""))
    return Item(
        id=row.id, code=row.item_code, catalog_code=row.catalog_code, name=row.name, main_item=row.main_item,
        type=row.type, dept=row.dept or row.authority, dept_class=row.dept_class, level=row.level, kind=row.kind,
        objects=row.objects, themes=rules.themes_of(words, topics, dept_class, shelves.theme_rows()),
        source_themes=row.source_themes, topics=row.topics_derived,
        legal_days=legal.days, legal_unit=legal.unit, legal_raw=legal.raw,
        promised_days=promised.days, promised_unit=promised.unit, promised_raw=promised.raw,
        visits=row.visits, online=row.online, courier=row.courier, booking=row.booking, materials=row.materials,
        condition=row.condition, fee=row.fee, note=row.note, law=row.law, law_version=row.law_version,
        article=row.article, quote=row.quote, source=row.source, source_region=region, as_of=as_of,
        completeness=row.completeness, essential=rules.essential_of(words, topics, dept_class),
        sort=rules.order_of(msgspec.structs.asdict(row), place), revision=1,
    )  # fmt: skip


def fingerprint(item: Item) -> str:
    """Two rows with the same fingerprint are stored alike."""
    return hashlib.sha256(msgspec.json.encode(item)).hexdigest()


def _origin(row: Row) -> tuple[str, str]:
    """Region and date of the source. A row nobody can place is refused: residents must see where it is from."""
    known = shelves.sources().get(row.source)
    region = row.source_region or (known.region_zh if known else "")
    as_of = row.as_of or (known.as_of if known else "")
    if not region or not as_of:
        raise ValueError(
            f"source: {row.source!r} is not in data/sources.csv, and the row has no source_region and as_of of its own"
        )
    return region, as_of


def _limit(limit: RowLimit | None, field: str) -> RowLimit:
    if limit is None or (limit.days is None and limit.unit is None):
        return RowLimit(raw=limit.raw if limit else None)
    if limit.unit == "immediate":
        return RowLimit(days=0, unit="immediate", raw=limit.raw)
    if limit.days is None or limit.unit is None:
        raise ValueError(f"{field}: days and unit belong together")
    return limit


def _convert(values: dict[str, Any]) -> Row:
    try:
        return msgspec.convert(values, Row)
    except msgspec.ValidationError as error:
        text = str(error)
        field = re.search(r" - at `\$\.?([^`]*)`$", text)
        reason = re.sub(r" - at `[^`]*`$", "", text).replace("`", "")
        raise ValueError(f"{field[1]}: {reason}" if field and field[1] else reason) from error


def _clean(value: Any) -> Any:
    """NFC, no carriage returns and no invisible marks; a character that must not be stored refuses the row."""
    if isinstance(value, str):
        text = unicodedata.normalize(
            "NFC", value.replace("\r\n", "\n").replace("\r", "\n").translate(INVISIBLE)
        ).strip()
        if FORBIDDEN.search(text):
            raise ValueError("has characters that cannot be shown")
        return text or None
    if isinstance(value, list):
        return [each for each in map(_clean, value) if each is not None]
    if isinstance(value, dict):
        return {key: _clean(each) for key, each in value.items()}
    return value


def _rows(path: Path) -> Iterator[tuple[int, object]]:
    """(line, row or the reason why there is none)."""
    data = path.read_bytes()
    if path.suffix.lower() == ".csv":
        yield from _csv_rows(data)
        return
    for line, raw in enumerate(data.split(b"\n"), start=1):
        if raw.strip(b"\r\n\t \xef\xbb\xbf"):
            yield line, _json_row(raw)


def _json_row(raw: bytes) -> object:
    if len(raw) > MAX_LINE:
        return ValueError(f"the line is longer than {MAX_LINE} bytes")
    try:
        return json.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return ValueError("the line is not UTF-8")
    except (ValueError, RecursionError):
        return ValueError("the line is not JSON")


def _csv_rows(data: bytes) -> Iterator[tuple[int, object]]:
    """Rows below the header. A file that is not UTF-8 is read as GB 18030, which Chinese spreadsheets write."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("gb18030", errors="replace")
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        for row in reader:
            yield reader.line_num, _csv_row(row)
    except csv.Error as error:
        yield reader.line_num, ValueError(f"the CSV cannot be read from here on: {error}")


def _csv_row(row: dict[str | None, Any]) -> object:
    if None in row:
        return ValueError("the row has more columns than the header")
    try:
        values: dict[str, Any] = {str(key): _cell(str(key), (value or "").strip()) for key, value in row.items()}
        for field in ("legal_limit", "promised_limit"):
            split = {part: values.pop(f"{field}_{part}", None) for part in ("days", "unit", "raw")}
            if any(each is not None for each in split.values()):
                values[field] = {**split, "days": _whole(f"{field}_days", split["days"])}
    except ValueError as error:
        return error
    return {key: value for key, value in values.items() if value is not None}


def _cell(field: str, text: str) -> Any:
    """The value of a CSV cell by the field it stands in; an empty cell says nothing."""
    if not text:
        return None
    if text[0] in "[{" and (field in LISTS or field.endswith("_limit")):
        return _json(field, text)
    if field in LISTS:
        return [part.strip() for part in re.split(r"[；;|\n]", text) if part.strip()]
    if field in FLAGS:
        return _flag(field, text)
    return _whole(field, text) if field == "visits" else text


def _json(field: str, text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise ValueError(f"{field}: is not JSON") from None


def _flag(field: str, text: str) -> bool:
    if text.lower() in YES:
        return True
    if text.lower() in NO:
        return False
    raise ValueError(f"{field}: expected true or false, got {text[:20]!r}")


def _whole(field: str, text: str | None) -> int | None:
    if text is None:
        return None
    if not re.fullmatch(r"[0-9]{1,6}", text):
        raise ValueError(f"{field}: expected a whole number, got {text[:20]!r}")
    return int(text)
