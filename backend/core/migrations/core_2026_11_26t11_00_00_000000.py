from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core.migrations import sql_migration

ID = "2026-11-26T11:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "the trail is a chain: links, signed heads; views say who read, and what exactly"

UP = [
    "ALTER TABLE core_view ADD COLUMN about uuid",
    "ALTER TABLE core_view ADD COLUMN acting_region text NOT NULL DEFAULT ''",
    "ALTER TABLE core_view ADD COLUMN acting_role text NOT NULL DEFAULT ''",
    # What others did for a person. Acts for oneself do not enter it, so a booking of one's own pays nothing.
    """CREATE INDEX core_announcement_for_others_ix ON core_announcement (principal, id)
        WHERE acting <> principal""",
    """CREATE TABLE core_link (
        region text NOT NULL CONSTRAINT core_link_region_ck CHECK (region ~ '^[0-9]{6}$'),
        seq bigint NOT NULL CONSTRAINT core_link_seq_ck CHECK (seq > 0),
        kind text NOT NULL CONSTRAINT core_link_kind_ck CHECK (kind IN ('announcement', 'view')),
        ids uuid[] NOT NULL,
        digests bytea NOT NULL,
        top uuid NOT NULL,
        previous bytea NOT NULL,
        hash bytea NOT NULL,
        at timestamptz NOT NULL,
        CONSTRAINT core_link_pk PRIMARY KEY (region, seq),
        CONSTRAINT core_link_ids_ck CHECK (cardinality(ids) > 0 AND length(digests) = 32 * cardinality(ids)))""",
    # Finds the newest sealed id of a division and kind, and the few links that can hold an id.
    "CREATE INDEX core_link_top_ix ON core_link (region, kind, top)",
    """CREATE TABLE core_head (
        region text NOT NULL CONSTRAINT core_head_region_ck CHECK (region ~ '^[0-9]{6}$'),
        seq bigint NOT NULL,
        hash bytea NOT NULL,
        at timestamptz NOT NULL,
        key bytea NOT NULL,
        signature bytea NOT NULL,
        CONSTRAINT core_head_pk PRIMARY KEY (region, seq))""",
    """CREATE FUNCTION core_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
    END $$""",
    *(
        f"""CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
            FOR EACH ROW EXECUTE FUNCTION core_append_only()"""
        for table in ("core_view", "core_link", "core_head")
    ),
    *(
        f"""CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION core_append_only()"""
        for table in ("core_announcement", "core_view", "core_link", "core_head")
    ),
]


async def forwards() -> MigrationManager:
    return sql_migration(ID, "core", DESCRIPTION, UP)
