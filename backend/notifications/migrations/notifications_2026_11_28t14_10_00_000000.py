"""Numbers that nobody has confirmed are found by their age, as addresses are."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core.migrations import sql_migration

ID = "2026-11-28T14:10:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "unconfirmed numbers by age"

UP = [
    "CREATE INDEX notifications_phone_waiting_ix ON notifications_phone (region, added) WHERE confirmed IS NULL",
]


async def forwards() -> MigrationManager:
    """Add the index."""
    return sql_migration(ID, "notifications", DESCRIPTION, UP)
