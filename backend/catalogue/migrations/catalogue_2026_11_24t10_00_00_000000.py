"""The province list, its earlier versions, county adoptions and their versions."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core.migrations import sql_migration

ID = "2026-11-24T10:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "service items and county adoptions"

ESSENTIAL = "('', 'medical', 'social-security', 'civil-affairs', 'payment')"
# Twin of rules.live_ways: a counter with address and hours, a telephone number, or a home visit and how to ask for it.
LIVE = """(length(local->>'address') >= 4 AND length(local->>'hours') >= 4)
    OR local->>'phone' ~ '^[+]?[0-9][0-9 -]{2,19}$'
    OR length(local->>'home_visit') >= 6"""

UP = [
    f"""CREATE TABLE catalogue_item (
        id text NOT NULL CONSTRAINT catalogue_item_pk PRIMARY KEY,
        code text, catalog_code text, name text NOT NULL, main_item text, type text, dept text, dept_class text, level text,
        kind text NOT NULL CONSTRAINT catalogue_item_kind_ck CHECK (kind IN ('apply', 'lookup')),
        objects text[], themes text[] NOT NULL, source_themes text[], topics text[],
        legal_days integer, legal_unit text, legal_raw text,
        promised_days integer, promised_unit text, promised_raw text,
        visits integer, online boolean, courier boolean, booking boolean,
        materials text[], condition text, fee text, note text,
        law text, law_version text, article text, quote text,
        source text NOT NULL, source_region text NOT NULL, as_of text NOT NULL, completeness text,
        essential text NOT NULL CONSTRAINT catalogue_item_essential_ck CHECK (essential IN {ESSENTIAL}),
        sort integer NOT NULL, revision integer NOT NULL, fingerprint text NOT NULL, changed_at timestamptz NOT NULL,
        CONSTRAINT catalogue_item_days_ck CHECK (legal_days >= 0 AND promised_days >= 0))""",
    "CREATE UNIQUE INDEX catalogue_item_sort_ix ON catalogue_item (sort, id)",
    "CREATE INDEX catalogue_item_themes_ix ON catalogue_item USING gin (themes)",
    """CREATE TABLE catalogue_item_version (
        id uuid NOT NULL CONSTRAINT catalogue_item_version_pk PRIMARY KEY,
        item text NOT NULL, revision integer NOT NULL, values jsonb NOT NULL, replaced_at timestamptz NOT NULL,
        CONSTRAINT catalogue_item_version_item_uq UNIQUE (item, revision))""",
    f"""CREATE TABLE catalogue_adoption (
        region text NOT NULL CONSTRAINT catalogue_adoption_region_ck CHECK (region ~ '^[0-9]{{6}}$'),
        id uuid NOT NULL, item text NOT NULL,
        state text NOT NULL CONSTRAINT catalogue_adoption_state_ck CHECK (state IN ('draft', 'published', 'withdrawn')),
        essential text NOT NULL CONSTRAINT catalogue_adoption_essential_ck CHECK (essential IN {ESSENTIAL}),
        version integer NOT NULL, local jsonb NOT NULL, live_version integer, effective_from date,
        updated_at timestamptz NOT NULL,
        CONSTRAINT catalogue_adoption_pk PRIMARY KEY (region, id),
        CONSTRAINT catalogue_adoption_item_uq UNIQUE (region, item),
        CONSTRAINT catalogue_adoption_live_ck CHECK ((state = 'published') = (live_version IS NOT NULL)))""",
    f"""CREATE TABLE catalogue_adoption_version (
        region text NOT NULL CONSTRAINT catalogue_adoption_version_region_ck CHECK (region ~ '^[0-9]{{6}}$'),
        id uuid NOT NULL, adoption uuid NOT NULL, version integer NOT NULL,
        step text NOT NULL CONSTRAINT catalogue_adoption_version_step_ck
            CHECK (step IN ('adopted', 'edited', 'published', 'withdrawn')),
        essential text NOT NULL CONSTRAINT catalogue_adoption_version_essential_ck CHECK (essential IN {ESSENTIAL}),
        local jsonb NOT NULL, effective_from date, at timestamptz NOT NULL, by uuid, reason text NOT NULL,
        CONSTRAINT catalogue_adoption_version_pk PRIMARY KEY (region, id),
        CONSTRAINT catalogue_adoption_version_uq UNIQUE (region, adoption, version),
        CONSTRAINT catalogue_adoption_version_fk FOREIGN KEY (region, adoption)
            REFERENCES catalogue_adoption (region, id) ON DELETE RESTRICT,
        CONSTRAINT catalogue_adoption_version_from_ck CHECK (step <> 'published' OR effective_from IS NOT NULL),
        CONSTRAINT catalogue_offline_way_ck CHECK (step <> 'published' OR essential = ''
            OR coalesce({LIVE}, false)))""",
    """CREATE FUNCTION catalogue_no_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION 'versions are never changed' USING ERRCODE = 'integrity_constraint_violation'; END $$""",
    """CREATE TRIGGER catalogue_adoption_version_fixed BEFORE UPDATE OR DELETE ON catalogue_adoption_version
        FOR EACH ROW EXECUTE FUNCTION catalogue_no_change()""",
    """CREATE TRIGGER catalogue_item_version_fixed BEFORE UPDATE OR DELETE ON catalogue_item_version
        FOR EACH ROW EXECUTE FUNCTION catalogue_no_change()""",
]


async def forwards() -> MigrationManager:
    """Create the tables."""
    return sql_migration(ID, "catalogue", DESCRIPTION, UP)
