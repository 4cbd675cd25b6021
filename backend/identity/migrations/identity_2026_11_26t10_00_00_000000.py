"""A session knows when and how its owner was proved, and under which mandate it acts."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core.migrations import sql_migration

ID = "2026-11-26T10:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "proof and mandate of a session"

UP = [
    # An older session counts as proved when it began.
    "ALTER TABLE identity_session ADD COLUMN proved_at timestamptz",
    "ALTER TABLE identity_session ADD COLUMN proof text NOT NULL DEFAULT 'code'",
    "ALTER TABLE identity_session ADD COLUMN mandate uuid",
    "CREATE INDEX identity_session_mandate_ix ON identity_session (region, mandate) WHERE mandate IS NOT NULL",
]


async def forwards() -> MigrationManager:
    """Add the columns."""
    return sql_migration(ID, "identity", DESCRIPTION, UP)
