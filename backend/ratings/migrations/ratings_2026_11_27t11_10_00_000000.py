"""A home visit that was planned without an appointment can be rated too."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core.migrations import sql_migration

ID = "2026-11-27T11:10:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "ratings of home visits"

UP = [
    "ALTER TABLE ratings_visit ADD COLUMN home_visit_id uuid",
    "ALTER TABLE ratings_visit DROP CONSTRAINT ratings_visit_what_ck",
    """ALTER TABLE ratings_visit ADD CONSTRAINT ratings_visit_what_ck
        CHECK (num_nonnulls(ticket_id, appointment_id, home_visit_id) > 0)""",
    """CREATE UNIQUE INDEX ratings_visit_home_uq ON ratings_visit (region, home_visit_id)
        WHERE home_visit_id IS NOT NULL""",
]


async def forwards() -> MigrationManager:
    """Add the column, empty: the home visits before were not asked about."""
    return sql_migration(ID, "ratings", DESCRIPTION, UP)
