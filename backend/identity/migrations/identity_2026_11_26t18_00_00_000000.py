"""Assistance at people's own door."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core.migrations import sql_migration

ID = "2026-11-26T18:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "assistance at people's own door"

UP = [
    "ALTER TABLE identity_assistance DROP CONSTRAINT identity_assistance_channel_ck",
    """ALTER TABLE identity_assistance ADD CONSTRAINT identity_assistance_channel_ck
        CHECK (channel IN ('phone', 'counter', 'field'))""",
]


async def forwards() -> MigrationManager:
    """Let the channel be ``field``."""
    return sql_migration(ID, "identity", DESCRIPTION, UP)
