"""The files that ship with the catalogue, each read once: themes, sources, life events, answers of the law …"""

import csv
import hashlib
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from backend.catalogue.schemas import Answer, LawBasis, SourceNote, ThemeRef

DATA = Path(__file__).parent / "data"
ITEM_FILES = ("gov_items_statutory.jsonl", "gov_items.jsonl")
VERSIONED = (*ITEM_FILES, "sources.csv", "themes.csv", "high_frequency.csv")
RULES = "1"  # raise when themes_of, essential_of or order_of change, so that the stored columns are made again
NATIONAL = "laws_flk"


def table(name: str) -> list[dict[str, str]]:
    """The rows of a CSV file of ours."""
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def version() -> str:
    """What the stored items depend on."""
    digest = hashlib.sha256(RULES.encode())
    for name in VERSIONED:
        digest.update((DATA / name).read_bytes())
    return digest.hexdigest()


@cache
def theme_rows() -> list[dict[str, str]]:
    """The themes with the words that put an item into them."""
    return table("themes.csv")


@cache
def themes() -> dict[str, ThemeRef]:
    """The themes by slug, in the order residents see."""
    return {
        row["slug"]: ThemeRef(slug=row["slug"], zh=row["zh"], en=row["en"], icon=row["icon"], tint=row["tint"])
        for row in theme_rows()
    }


@cache
def sources() -> dict[str, SourceNote]:
    """Where items come from, by the code in their ``source`` field."""
    return {
        row["source"]: SourceNote(
            code=row["source"],
            title_zh=row["title_zh"],
            title_en=row["title_en"],
            region_zh=row["region_zh"],
            region_en=row["region_en"],
            as_of=row["as_of"],
            licence=row["licence"],
            origin=row["origin"],
            national=row["source"] == NATIONAL,
        )
        for row in table("sources.csv")
    }


@cache
def frequent() -> dict[str, tuple[int, str]]:
    """高频事项: item → (place in the list from 1, why it was chosen). Chosen by hand, no statistics."""
    return {row["item"]: (place, row["reason"]) for place, row in enumerate(table("high_frequency.csv"), start=1)}


@cache
def english() -> dict[str, str]:
    """English names of the items used most."""
    return {row["item"]: row["name_en"] for row in table("items_en.csv")}


@cache
def plain_words() -> dict[str, str]:
    """Official term → plain wording."""
    return {row["official_term"]: row["plain_wording"] for row in table("plain_words.csv")}


@cache
def life_events() -> list[dict[str, Any]]:
    """The 13 life events of 国发〔2024〕3号 with the items of ours that belong to them."""
    ours = json.loads((DATA / "life_events.json").read_text("utf-8"))["events"]
    official = json.loads((DATA / "policy_lists.json").read_text("utf-8"))["one_thing_2024"]
    audience = {row["name"]: row["object"] for row in official["items"]}
    return [{**event, "audience": "person" if audience[event["name"]] == "个人" else "business"} for event in ours]


@cache
def life_event_basis() -> dict[str, str]:
    """Title, document number and the page the list was read from."""
    official = json.loads((DATA / "policy_lists.json").read_text("utf-8"))["one_thing_2024"]
    return {key: official[key] for key in ("title", "basis", "source_page")}


def law_answer(question: str, name: str, main_item: str) -> tuple[str, LawBasis] | None:
    """What a law says for items of this name: (answer, sentence). ``question`` is delegate or fee."""
    for row, pattern in _law_answers():
        if row["question"] == question and (pattern.search(name) or pattern.search(main_item)):
            return row["answer"], LawBasis(law=row["law"], article=row["article"], quote=row["quote"])
    return None


def delegate_answer(name: str, main_item: str) -> tuple[Answer, LawBasis] | None:
    """May somebody else do it? Only where a law answers."""
    found = law_answer("delegate", name, main_item)
    return None if found is None else (found[0], found[1])  # type: ignore[return-value]


@cache
def _law_answers() -> list[tuple[dict[str, str], re.Pattern[str]]]:
    return [(row, re.compile(row["match"])) for row in table("law_answers.csv")]
