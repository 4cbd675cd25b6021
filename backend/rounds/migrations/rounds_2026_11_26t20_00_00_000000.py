"""In which street or community a home visit is, so that its own grid workers see it and no other's."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core.migrations import sql_migration

ID = "2026-11-26T20:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "home visits of a street"

UP = [
    """ALTER TABLE rounds_visit ADD COLUMN division text
        CONSTRAINT rounds_visit_division_ck CHECK (division ~ '^[0-9]{9}([0-9]{3})?$' AND division LIKE region || '%')""",
    "CREATE INDEX rounds_visit_walk_ix ON rounds_visit (day, staff) WHERE state <> 'cancelled'",
]


async def forwards() -> MigrationManager:
    """Add the column, empty: of the visits before only the county is known."""
    return sql_migration(ID, "rounds", DESCRIPTION, UP)
