"""What was ended by hand is taken back: who was told hears that it is over, and what still waits does not go out."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core.migrations import sql_migration

ID = "2026-11-28T23:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "the all-clear"

UP = [
    """ALTER TABLE messaging_broadcast
        ADD COLUMN clear boolean,
        ADD COLUMN clear_cursor uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
        ADD COLUMN cleared integer NOT NULL DEFAULT 0,
        ADD COLUMN unwound timestamptz,
        ADD CONSTRAINT messaging_broadcast_clear_ck CHECK (clear IS NULL OR state = 'over') NOT VALID,
        ADD CONSTRAINT messaging_broadcast_cleared_ck CHECK (cleared >= 0) NOT VALID""",
    """CREATE INDEX messaging_broadcast_unwinding_ix ON messaging_broadcast (ended)
        WHERE clear IS NOT NULL AND unwound IS NULL""",
]


async def forwards() -> MigrationManager:
    """Add what is kept of taking it back."""
    return sql_migration(ID, "messaging", DESCRIPTION, UP)
