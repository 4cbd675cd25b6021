"""Questions about who looked."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core.migrations import sql_migration

ID = "2026-11-26T10:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "questions about who looked"

UP = [
    """CREATE TABLE disclosures_question (
        region text NOT NULL CONSTRAINT disclosures_question_region_ck CHECK (region ~ '^[0-9]{6}$'),
        id uuid NOT NULL,
        person uuid NOT NULL,
        view uuid NOT NULL,
        reader uuid,
        reader_role text NOT NULL,
        what text NOT NULL,
        purpose text NOT NULL,
        read_at timestamptz NOT NULL,
        text bytea,
        asked timestamptz NOT NULL,
        due date NOT NULL,
        answered timestamptz,
        answered_by uuid,
        answer bytea,
        CONSTRAINT disclosures_question_pk PRIMARY KEY (region, id),
        CONSTRAINT disclosures_question_view_uq UNIQUE (region, view),
        CONSTRAINT disclosures_question_answer_ck
            CHECK ((answered IS NULL) = (answer IS NULL) AND (answered IS NULL) = (answered_by IS NULL)))""",
    "CREATE INDEX disclosures_question_person_ix ON disclosures_question (person, view)",
    "CREATE INDEX disclosures_question_open_ix ON disclosures_question (due, id) WHERE answered IS NULL",
]


async def forwards() -> MigrationManager:
    """Create the table."""
    return sql_migration(ID, "disclosures", DESCRIPTION, UP)
