"""What the pages of 我的信息 share: a holding's rows in words, and errors in the reader's words."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import msgspec
from litestar import Request

from backend.core.holdings import Holding

Asked = Request[Any, Any, Any]
SHOWN = 20  # rows of a holding on the page; the download has all


class Cell(msgspec.Struct, frozen=True):
    """A value for the page. ``kind`` is ``time``, ``day``, ``word`` (a message id), ``division`` or ``text``."""

    label: str
    kind: str
    value: object


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A holding for the page: the newest rows, and how many there are."""

    name: str
    title: str
    rows: list[list[Cell]]
    count: int


def shown(holding: Holding, rows: Sequence[msgspec.Struct]) -> Shown:
    """The newest rows of a holding, field by field, empty ones left out."""
    lines = [[cell for name in holding.labels if (cell := _cell(holding, name, row))] for row in rows[:SHOWN]]
    return Shown(name=holding.name, title=holding.title, rows=lines, count=len(rows))


def _cell(holding: Holding, name: str, row: msgspec.Struct) -> Cell | None:
    value = getattr(row, name)
    if value in (None, "", []):
        return None
    label = holding.labels[name]
    if name in holding.said:
        return Cell(label, "word", holding.said[name].get(value, value))
    if name == "home":
        return Cell(label, "division", value)
    if isinstance(value, datetime):
        return Cell(label, "time", value)
    return Cell(label, "day" if isinstance(value, date) else "text", value)
