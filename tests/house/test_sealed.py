"""Every column that people cannot read says why: sealed, a fingerprint, or a hash."""

from backend import rotate_keys, slices
from backend.core import db


async def test_every_bytea_column_is_declared_once_and_exists() -> None:
    rows = await db.fetch(
        """SELECT table_name, column_name FROM information_schema.columns
        WHERE table_schema = 'public' AND data_type = 'bytea'"""
    )
    made = sorted((row["table_name"], row["column_name"]) for row in rows)
    declared = sorted((each.table, column) for each in rotate_keys.sealed() for column in each.columns)
    assert declared == made


async def test_what_can_be_rotated_has_the_key_that_rotation_walks_along() -> None:
    for each in rotate_keys.sealed():
        if each.fields:
            columns = await db.fetch(
                "SELECT column_name FROM information_schema.columns WHERE table_name = $1", each.table
            )
            assert {"region", "id", *each.fields, *each.fingerprints} <= {row["column_name"] for row in columns}
            assert each.context


def test_no_two_tables_share_a_context() -> None:
    contexts = [each.context for each in rotate_keys.sealed() if each.context]
    assert len(contexts) == len(set(contexts))


def test_every_slice_with_tables_says_what_it_seals() -> None:
    having = {module.__name__.split(".")[1] for module in slices.modules("sealed")}
    assert {"identity", "notifications", "appointments"} <= having
