"""Passkeys, refresh tokens, devices that are known; codes that are read out, extended, or prove somebody again."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core.migrations import sql_migration

ID = "2026-11-26T11:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "passkeys, refresh tokens, known devices, spoken and extended codes"

UP = [
    """CREATE TABLE identity_passkey (
        region text NOT NULL CONSTRAINT identity_passkey_region_ck CHECK (region = '000000'),
        id uuid NOT NULL,
        kind text NOT NULL CONSTRAINT identity_passkey_kind_ck CHECK (kind IN ('resident', 'staff')),
        subject uuid NOT NULL,
        subject_region text NOT NULL CONSTRAINT identity_passkey_subject_region_ck CHECK (subject_region ~ '^[0-9]{6}$'),
        credential bytea NOT NULL
            CONSTRAINT identity_passkey_credential_ck CHECK (octet_length(credential) BETWEEN 1 AND 1023),
        public_key bytea NOT NULL,
        sign_count bigint NOT NULL CONSTRAINT identity_passkey_sign_count_ck CHECK (sign_count >= 0),
        name bytea NOT NULL,
        synced boolean NOT NULL,
        created timestamptz NOT NULL,
        last_used timestamptz,
        CONSTRAINT identity_passkey_pk PRIMARY KEY (region, id),
        CONSTRAINT identity_passkey_credential_uq UNIQUE (region, credential))""",
    "CREATE INDEX identity_passkey_subject_ix ON identity_passkey (region, subject)",
    """CREATE TABLE identity_challenge (
        region text NOT NULL CONSTRAINT identity_challenge_region_ck CHECK (region = '000000'),
        id uuid NOT NULL,
        request_hash bytea NOT NULL,
        challenge_hash bytea NOT NULL,
        purpose text NOT NULL
            CONSTRAINT identity_challenge_purpose_ck CHECK (purpose IN ('register', 'sign-in', 'again')),
        subject uuid,
        created timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        used_at timestamptz,
        CONSTRAINT identity_challenge_pk PRIMARY KEY (region, id),
        CONSTRAINT identity_challenge_request_uq UNIQUE (region, request_hash),
        CONSTRAINT identity_challenge_subject_ck CHECK ((purpose = 'sign-in') = (subject IS NULL)))""",
    """CREATE TABLE identity_refresh (
        region text NOT NULL CONSTRAINT identity_refresh_region_ck CHECK (region = '000000'),
        id uuid NOT NULL,
        session uuid NOT NULL,
        token_hash bytea NOT NULL,
        created timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        used_at timestamptz,
        CONSTRAINT identity_refresh_pk PRIMARY KEY (region, id),
        CONSTRAINT identity_refresh_token_uq UNIQUE (region, token_hash))""",
    "CREATE INDEX identity_refresh_session_ix ON identity_refresh (region, session)",
    """CREATE TABLE identity_known_device (
        region text NOT NULL CONSTRAINT identity_known_device_region_ck CHECK (region = '000000'),
        id uuid NOT NULL,
        subject uuid NOT NULL,
        device_hash bytea NOT NULL,
        first_seen timestamptz NOT NULL,
        last_seen timestamptz NOT NULL,
        CONSTRAINT identity_known_device_pk PRIMARY KEY (region, id),
        CONSTRAINT identity_known_device_uq UNIQUE (region, subject, device_hash))""",
    """ALTER TABLE identity_code ADD COLUMN channel text NOT NULL DEFAULT 'sms'
        CONSTRAINT identity_code_channel_ck CHECK (channel IN ('sms', 'call'))""",
    "ALTER TABLE identity_code ADD COLUMN extended_at timestamptz",
    "ALTER TABLE identity_code ADD COLUMN subject uuid",
    "ALTER TABLE identity_code DROP CONSTRAINT identity_code_purpose_ck",
    """ALTER TABLE identity_code
        ADD CONSTRAINT identity_code_purpose_ck CHECK (purpose IN ('sign-in', 'again')),
        ADD CONSTRAINT identity_code_subject_ck CHECK ((purpose = 'again') = (subject IS NOT NULL))""",
]


async def forwards() -> MigrationManager:
    """Create the tables and add the columns."""
    return sql_migration(ID, "identity", DESCRIPTION, UP)
