"""The ledger of consents."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core.migrations import sql_migration

ID = "2026-11-26T10:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "ledger of consents"

UP = [
    """CREATE TABLE consents_consent (
        region text NOT NULL CONSTRAINT consents_consent_region_ck CHECK (region ~ '^[0-9]{6}$'),
        id uuid NOT NULL,
        person uuid NOT NULL,
        purpose text NOT NULL,
        version integer NOT NULL CONSTRAINT consents_consent_version_ck CHECK (version >= 1),
        state text NOT NULL CONSTRAINT consents_consent_state_ck CHECK (state IN ('given', 'withdrawn')),
        words bytea NOT NULL CONSTRAINT consents_consent_words_ck CHECK (length(words) = 32),
        at timestamptz NOT NULL,
        acting uuid,
        basis text NOT NULL,
        channel text NOT NULL,
        mandate uuid,
        verified text[] NOT NULL DEFAULT '{}',
        CONSTRAINT consents_consent_pk PRIMARY KEY (region, id))""",
    "CREATE INDEX consents_consent_person_ix ON consents_consent (region, person, purpose, id DESC)",
    "CREATE INDEX consents_consent_at_ix ON consents_consent (region, at)",
    # A row is never changed; only the retention work, which says so in its transaction, deletes what is past its term.
    """CREATE FUNCTION consents_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' AND current_setting('linli.retention', true) = 'on' THEN RETURN OLD; END IF;
        RAISE EXCEPTION 'the ledger of consents is append-only';
    END $$""",
    """CREATE TRIGGER consents_append_only BEFORE UPDATE OR DELETE ON consents_consent
        FOR EACH ROW EXECUTE FUNCTION consents_append_only()""",
]


async def forwards() -> MigrationManager:
    """Create the ledger."""
    return sql_migration(ID, "consents", DESCRIPTION, UP)
