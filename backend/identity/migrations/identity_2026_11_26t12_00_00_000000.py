"""Cards of people without a phone, kiosks and screens, and sessions that belong to a kiosk."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core.migrations import sql_migration

ID = "2026-11-26T12:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "cards, devices, sessions at a device"

UP = [
    """CREATE TABLE identity_card (
        region text NOT NULL CONSTRAINT identity_card_region_ck CHECK (region = '000000'),
        id uuid NOT NULL,
        person uuid NOT NULL,
        number bytea NOT NULL,
        number_index bytea NOT NULL,
        token_hash bytea NOT NULL,
        pin text NOT NULL,
        tries smallint NOT NULL DEFAULT 0 CONSTRAINT identity_card_tries_ck CHECK (tries BETWEEN 0 AND 5),
        state text NOT NULL DEFAULT 'active'
            CONSTRAINT identity_card_state_ck CHECK (state IN ('active', 'locked', 'void')),
        issued timestamptz NOT NULL,
        issued_by uuid NOT NULL,
        issued_region text NOT NULL,
        last_used timestamptz,
        ended timestamptz,
        ended_why text CONSTRAINT identity_card_why_ck CHECK (ended_why IN ('replaced', 'lost', 'returned')),
        CONSTRAINT identity_card_pk PRIMARY KEY (region, id),
        CONSTRAINT identity_card_number_uq UNIQUE (region, number_index),
        CONSTRAINT identity_card_token_uq UNIQUE (region, token_hash),
        CONSTRAINT identity_card_ended_ck CHECK ((state = 'void') = (ended IS NOT NULL)),
        CONSTRAINT identity_card_person_fk FOREIGN KEY (region, person)
            REFERENCES identity_person (region, id) ON DELETE RESTRICT)""",
    "CREATE INDEX identity_card_person_ix ON identity_card (region, person, id DESC)",
    "CREATE UNIQUE INDEX identity_card_one_uq ON identity_card (region, person) WHERE state <> 'void'",
    """CREATE TABLE identity_device (
        region text NOT NULL CONSTRAINT identity_device_region_ck CHECK (region ~ '^[0-9]{6}$'),
        id uuid NOT NULL,
        kind text NOT NULL CONSTRAINT identity_device_kind_ck CHECK (kind IN ('kiosk', 'screen')),
        hall uuid,
        name text NOT NULL,
        state text NOT NULL DEFAULT 'waiting'
            CONSTRAINT identity_device_state_ck CHECK (state IN ('waiting', 'active', 'revoked')),
        created timestamptz NOT NULL,
        created_by uuid NOT NULL,
        last_seen timestamptz,
        ended timestamptz,
        CONSTRAINT identity_device_pk PRIMARY KEY (region, id),
        CONSTRAINT identity_device_ended_ck CHECK ((state = 'revoked') = (ended IS NOT NULL)))""",
    # A device says only its code or token: this directory tells which county keeps the row.
    """CREATE TABLE identity_device_key (
        region text NOT NULL CONSTRAINT identity_device_key_region_ck CHECK (region = '000000'),
        id uuid NOT NULL,
        device_region text NOT NULL
            CONSTRAINT identity_device_key_device_region_ck CHECK (device_region ~ '^[0-9]{6}$'),
        device uuid NOT NULL,
        kind text NOT NULL CONSTRAINT identity_device_key_kind_ck CHECK (kind IN ('code', 'token')),
        hash bytea NOT NULL,
        expires_at timestamptz,
        CONSTRAINT identity_device_key_pk PRIMARY KEY (region, id),
        CONSTRAINT identity_device_key_hash_uq UNIQUE (region, hash),
        CONSTRAINT identity_device_key_expires_ck CHECK ((kind = 'code') = (expires_at IS NOT NULL)))""",
    "CREATE UNIQUE INDEX identity_device_key_one_uq ON identity_device_key (region, device)",
    "ALTER TABLE identity_session ADD COLUMN at_device uuid",
    """CREATE INDEX identity_session_at_device_ix ON identity_session (region, at_device)
        WHERE at_device IS NOT NULL AND ended_at IS NULL""",
]


async def forwards() -> MigrationManager:
    """Create the tables, add the column."""
    return sql_migration(ID, "identity", DESCRIPTION, UP)
