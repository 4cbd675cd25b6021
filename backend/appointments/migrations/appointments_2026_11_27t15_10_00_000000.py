"""Calendar subscriptions: one secret address of a person, known by its hash."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core.migrations import sql_migration

ID = "2026-11-27T15:10:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "calendar subscriptions"
TABLES = [
    """CREATE TABLE appointments_feed (
        region text NOT NULL CONSTRAINT appointments_feed_region_ck CHECK (region ~ '^[0-9]{6}$'),
        person_id uuid NOT NULL,
        token_hash bytea NOT NULL,
        lang text NOT NULL,
        made_at timestamptz NOT NULL,
        seen_at timestamptz NOT NULL,
        CONSTRAINT appointments_feed_pk PRIMARY KEY (region, person_id),
        CONSTRAINT appointments_feed_token_uq UNIQUE (region, token_hash))"""
]


async def forwards() -> MigrationManager:
    """Create the table."""
    return sql_migration(ID, "appointments", DESCRIPTION, TABLES)
