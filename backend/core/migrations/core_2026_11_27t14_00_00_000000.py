"""No table of kept answers: what a create makes carries the key of its request."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core.migrations import sql_migration

ID = "2026-11-27T14:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "no kept answers"


async def forwards() -> MigrationManager:
    """Drop it; nothing ever wrote there."""
    return sql_migration(ID, "core", DESCRIPTION, ["DROP TABLE core_replay"])
