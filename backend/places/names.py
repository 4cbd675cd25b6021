"""Names for page headers, from the list that is loaded at start: 1,843 of them, no query for each page."""

import csv
from functools import cache
from pathlib import Path

from backend.places import rules

DATA = Path(__file__).parent / "data"


def region_name(code: str, lang: str) -> str:
    """The name of the place a viewer chose, at most as fine as its township; empty when there is none."""
    whole = rules.full_code(code) if code else ""
    known = _names().get(whole) or _names().get(whole[:9] + "000") or _names().get(whole[:6] + "000000")
    if known is None:
        return ""
    chinese, english = known
    return chinese if lang == "zh_CN" else english or chinese


@cache
def _names() -> dict[str, tuple[str, str]]:
    with (DATA / "divisions.csv").open(encoding="utf-8", newline="") as file:
        return {
            row["code"]: (row["name"], rules.english_name(row["name"], row["pinyin"], int(row["level"])))
            for row in csv.DictReader(file)
            if row["level"] != "5"
        }
