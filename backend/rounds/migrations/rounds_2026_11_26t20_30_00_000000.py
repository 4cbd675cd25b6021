"""The visit of an appointment at home."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core.migrations import sql_migration

ID = "2026-11-26T20:30:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "visits of appointments"

UP = [
    "ALTER TABLE rounds_visit ADD COLUMN appointment_id uuid",
    """CREATE UNIQUE INDEX rounds_visit_appointment_uq ON rounds_visit (region, appointment_id)
        WHERE state = 'planned' AND appointment_id IS NOT NULL""",
    # Appointments have rules of their own about two for one errand.
    "DROP INDEX rounds_visit_once_uq",
    """CREATE UNIQUE INDEX rounds_visit_once_uq ON rounds_visit (region, person_id, day, coalesce(item_id, ''))
        WHERE state = 'planned' AND appointment_id IS NULL""",
]


async def forwards() -> MigrationManager:
    """Add the column, empty, and what keeps one visit an appointment."""
    return sql_migration(ID, "rounds", DESCRIPTION, UP)
