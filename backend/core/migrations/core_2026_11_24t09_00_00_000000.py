from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core.migrations import sql_migration

ID = "2026-11-24T09:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "announcements, views, replays, loads, timers"

UP = [
    """CREATE TABLE core_announcement (
        region text NOT NULL CONSTRAINT core_announcement_region_ck CHECK (region ~ '^[0-9]{6}$'),
        id uuid NOT NULL,
        name text NOT NULL,
        subject uuid NOT NULL,
        at timestamptz NOT NULL,
        acting uuid,
        principal uuid,
        basis text NOT NULL,
        channel text NOT NULL,
        body jsonb NOT NULL,
        delivered_at timestamptz,
        tries integer NOT NULL DEFAULT 0,
        next_try timestamptz NOT NULL DEFAULT now(),
        problem text,
        CONSTRAINT core_announcement_pk PRIMARY KEY (region, id))""",
    # The relay's queue: small, because delivered rows leave it.
    "CREATE INDEX core_announcement_waiting_ix ON core_announcement (next_try, id) WHERE delivered_at IS NULL",
    "CREATE INDEX core_announcement_order_ix ON core_announcement (subject, id) WHERE delivered_at IS NULL",
    "CREATE INDEX core_announcement_subject_ix ON core_announcement (region, subject, id)",
    "CREATE INDEX core_announcement_principal_ix ON core_announcement (principal, id) WHERE principal IS NOT NULL",
    """CREATE FUNCTION core_announcement_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' OR (NEW.region, NEW.id, NEW.name, NEW.subject, NEW.at, NEW.basis, NEW.channel, NEW.body)
            IS DISTINCT FROM (OLD.region, OLD.id, OLD.name, OLD.subject, OLD.at, OLD.basis, OLD.channel, OLD.body)
            OR NEW.acting IS DISTINCT FROM OLD.acting OR NEW.principal IS DISTINCT FROM OLD.principal THEN
            RAISE EXCEPTION 'announcements are append-only';
        END IF;
        RETURN NEW;
    END $$""",
    """CREATE TRIGGER core_announcement_append_only BEFORE UPDATE OR DELETE ON core_announcement
        FOR EACH ROW EXECUTE FUNCTION core_announcement_append_only()""",
    """CREATE TABLE core_view (
        region text NOT NULL CONSTRAINT core_view_region_ck CHECK (region ~ '^[0-9]{6}$'),
        id uuid NOT NULL,
        person uuid NOT NULL,
        what text NOT NULL,
        purpose text NOT NULL,
        at timestamptz NOT NULL,
        acting uuid,
        principal uuid,
        basis text NOT NULL,
        channel text NOT NULL,
        CONSTRAINT core_view_pk PRIMARY KEY (region, id))""",
    "CREATE INDEX core_view_person_ix ON core_view (person, id)",
    """CREATE TABLE core_replay (
        region text NOT NULL CONSTRAINT core_replay_region_ck CHECK (region ~ '^[0-9]{6}$'),
        key bytea NOT NULL,
        body_hash bytea NOT NULL,
        status integer,
        answer bytea,
        at timestamptz NOT NULL,
        CONSTRAINT core_replay_pk PRIMARY KEY (region, key))""",
    "CREATE INDEX core_replay_at_ix ON core_replay (at)",
    """CREATE TABLE core_load (
        name text NOT NULL, version text NOT NULL, rows bigint NOT NULL DEFAULT 0, at timestamptz NOT NULL,
        CONSTRAINT core_load_pk PRIMARY KEY (name))""",
    """CREATE TABLE core_timer (
        name text NOT NULL, ran_at timestamptz NOT NULL, problem text,
        CONSTRAINT core_timer_pk PRIMARY KEY (name))""",
]


async def forwards() -> MigrationManager:
    return sql_migration(ID, "core", DESCRIPTION, UP)
