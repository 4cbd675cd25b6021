"""Templates of mini-program messages."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core.migrations import sql_migration

ID = "2026-11-26T19:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "templates of mini-program messages"

UP = [
    # NOT VALID: the old rows meet the wider rule already, and checking them would lock the table while it is read.
    """ALTER TABLE messaging_template DROP CONSTRAINT messaging_template_kind_ck,
        ADD CONSTRAINT messaging_template_kind_ck
            CHECK (kind IN ('sms', 'email', 'letter', 'push', 'miniprogram')) NOT VALID""",
]


async def forwards() -> MigrationManager:
    """Widen the rule."""
    return sql_migration(ID, "messaging", DESCRIPTION, UP)
