"""One concept, one word: the glossary has each state and role with its official term, once."""

import csv
import re
from pathlib import Path

from backend.core import db
from backend.core.words import LOCALES
from backend.identity.schemas.roles import ROLES

FILE = LOCALES / "glossary.csv"
# States of rows that nobody but the portal itself reads.
INWARD = {"shown", "queued", "sent", "failed", "unsent"}


def terms(path: Path = FILE) -> dict[str, str]:
    with path.open(encoding="utf-8", newline="") as file:
        return {row["code"]: row["official"] for row in csv.DictReader(file)}


def test_each_term_stands_once_and_has_an_official_word() -> None:
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len({row["code"] for row in rows}) == len(rows)
    assert not [row["code"] for row in rows if not row["official"] or not row["plain"]]


async def test_each_state_of_the_database_has_its_official_term() -> None:
    checks = await db.fetch(
        """SELECT pg_get_constraintdef(oid) AS text FROM pg_constraint
        WHERE contype = 'c' AND conname LIKE '%\\_state\\_ck'"""
    )
    states = {word for row in checks for word in re.findall(r"'([a-z-]+)'::text", row["text"])}
    assert states, "no state was found: has the naming of constraints changed?"
    assert sorted(states - terms().keys() - INWARD) == []


def test_each_role_is_called_the_same_in_the_glossary() -> None:
    known = set(terms().values())
    assert sorted({role.official for role in ROLES.values()} - known) == []
