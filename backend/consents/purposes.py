"""The purposes as published: each version keeps its words for good, the newest is asked for."""

import csv
from functools import cache
from hashlib import sha256
from pathlib import Path

from backend.consents.schemas import Purpose

FILE = Path(__file__).parent / "data" / "purposes.csv"
YES = "yes"


@cache
def all_versions() -> dict[tuple[str, int], Purpose]:
    """Every version ever published, by name and version."""
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {(row["name"], int(row["version"])): _purpose(row) for row in rows}


@cache
def current() -> dict[str, Purpose]:
    """The newest version of each purpose, in the order of the file."""
    newest: dict[str, Purpose] = {}
    for purpose in all_versions().values():
        if purpose.name not in newest or newest[purpose.name].version < purpose.version:
            newest[purpose.name] = purpose
    return newest


def fingerprint(purpose: Purpose) -> bytes:
    """What proves which words were agreed to."""
    words = (purpose.name, str(purpose.version), purpose.title, purpose.text, purpose.plain, purpose.refused)
    return sha256("\x1f".join((*words, purpose.recipient)).encode()).digest()


def _purpose(row: dict[str, str]) -> Purpose:
    values = {name: row[name] for name in row if name not in ("version", "sensitive")}
    return Purpose(**values, version=int(row["version"]), sensitive=row["sensitive"] == YES)
