"""What the relay looks for is an index of its own, without what is parked."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core.migrations import sql_migration

ID = "2026-11-26T19:10:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "announcements that are ready"

UP = [
    """CREATE INDEX core_announcement_ready_ix ON core_announcement (next_try, id)
        WHERE delivered_at IS NULL AND tries < 8""",
    "DROP INDEX core_announcement_waiting_ix",
]


async def forwards() -> MigrationManager:
    """Make the narrower index, and drop the wider one: they would do the same work twice."""
    return sql_migration(ID, "core", DESCRIPTION, UP)
