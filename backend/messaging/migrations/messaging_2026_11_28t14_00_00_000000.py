"""Texts that came in are found by their age, when they are past their term."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core.migrations import sql_migration

ID = "2026-11-28T14:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "received texts by age"

UP = [
    "CREATE INDEX messaging_received_created_ix ON messaging_received (region, created)",
]


async def forwards() -> MigrationManager:
    """Add the index."""
    return sql_migration(ID, "messaging", DESCRIPTION, UP)
