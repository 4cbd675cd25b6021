"""The field register is complete: nothing is kept of anybody without a line that says what, why and how long."""

import re

import pytest
from piccolo.table import Table

from backend import contract, slices
from backend.core import db, holdings, register
from backend.core.register import Held
from backend.core.words import words
from tests.house.test_schema import tables

STAFF_COLUMNS = {"staff"}  # rows about one's own work
PLAIN = {
    "identity_guardian_consent",  # its sealed words are the name of somebody else
    "appointments_rebooking",  # ids and what became of an appointment that is shown besides
}
BASIS = re.compile(r"^(duty|service|consent:[a-z-]+)$")


@pytest.fixture(autouse=True)
def awake() -> None:
    slices.awaken()


def columns(table: type[Table]) -> dict[str, str]:
    return {column._meta.db_column_name: type(column).__name__ for column in table._meta.columns}


def lines() -> dict[str, Held]:
    return {line.table: line for line in register.held()}


def test_every_table_has_one_line() -> None:
    slices.awaken()
    named = [line.table for line in register.held()]
    assert sorted(named) == sorted(table._meta.tablename for table in tables())


def test_every_column_stands_under_exactly_one_kind() -> None:
    wrong = {}
    for table in tables():
        line = lines()[table._meta.tablename]
        named = [column for kind in register.KINDS for column in getattr(line, kind).split()]
        if sorted(named) != sorted(columns(table)):
            wrong[line.table] = sorted(set(named) ^ set(columns(table))) or "named twice"
    assert not wrong


def test_the_person_and_the_beginning_of_the_term_are_columns() -> None:
    for table in tables():
        line, there = lines()[table._meta.tablename], columns(table)
        if line.person:
            assert there.get(line.person) == "UUID", line.table
        if line.since:
            assert there.get(line.since) in ("Timestamptz", "Date"), line.table


def test_what_is_sensitive_or_secret_is_sealed_or_has_a_reason() -> None:
    wrong = []
    for table in tables():
        line, there = lines()[table._meta.tablename], columns(table)
        for column in f"{line.sensitive} {line.secret}".split():
            if there[column] != "Bytea" and not line.plain.get(column):
                wrong.append((line.table, column))
        assert set(line.plain) <= set(f"{line.sensitive} {line.secret}".split()), line.table
    assert not wrong


def test_every_line_says_why_on_what_basis_and_how_long() -> None:
    for line in register.held():
        assert line.purpose, line.table
        assert BASIS.match(line.basis), line.table
        ends = [line.keep is not None, bool(line.forever), line.keep is None and not line.forever and bool(line.person)]
        assert sum(ends) == 1, f"{line.table}: a term, a reason to keep for good, or the account it goes with"
        assert (line.keep is None) == (not line.since), line.table


def test_what_is_personal_is_not_kept_for_good_without_a_reason_of_evidence() -> None:
    kept = [line.table for line in register.held() if line.forever and (line.sensitive or "body" in line.personal)]
    assert not kept


def test_what_is_about_a_person_is_shown_by_its_own_slice() -> None:
    """The plain view shows no sealed words and closes nothing: it is for ids and times only."""
    covered = frozenset().union(*(each.tables for each in holdings.registered()))
    bare = []
    for table in tables():
        line, tags = lines()[table._meta.tablename], table._meta.tags
        walled = {name for tag in tags if tag.startswith("person:") for name in tag[7:].split(",")} - STAFF_COLUMNS
        if (line.about_people and (line.sensitive or line.person in walled)) and line.table not in covered | PLAIN:
            bare.append(line.table)
    assert not bare, "register a holding in the slice's holdings.py"


def test_the_published_register_is_current() -> None:
    assert contract.HELD.read_bytes() == contract.held(), "run python -m backend openapi"


async def test_what_has_a_term_can_be_deleted_by_the_portal() -> None:
    kept = [
        line.table
        for line in register.held()
        if line.keep is not None
        and not register.own_way(line.table)
        and not await db.fetchval("SELECT has_table_privilege($1, $2, 'DELETE')", db.ROLE, line.table)
    ]
    assert not kept, "append-only and a term cannot both hold"


def test_every_purpose_is_said_in_chinese() -> None:
    said = words("zh_CN").gettext
    assert not [line.table for line in register.held() if said(line.purpose) == line.purpose]
