"""Who was not met at home did not stay away."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core.migrations import sql_migration

ID = "2026-11-26T20:30:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "not met at home"

UP = [
    """ALTER TABLE appointments_excuse DROP CONSTRAINT appointments_excuse_reason_ck,
        ADD CONSTRAINT appointments_excuse_reason_ck CHECK (reason IN ('came', 'hall', 'hindered', 'at-home'))""",
]


async def forwards() -> MigrationManager:
    """One more reason."""
    return sql_migration(ID, "appointments", DESCRIPTION, UP)
