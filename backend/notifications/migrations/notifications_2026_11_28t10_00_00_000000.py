"""Whether a message is for somebody who wished for large type and plain words."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core.migrations import sql_migration

ID = "2026-11-28T10:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "large type in e-mails"

UP = ["ALTER TABLE notifications_message ADD COLUMN plain boolean NOT NULL DEFAULT false"]


async def forwards() -> MigrationManager:
    """Add the column; what was sent before keeps its type."""
    return sql_migration(ID, "notifications", DESCRIPTION, UP)
