"""People, staff, sessions, one-time codes, assistance."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core.migrations import sql_migration

ID = "2026-11-24T10:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "people, staff, sessions, one-time codes, assistance"

UP = [
    """CREATE TABLE identity_person (
        region text NOT NULL CONSTRAINT identity_person_region_ck CHECK (region ~ '^[0-9]{6}$'),
        id uuid NOT NULL,
        name bytea,
        phone bytea,
        phone_index bytea,
        birth bytea,
        name_birth_index bytea,
        document_kind text,
        document bytea,
        document_index bytea,
        home text NOT NULL DEFAULT ''
            CONSTRAINT identity_person_home_ck CHECK (home ~ '^([0-9]{6}([0-9]{3}([0-9]{3})?)?)?$'),
        lang text NOT NULL DEFAULT 'zh_CN',
        mode text NOT NULL DEFAULT 'standard'
            CONSTRAINT identity_person_mode_ck CHECK (mode IN ('standard', 'elder')),
        notice_by text NOT NULL DEFAULT 'sms'
            CONSTRAINT identity_person_notice_by_ck CHECK (notice_by IN ('sms', 'call', 'letter')),
        assurance text NOT NULL DEFAULT 'phone'
            CONSTRAINT identity_person_assurance_ck CHECK (assurance IN ('phone', 'counter', 'real-name')),
        state text NOT NULL DEFAULT 'active' CONSTRAINT identity_person_state_ck CHECK (state IN ('active', 'closed')),
        created timestamptz NOT NULL,
        changed timestamptz NOT NULL,
        CONSTRAINT identity_person_pk PRIMARY KEY (region, id),
        CONSTRAINT identity_person_phone_uq UNIQUE (region, phone_index),
        CONSTRAINT identity_person_document_uq UNIQUE (region, document_index),
        CONSTRAINT identity_person_phone_ck CHECK ((phone IS NULL) = (phone_index IS NULL)),
        CONSTRAINT identity_person_document_ck CHECK ((document IS NULL) = (document_index IS NULL)))""",
    """CREATE INDEX identity_person_name_birth_ix ON identity_person (region, name_birth_index)
        WHERE name_birth_index IS NOT NULL""",
    """CREATE TABLE identity_staff (
        region text NOT NULL CONSTRAINT identity_staff_region_ck CHECK (region ~ '^[0-9]{6}$'),
        id uuid NOT NULL,
        name bytea NOT NULL,
        login text NOT NULL,
        password text NOT NULL,
        roles text[] NOT NULL,
        division text NOT NULL,
        state text NOT NULL DEFAULT 'active' CONSTRAINT identity_staff_state_ck CHECK (state IN ('active', 'ended')),
        created timestamptz NOT NULL,
        ended timestamptz,
        CONSTRAINT identity_staff_pk PRIMARY KEY (region, id),
        CONSTRAINT identity_staff_ended_ck CHECK ((state = 'ended') = (ended IS NOT NULL)))""",
    """CREATE UNIQUE INDEX identity_staff_login_uq ON identity_staff (region, login) WHERE state = 'active'""",
    """CREATE TABLE identity_login (
        region text NOT NULL CONSTRAINT identity_login_region_ck CHECK (region = '000000'),
        id uuid NOT NULL,
        login text NOT NULL,
        staff_region text NOT NULL CONSTRAINT identity_login_staff_region_ck CHECK (staff_region ~ '^[0-9]{6}$'),
        CONSTRAINT identity_login_pk PRIMARY KEY (region, id),
        CONSTRAINT identity_login_login_uq UNIQUE (region, login))""",
    """CREATE TABLE identity_attempt (
        region text NOT NULL CONSTRAINT identity_attempt_region_ck CHECK (region = '000000'),
        id uuid NOT NULL,
        login_index bytea NOT NULL,
        failures smallint NOT NULL,
        locked_until timestamptz,
        changed timestamptz NOT NULL,
        CONSTRAINT identity_attempt_pk PRIMARY KEY (region, id),
        CONSTRAINT identity_attempt_login_uq UNIQUE (region, login_index))""",
    """CREATE TABLE identity_session (
        region text NOT NULL CONSTRAINT identity_session_region_ck CHECK (region ~ '^[0-9]{6}$'),
        id uuid NOT NULL,
        token_hash bytea NOT NULL,
        kind text NOT NULL CONSTRAINT identity_session_kind_ck CHECK (kind IN ('resident', 'staff', 'device')),
        subject uuid NOT NULL,
        subject_region text NOT NULL,
        assistance uuid,
        device text NOT NULL DEFAULT '',
        created timestamptz NOT NULL,
        last_seen timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        ended_at timestamptz,
        CONSTRAINT identity_session_pk PRIMARY KEY (region, id),
        CONSTRAINT identity_session_token_uq UNIQUE (region, token_hash))""",
    """CREATE INDEX identity_session_subject_ix ON identity_session (region, subject) WHERE ended_at IS NULL""",
    """CREATE INDEX identity_session_expires_ix ON identity_session (region, expires_at)""",
    """CREATE TABLE identity_code (
        region text NOT NULL CONSTRAINT identity_code_region_ck CHECK (region ~ '^[0-9]{6}$'),
        id uuid NOT NULL,
        request_hash bytea NOT NULL,
        purpose text NOT NULL CONSTRAINT identity_code_purpose_ck CHECK (purpose IN ('sign-in')),
        phone bytea NOT NULL,
        phone_index bytea NOT NULL,
        code_hash bytea NOT NULL,
        tries smallint NOT NULL DEFAULT 0 CONSTRAINT identity_code_tries_ck CHECK (tries BETWEEN 0 AND 5),
        created timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        used_at timestamptz,
        CONSTRAINT identity_code_pk PRIMARY KEY (region, id),
        CONSTRAINT identity_code_request_uq UNIQUE (region, request_hash))""",
    """CREATE INDEX identity_code_expires_ix ON identity_code (region, expires_at)""",
    """CREATE TABLE identity_assistance (
        region text NOT NULL CONSTRAINT identity_assistance_region_ck CHECK (region ~ '^[0-9]{6}$'),
        id uuid NOT NULL,
        staff uuid NOT NULL,
        session uuid NOT NULL,
        principal uuid NOT NULL,
        channel text NOT NULL CONSTRAINT identity_assistance_channel_ck CHECK (channel IN ('phone', 'counter')),
        verified text[] NOT NULL CONSTRAINT identity_assistance_verified_ck CHECK (cardinality(verified) > 0),
        begun timestamptz NOT NULL,
        last_active timestamptz NOT NULL,
        ended timestamptz,
        ended_why text,
        CONSTRAINT identity_assistance_pk PRIMARY KEY (region, id),
        CONSTRAINT identity_assistance_staff_fk FOREIGN KEY (region, staff)
            REFERENCES identity_staff (region, id) ON DELETE RESTRICT)""",
    """CREATE INDEX identity_assistance_staff_ix ON identity_assistance (region, staff, id DESC)""",
    """CREATE UNIQUE INDEX identity_assistance_one_uq ON identity_assistance (region, session) WHERE ended IS NULL""",
]


async def forwards() -> MigrationManager:
    """Create the tables."""
    return sql_migration(ID, "identity", DESCRIPTION, UP)
