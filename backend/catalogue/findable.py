"""How an item is found: its name, what it belongs to, and a little of its conditions and materials."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from backend.core.search import SearchDocument

_SUFFIX = re.compile(r"[（(](县级行使|县级|市级|市级/县级|县级权限)[)）]$")
FREQUENT = 1.0  # weight of an item on the list of frequent items


def document(row: Mapping[str, Any], *, frequent: bool = False) -> SearchDocument:
    """The search document of a catalogue row (a database row or a line of an import file)."""
    objects: Sequence[str] = row.get("objects") or ()
    main = row.get("main_item") or ""
    body = [
        (main, 0.55),
        (row.get("condition") or "", 0.12),
        ("，".join(row.get("materials") or ()), 0.12),
        (" ".join(row.get("topics") or row.get("topics_derived") or ()), 0.2),
        (" ".join(row.get("source_themes") or ()), 0.2),
        (row.get("dept") or row.get("dept_class") or "", 0.15),
    ]
    return SearchDocument(
        kind="item",
        id=row["id"],
        title=row["name"],
        url=f"/services/{row['id']}",
        subtitle=row.get("dept") or row.get("authority") or "",
        body=tuple((text, weight) for text, weight in body if text),
        weight=FREQUENT if frequent else 0.3 if row.get("completeness") == "A" or row.get("law") else 0.0,
        audience=_audience(objects),
        group=main or _SUFFIX.sub("", row["name"]),
        enquiry=row.get("kind") == "lookup",
    )


def _audience(objects: Sequence[str]) -> str:
    if not objects:
        return ""
    if "自然人" not in objects:
        return "business"
    return "person" if len(objects) == 1 else ""
