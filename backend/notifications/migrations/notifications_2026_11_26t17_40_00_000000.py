"""Messages are found by what they are about: whoever handed them over asks what became of them."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core.migrations import sql_migration

ID = "2026-11-26T17:40:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "messages by matter"

UP = [
    """CREATE INDEX notifications_message_about_ix ON notifications_message (region, about, id DESC)
        WHERE about IS NOT NULL""",
]


async def forwards() -> MigrationManager:
    """Add the index."""
    return sql_migration(ID, "notifications", DESCRIPTION, UP)
