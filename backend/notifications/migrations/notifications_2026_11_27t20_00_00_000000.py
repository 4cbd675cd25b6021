"""Texts that were meant for another system, texts that ask for texts again; when and how texts were ended."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core.migrations import sql_migration

ID = "2026-11-27T20:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "what a text was about, and since when texts are off"

UP = [
    """ALTER TABLE notifications_received DROP CONSTRAINT notifications_received_state_ck,
        ADD CONSTRAINT notifications_received_state_ck CHECK (state IN
            ('stop', 'start', 'answered', 'elsewhere', 'open', 'done')) NOT VALID""",
    """ALTER TABLE notifications_preference
        ADD COLUMN texts_at timestamptz,
        ADD COLUMN texts_how text CONSTRAINT notifications_preference_texts_how_ck
            CHECK (texts_how IN ('text', 'self', 'helped')),
        ADD CONSTRAINT notifications_preference_texts_ck CHECK ((texts_at IS NULL) = (texts_how IS NULL))""",
]


async def forwards() -> MigrationManager:
    """Two states and two columns."""
    return sql_migration(ID, "notifications", DESCRIPTION, UP)
