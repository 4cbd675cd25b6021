"""Minors: approval before staff read a record, consent of guardians, minors' mode."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core.migrations import sql_migration

ID = "2026-11-26T14:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "approvals, consent of guardians, minors' mode"

UP = [
    """CREATE TABLE identity_approval (
        region text NOT NULL CONSTRAINT identity_approval_region_ck CHECK (region ~ '^[0-9]{6}$'),
        id uuid NOT NULL,
        person uuid NOT NULL,
        staff uuid NOT NULL,
        reason text NOT NULL,
        note bytea,
        state text NOT NULL DEFAULT 'waiting'
            CONSTRAINT identity_approval_state_ck CHECK (state IN ('waiting', 'given', 'refused')),
        asked timestamptz NOT NULL,
        decided timestamptz,
        decided_by uuid,
        until timestamptz,
        opened timestamptz,
        CONSTRAINT identity_approval_pk PRIMARY KEY (region, id),
        CONSTRAINT identity_approval_other_ck CHECK (decided_by <> staff),
        CONSTRAINT identity_approval_decided_ck
            CHECK ((state = 'waiting') = (decided IS NULL) AND (decided IS NULL) = (decided_by IS NULL)),
        CONSTRAINT identity_approval_until_ck CHECK ((state = 'given') = (until IS NOT NULL)))""",
    "CREATE INDEX identity_approval_staff_ix ON identity_approval (region, staff, person, id DESC)",
    "CREATE INDEX identity_approval_waiting_ix ON identity_approval (region, asked) WHERE state = 'waiting'",
    """CREATE TABLE identity_guardian_consent (
        region text NOT NULL CONSTRAINT identity_guardian_consent_region_ck CHECK (region = '000000'),
        id uuid NOT NULL,
        child uuid NOT NULL,
        guardian_name bytea NOT NULL,
        evidence text NOT NULL,
        given timestamptz NOT NULL,
        staff uuid NOT NULL,
        withdrawn timestamptz,
        CONSTRAINT identity_guardian_consent_pk PRIMARY KEY (region, id))""",
    """CREATE UNIQUE INDEX identity_guardian_consent_child_uq ON identity_guardian_consent (region, child)
        WHERE withdrawn IS NULL""",
    """CREATE TABLE identity_minding (
        region text NOT NULL CONSTRAINT identity_minding_region_ck CHECK (region = '000000'),
        id uuid NOT NULL,
        band text NOT NULL DEFAULT '',
        pin text,
        tries smallint NOT NULL DEFAULT 0 CONSTRAINT identity_minding_tries_ck CHECK (tries BETWEEN 0 AND 5),
        released boolean NOT NULL DEFAULT false,
        day date,
        minutes smallint NOT NULL DEFAULT 0,
        changed timestamptz NOT NULL,
        CONSTRAINT identity_minding_pk PRIMARY KEY (region, id))""",
    # Assistance for a minor ends with the approval that it rests on.
    "ALTER TABLE identity_assistance ADD COLUMN until timestamptz",
    "ALTER TABLE identity_person DROP CONSTRAINT identity_person_mode_ck",
    """ALTER TABLE identity_person ADD CONSTRAINT identity_person_mode_ck
        CHECK (mode IN ('standard', 'elder', 'minors'))""",
]


async def forwards() -> MigrationManager:
    """Create the tables, add the columns."""
    return sql_migration(ID, "identity", DESCRIPTION, UP)
