"""Messages to people."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core.migrations import sql_migration

ID = "2026-11-24T10:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "messages to people"

UP = [
    """CREATE TABLE notifications_message (
        region text NOT NULL CONSTRAINT notifications_message_region_ck CHECK (region ~ '^[0-9]{6}$'),
        id uuid NOT NULL,
        person uuid,
        phone bytea,
        template text NOT NULL,
        channel text NOT NULL CONSTRAINT notifications_message_channel_ck CHECK (channel IN ('sms', 'call', 'letter')),
        lang text NOT NULL,
        body bytea NOT NULL,
        about uuid,
        once text,
        state text NOT NULL CONSTRAINT notifications_message_state_ck
            CHECK (state IN ('shown', 'queued', 'sent', 'failed', 'unsent')),
        tries smallint NOT NULL DEFAULT 0,
        created timestamptz NOT NULL,
        next_try timestamptz NOT NULL,
        sent_at timestamptz,
        CONSTRAINT notifications_message_pk PRIMARY KEY (region, id),
        CONSTRAINT notifications_message_once_uq UNIQUE (region, once))""",
    """CREATE INDEX notifications_message_queued_ix ON notifications_message (region, next_try) WHERE state = 'queued'""",
    """CREATE INDEX notifications_message_person_ix ON notifications_message (region, person, id DESC)
        WHERE person IS NOT NULL""",
]


async def forwards() -> MigrationManager:
    """Create the table."""
    return sql_migration(ID, "notifications", DESCRIPTION, UP)
