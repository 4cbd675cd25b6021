"""Files that other systems send by e-mail, and letters that they hand over as a file."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core.migrations import sql_migration

ID = "2026-11-27T30:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "files of other systems"


def region(table: str) -> str:
    """The first column of every table."""
    return f"region text NOT NULL CONSTRAINT {table}_region_ck CHECK (region ~ '^[0-9]{{6}}$')"


UP = [
    f"""CREATE TABLE messaging_file (
        {region("messaging_file")},
        id uuid NOT NULL,
        service uuid NOT NULL,
        notice uuid NOT NULL,
        sender text NOT NULL,
        organisation text NOT NULL,
        token_hash bytea NOT NULL,
        kind text NOT NULL,
        size integer NOT NULL,
        name bytea,
        recipient bytea NOT NULL,
        confirm boolean NOT NULL,
        wrong smallint NOT NULL DEFAULT 0,
        content bytea NOT NULL,
        created timestamptz NOT NULL,
        until timestamptz NOT NULL,
        CONSTRAINT messaging_file_pk PRIMARY KEY (region, id))""",
    # A link names nothing of a division.
    "CREATE INDEX messaging_file_token_ix ON messaging_file (token_hash)",
    "CREATE INDEX messaging_file_until_ix ON messaging_file (region, until)",
    f"""CREATE TABLE messaging_letter (
        {region("messaging_letter")},
        id uuid NOT NULL,
        pages smallint NOT NULL,
        postage text NOT NULL CONSTRAINT messaging_letter_postage_ck
            CHECK (postage IN ('first', 'second', 'economy')),
        secret bytea NOT NULL,
        content bytea NOT NULL,
        created timestamptz NOT NULL,
        CONSTRAINT messaging_letter_pk PRIMARY KEY (region, id))""",
    # Whoever prints it knows the notice and not its division.
    "CREATE INDEX messaging_letter_id_ix ON messaging_letter (id)",
    "CREATE INDEX messaging_letter_created_ix ON messaging_letter (region, created)",
    # What is encrypted does not shrink: nobody need try.
    "ALTER TABLE messaging_file ALTER COLUMN content SET STORAGE EXTERNAL",
    "ALTER TABLE messaging_letter ALTER COLUMN content SET STORAGE EXTERNAL",
    "ALTER TABLE messaging_notice ALTER COLUMN template DROP NOT NULL",
]


async def forwards() -> MigrationManager:
    """Make the tables."""
    return sql_migration(ID, "messaging", DESCRIPTION, UP)
