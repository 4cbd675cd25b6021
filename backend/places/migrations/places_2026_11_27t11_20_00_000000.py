"""In which township a hall is, so that a post of the township sees the day of its own hall and of no other."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core.migrations import sql_migration

ID = "2026-11-27T11:20:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "the township of a hall"

UP = [
    """CREATE FUNCTION places_township_of(hall uuid) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$
        SELECT h.division FROM places_hall h WHERE h.id = hall AND h.level = 'township' $$""",
]


async def forwards() -> MigrationManager:
    """A function for the row policies of tables that belong to a hall: nothing for halls of counties and above."""
    return sql_migration(ID, "places", DESCRIPTION, UP)
