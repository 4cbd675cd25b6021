"""E-mail addresses of people, and messages to a bare address."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core.migrations import sql_migration

ID = "2026-11-26T19:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "e-mail addresses"

UP = [
    # NOT VALID: the old rows meet the wider rule already, and checking them would lock the table while it is read.
    """ALTER TABLE notifications_message
        ADD COLUMN address bytea,
        ADD COLUMN subject bytea,
        ADD COLUMN leave bytea,
        ADD COLUMN many boolean NOT NULL DEFAULT false,
        DROP CONSTRAINT notifications_message_channel_ck,
        ADD CONSTRAINT notifications_message_channel_ck CHECK (channel IN ('sms', 'call', 'letter', 'email')) NOT VALID""",
    """CREATE TABLE notifications_email (
        region text NOT NULL CONSTRAINT notifications_email_region_ck CHECK (region ~ '^[0-9]{6}$'),
        id uuid NOT NULL,
        person uuid NOT NULL,
        address bytea NOT NULL,
        address_index bytea NOT NULL,
        first boolean NOT NULL DEFAULT false,
        news boolean NOT NULL DEFAULT true,
        added timestamptz NOT NULL,
        confirmed timestamptz,
        code_hash bytea,
        code_until timestamptz,
        code_tries smallint NOT NULL DEFAULT 0,
        CONSTRAINT notifications_email_confirmed_ck CHECK (confirmed IS NOT NULL OR (NOT first AND code_hash IS NOT NULL)),
        CONSTRAINT notifications_email_pk PRIMARY KEY (region, id))""",
    # One that is used and one that waits for its code, whatever the code does.
    """CREATE UNIQUE INDEX notifications_email_used_uq ON notifications_email (region, person)
        WHERE confirmed IS NOT NULL""",
    """CREATE UNIQUE INDEX notifications_email_waits_uq ON notifications_email (region, person)
        WHERE confirmed IS NULL""",
    "CREATE INDEX notifications_email_index_ix ON notifications_email (region, address_index)",
    "CREATE INDEX notifications_email_waiting_ix ON notifications_email (region, added) WHERE confirmed IS NULL",
]


async def forwards() -> MigrationManager:
    """Add the table and the columns."""
    return sql_migration(ID, "notifications", DESCRIPTION, UP)
