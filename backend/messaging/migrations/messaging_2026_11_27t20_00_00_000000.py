"""A message of another system is found by its id alone: whoever sends it, or reports on it, knows no more."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core.migrations import sql_migration

ID = "2026-11-27T20:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "notices by id"

UP = [
    "CREATE INDEX messaging_notice_id_ix ON messaging_notice (id)",
]


async def forwards() -> MigrationManager:
    """Add the index."""
    return sql_migration(ID, "messaging", DESCRIPTION, UP)
