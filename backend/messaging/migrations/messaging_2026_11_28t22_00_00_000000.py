"""More kinds of warnings: fire, snow and ice."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core.migrations import sql_migration

ID = "2026-11-28T22:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "more kinds of warnings"

UP = [
    # NOT VALID: the old rows meet the wider rule already, and checking them would lock the table while it is read.
    """ALTER TABLE messaging_broadcast DROP CONSTRAINT messaging_broadcast_hazard_ck,
        ADD CONSTRAINT messaging_broadcast_hazard_ck
            CHECK (hazard IN ('', 'gas', 'fire', 'storm', 'flood', 'snow', 'other')) NOT VALID""",
]


async def forwards() -> MigrationManager:
    """Widen the rule."""
    return sql_migration(ID, "messaging", DESCRIPTION, UP)
