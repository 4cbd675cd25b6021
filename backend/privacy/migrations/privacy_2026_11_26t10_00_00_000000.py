"""Proofs of deletion, corrections, closings of accounts, legal holds."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core.migrations import sql_migration

ID = "2026-11-26T10:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "proofs of deletion, corrections, closings, holds"


def region(table: str) -> str:
    return f"region text NOT NULL CONSTRAINT {table}_region_ck CHECK (region ~ '^[0-9]{{6}}$')"


UP = [
    f"""CREATE TABLE privacy_run (
        {region("privacy_run")},
        id uuid NOT NULL,
        about text NOT NULL,
        rule text NOT NULL,
        cutoff timestamptz NOT NULL,
        deleted integer NOT NULL CONSTRAINT privacy_run_deleted_ck CHECK (deleted >= 0),
        oldest timestamptz,
        more boolean NOT NULL DEFAULT false,
        problem text,
        at timestamptz NOT NULL,
        CONSTRAINT privacy_run_pk PRIMARY KEY (region, id))""",
    f"""CREATE TABLE privacy_correction (
        {region("privacy_correction")},
        id uuid NOT NULL,
        person uuid NOT NULL,
        field text NOT NULL CONSTRAINT privacy_correction_field_ck CHECK (field IN ('name', 'birth', 'document')),
        wanted bytea NOT NULL,
        reason bytea NOT NULL,
        state text NOT NULL DEFAULT 'asked' CONSTRAINT privacy_correction_state_ck
            CHECK (state IN ('asked', 'granted', 'refused', 'withdrawn')),
        asked_at timestamptz NOT NULL,
        acting uuid NOT NULL,
        basis text NOT NULL,
        channel text NOT NULL,
        decided_at timestamptz,
        decided_by uuid,
        answer bytea,
        CONSTRAINT privacy_correction_pk PRIMARY KEY (region, id),
        CONSTRAINT privacy_correction_decided_ck CHECK ((state = 'asked') = (decided_at IS NULL)),
        CONSTRAINT privacy_correction_answer_ck CHECK (state <> 'refused' OR answer IS NOT NULL))""",
    "CREATE INDEX privacy_correction_person_ix ON privacy_correction (region, person, id DESC)",
    """CREATE UNIQUE INDEX privacy_correction_open_uq ON privacy_correction (region, person, field)
        WHERE state = 'asked'""",
    f"""CREATE TABLE privacy_closing (
        {region("privacy_closing")},
        id uuid NOT NULL,
        person uuid NOT NULL,
        state text NOT NULL DEFAULT 'asked' CONSTRAINT privacy_closing_state_ck
            CHECK (state IN ('asked', 'taken-back', 'closed')),
        asked_at timestamptz NOT NULL,
        due_at timestamptz NOT NULL,
        acting uuid NOT NULL,
        basis text NOT NULL,
        channel text NOT NULL,
        ended_at timestamptz,
        CONSTRAINT privacy_closing_pk PRIMARY KEY (region, id),
        CONSTRAINT privacy_closing_due_ck CHECK (due_at > asked_at),
        CONSTRAINT privacy_closing_ended_ck CHECK ((state = 'asked') = (ended_at IS NULL)))""",
    "CREATE UNIQUE INDEX privacy_closing_open_uq ON privacy_closing (region, person) WHERE state = 'asked'",
    "CREATE INDEX privacy_closing_due_ix ON privacy_closing (region, due_at) WHERE state = 'asked'",
    f"""CREATE TABLE privacy_hold (
        {region("privacy_hold")},
        id uuid NOT NULL,
        person uuid NOT NULL,
        reason bytea NOT NULL,
        placed_at timestamptz NOT NULL,
        placed_by uuid NOT NULL,
        until timestamptz NOT NULL,
        lifted_at timestamptz,
        lifted_by uuid,
        CONSTRAINT privacy_hold_pk PRIMARY KEY (region, id),
        CONSTRAINT privacy_hold_until_ck CHECK (until > placed_at))""",
    "CREATE INDEX privacy_hold_person_ix ON privacy_hold (region, person) WHERE lifted_at IS NULL",
]


async def forwards() -> MigrationManager:
    """Create the tables."""
    return sql_migration(ID, "privacy", DESCRIPTION, UP)
