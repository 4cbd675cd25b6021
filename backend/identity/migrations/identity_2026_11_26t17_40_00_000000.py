"""People are found by where they live: a warning goes to everybody of an area, a piece at a time."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core.migrations import sql_migration

ID = "2026-11-26T17:40:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "people by home"

UP = ["CREATE INDEX identity_person_home_ix ON identity_person (region, home, id) WHERE state = 'active'"]


async def forwards() -> MigrationManager:
    """Add the index."""
    return sql_migration(ID, "identity", DESCRIPTION, UP)
