"""The schema is shaped for a distributed PostgreSQL, and the Table classes describe what the migrations made."""

import pytest
from piccolo.columns import Column
from piccolo.table import Table

from backend import slices
from backend.core import db

TYPES = {
    "text": {"Text", "Varchar"}, "uuid": {"UUID", "ForeignKey"}, "timestamp with time zone": {"Timestamptz"},
    "integer": {"Integer", "Serial"}, "bigint": {"BigInt"}, "smallint": {"SmallInt"}, "jsonb": {"JSONB"},
    "bytea": {"Bytea"}, "boolean": {"Boolean"}, "date": {"Date"}, "real": {"Real"},
    "double precision": {"DoublePrecision"},
    "ARRAY": {"Array"}, "time without time zone": {"Time"}, "numeric": {"Numeric"},
}  # fmt: skip


def tables() -> list[type[Table]]:
    return [table for app in slices.apps() for table in app.table_classes]


def regional() -> list[str]:
    return [table._meta.tablename for table in tables() if "regional" in table._meta.tags]


def test_every_table_says_whether_it_is_regional_or_reference() -> None:
    wrong = [t._meta.tablename for t in tables() if len({"regional", "reference"} & set(t._meta.tags)) != 1]
    assert not wrong


async def test_every_table_of_the_database_has_a_class_and_the_other_way_round() -> None:
    rows = await db.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    assert {row["tablename"] for row in rows} == {table._meta.tablename for table in tables()}


async def test_keys_of_regional_tables_start_with_the_region() -> None:
    rows = await db.fetch(
        """SELECT t.relname AS table, i.relname AS index, a.attname AS first
        FROM pg_index x JOIN pg_class t ON t.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid
        JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = x.indkey[0]
        WHERE (x.indisunique OR x.indisprimary) AND t.relname = ANY($1::text[])""",
        regional(),
    )
    assert {row["table"] for row in rows} == set(regional()), "a regional table has no key"
    assert not [(row["table"], row["index"]) for row in rows if row["first"] != "region"]


async def test_no_foreign_key_crosses_regions() -> None:
    rows = await db.fetch(
        """SELECT c.conname, a.attname FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid
        JOIN pg_class f ON f.oid = c.confrelid
        JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = c.conkey[1]
        WHERE c.contype = 'f' AND t.relname = ANY($1::text[]) AND f.relname = ANY($1::text[])""",
        regional(),
    )
    assert not [row["conname"] for row in rows if row["attname"] != "region"]


async def test_ids_are_made_in_the_application() -> None:
    assert not await db.fetch("SELECT sequencename FROM pg_sequences WHERE schemaname = 'public'")


async def test_the_schema_needs_no_extension() -> None:
    assert [row["extname"] for row in await db.fetch("SELECT extname FROM pg_extension")] == ["plpgsql"]


@pytest.mark.parametrize("table", tables(), ids=lambda table: table._meta.tablename)
async def test_a_table_class_is_in_step_with_the_migrations(table: type[Table]) -> None:
    rows = await db.fetch(
        "SELECT column_name, data_type, is_nullable FROM information_schema.columns WHERE table_name = $1",
        table._meta.tablename,
    )
    made = {row["column_name"]: (row["data_type"], row["is_nullable"] == "YES") for row in rows}
    columns: list[Column] = list(table._meta.columns)
    assert set(made) == {column._meta.db_column_name for column in columns}
    for column in columns:
        kind, nullable = made[column._meta.db_column_name]
        assert type(column).__name__ in TYPES[kind], column
        assert column._meta.null == nullable, f"{column} null"


async def test_foreign_keys_have_an_index() -> None:
    rows = await db.fetch(
        """SELECT c.conname FROM pg_constraint c WHERE c.contype = 'f' AND NOT EXISTS (
            SELECT 1 FROM pg_index x WHERE x.indrelid = c.conrelid
            AND (x.indkey::int2[])[0:array_length(c.conkey, 1) - 1] @> c.conkey)"""
    )
    assert not [row["conname"] for row in rows]
