"""What an operator has typed in the running call."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core.migrations import sql_migration

ID = "2026-11-26T17:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "drafts of running calls"

UP = [
    """CREATE TABLE calls_draft (
        region text NOT NULL CONSTRAINT calls_draft_region_ck CHECK (region ~ '^[0-9]{6}$'),
        id uuid NOT NULL,
        staff uuid NOT NULL,
        body bytea NOT NULL,
        changed timestamptz NOT NULL,
        CONSTRAINT calls_draft_pk PRIMARY KEY (region, id),
        CONSTRAINT calls_draft_staff_uq UNIQUE (region, staff))""",
]


async def forwards() -> MigrationManager:
    """Create the table."""
    return sql_migration(ID, "calls", DESCRIPTION, UP)
