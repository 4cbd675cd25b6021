"""Several services in one visit, as the appointment at home has them."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core.migrations import sql_migration

ID = "2026-11-27T11:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "visits for several services"

UP = ["ALTER TABLE rounds_visit ADD COLUMN further_items text[] NOT NULL DEFAULT '{}'"]


async def forwards() -> MigrationManager:
    """Add the column: the visits before were for one service, or for none that was named."""
    return sql_migration(ID, "rounds", DESCRIPTION, UP)
