"""Browsers that messages are sent to."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core.migrations import sql_migration

ID = "2026-11-26T17:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "push subscriptions"

UP = [
    """CREATE TABLE webpush_subscription (
        region text NOT NULL CONSTRAINT webpush_subscription_region_ck CHECK (region ~ '^[0-9]{6}$'),
        id uuid NOT NULL,
        person uuid NOT NULL,
        endpoint bytea NOT NULL,
        endpoint_index bytea NOT NULL,
        browser_key bytea NOT NULL,
        auth bytea NOT NULL,
        key_id smallint NOT NULL,
        service text NOT NULL,
        device text NOT NULL,
        lang text NOT NULL,
        created timestamptz NOT NULL,
        expires timestamptz,
        received timestamptz,
        shown uuid,
        refused smallint NOT NULL DEFAULT 0,
        CONSTRAINT webpush_subscription_pk PRIMARY KEY (region, id),
        -- One browser tells one person: whoever subscribes it last.
        CONSTRAINT webpush_subscription_endpoint_uq UNIQUE (region, endpoint_index))""",
    "CREATE INDEX webpush_subscription_person_ix ON webpush_subscription (region, person, id)",
]


async def forwards() -> MigrationManager:
    """Create the table."""
    return sql_migration(ID, "webpush", DESCRIPTION, UP)
