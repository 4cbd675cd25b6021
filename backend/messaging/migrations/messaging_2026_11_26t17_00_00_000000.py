"""Services, keys, templates, what is sent and received, broadcasts and emergencies."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core.migrations import sql_migration

ID = "2026-11-26T17:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "services, templates, notices, broadcasts"


def region(table: str) -> str:
    """The first column of every table."""
    return f"region text NOT NULL CONSTRAINT {table}_region_ck CHECK (region ~ '^[0-9]{{6}}$')"


UP = [
    f"""CREATE TABLE messaging_service (
        {region("messaging_service")},
        id uuid NOT NULL,
        name text NOT NULL,
        organisation uuid NOT NULL,
        guests bytea,
        made_by uuid NOT NULL,
        created timestamptz NOT NULL,
        ended timestamptz,
        CONSTRAINT messaging_service_pk PRIMARY KEY (region, id))""",
    # A token names the service and nothing of its division.
    "CREATE INDEX messaging_service_id_ix ON messaging_service (id)",
    f"""CREATE TABLE messaging_key (
        {region("messaging_key")},
        id uuid NOT NULL,
        service uuid NOT NULL,
        kind text NOT NULL CONSTRAINT messaging_key_kind_ck CHECK (kind IN ('normal', 'team', 'test')),
        name text NOT NULL,
        secret bytea NOT NULL,
        made_by uuid NOT NULL,
        created timestamptz NOT NULL,
        revoked timestamptz,
        CONSTRAINT messaging_key_service_fk FOREIGN KEY (region, service)
            REFERENCES messaging_service (region, id) ON DELETE RESTRICT,
        CONSTRAINT messaging_key_pk PRIMARY KEY (region, id))""",
    "CREATE INDEX messaging_key_service_ix ON messaging_key (region, service)",
    f"""CREATE TABLE messaging_template (
        {region("messaging_template")},
        id uuid NOT NULL,
        service uuid,
        kind text NOT NULL CONSTRAINT messaging_template_kind_ck CHECK (kind IN ('sms', 'email', 'letter', 'push')),
        name text NOT NULL,
        required text[] NOT NULL,
        version integer NOT NULL,
        made_by uuid NOT NULL,
        created timestamptz NOT NULL,
        changed timestamptz NOT NULL,
        archived timestamptz,
        CONSTRAINT messaging_template_pk PRIMARY KEY (region, id))""",
    "CREATE INDEX messaging_template_service_ix ON messaging_template (region, service, name)",
    f"""CREATE TABLE messaging_text (
        {region("messaging_text")},
        template uuid NOT NULL,
        version integer NOT NULL,
        lang text NOT NULL,
        wording text NOT NULL CONSTRAINT messaging_text_wording_ck CHECK (wording IN ('standard', 'plain')),
        subject text NOT NULL,
        body text NOT NULL,
        made_by uuid NOT NULL,
        created timestamptz NOT NULL,
        CONSTRAINT messaging_text_template_fk FOREIGN KEY (region, template)
            REFERENCES messaging_template (region, id) ON DELETE RESTRICT,
        CONSTRAINT messaging_text_pk PRIMARY KEY (region, template, version))""",
    f"""CREATE TABLE messaging_rewording (
        {region("messaging_rewording")},
        code text NOT NULL,
        lang text NOT NULL,
        wording text NOT NULL CONSTRAINT messaging_rewording_wording_ck CHECK (wording IN ('standard', 'plain')),
        version integer NOT NULL,
        body text NOT NULL,
        made_by uuid NOT NULL,
        created timestamptz NOT NULL,
        CONSTRAINT messaging_rewording_pk PRIMARY KEY (region, code, lang, wording, version))""",
    f"""CREATE TABLE messaging_notice (
        {region("messaging_notice")},
        id uuid NOT NULL,
        service uuid NOT NULL,
        key uuid NOT NULL,
        kind text NOT NULL CONSTRAINT messaging_notice_kind_ck CHECK (kind IN ('sms', 'email', 'letter')),
        template uuid NOT NULL,
        version integer NOT NULL,
        recipient bytea NOT NULL,
        recipient_index bytea NOT NULL,
        subject bytea,
        body bytea NOT NULL,
        reference text,
        parts smallint NOT NULL,
        status text NOT NULL CONSTRAINT messaging_notice_status_ck CHECK (status IN ('created', 'sending', 'delivered',
            'received', 'permanent-failure', 'temporary-failure', 'technical-failure')),
        created timestamptz NOT NULL,
        sent timestamptz,
        completed timestamptz,
        CONSTRAINT messaging_notice_pk PRIMARY KEY (region, id))""",
    "CREATE INDEX messaging_notice_service_ix ON messaging_notice (region, service, id DESC)",
    "CREATE INDEX messaging_notice_reference_ix ON messaging_notice (region, service, reference, id DESC)",
    "CREATE INDEX messaging_notice_recipient_ix ON messaging_notice (recipient_index, id DESC)",
    "CREATE INDEX messaging_notice_open_ix ON messaging_notice (region, id) WHERE status IN ('created', 'sending')",
    "CREATE INDEX messaging_notice_created_ix ON messaging_notice (region, created)",
    f"""CREATE TABLE messaging_received (
        {region("messaging_received")},
        id uuid NOT NULL,
        service uuid,
        phone bytea NOT NULL,
        body bytea NOT NULL,
        created timestamptz NOT NULL,
        CONSTRAINT messaging_received_pk PRIMARY KEY (region, id))""",
    "CREATE INDEX messaging_received_service_ix ON messaging_received (region, service, id DESC)",
    f"""CREATE TABLE messaging_broadcast (
        {region("messaging_broadcast")},
        id uuid NOT NULL,
        kind text NOT NULL CONSTRAINT messaging_broadcast_kind_ck CHECK (kind IN ('news', 'emergency')),
        hazard text NOT NULL CONSTRAINT messaging_broadcast_hazard_ck
            CHECK (hazard IN ('', 'gas', 'storm', 'flood', 'other')),
        drill boolean NOT NULL,
        division text NOT NULL CONSTRAINT messaging_broadcast_division_ck CHECK (division ~ '^[0-9]{{6,12}}$'),
        age_from smallint,
        age_to smallint,
        hours smallint NOT NULL DEFAULT 0,
        title text NOT NULL,
        texts jsonb NOT NULL,
        state text NOT NULL CONSTRAINT messaging_broadcast_state_ck
            CHECK (state IN ('waiting', 'running', 'stopped', 'over', 'refused')),
        total integer NOT NULL,
        seen integer NOT NULL DEFAULT 0,
        told integer NOT NULL DEFAULT 0,
        cursor_home text NOT NULL DEFAULT '',
        cursor_person uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
        moved timestamptz,
        made_by uuid NOT NULL,
        made timestamptz NOT NULL,
        decided_by uuid,
        decided timestamptz,
        finished timestamptz,
        until timestamptz,
        ended timestamptz,
        -- Two people stand behind a real alarm, whatever the code does.
        CONSTRAINT messaging_broadcast_two_ck CHECK (kind <> 'emergency' OR drill OR state IN ('waiting', 'refused')
            OR (decided_by IS NOT NULL AND decided_by <> made_by)),
        CONSTRAINT messaging_broadcast_pk PRIMARY KEY (region, id))""",
    "CREATE INDEX messaging_broadcast_running_ix ON messaging_broadcast (region, id) WHERE state = 'running'",
    f"""CREATE TABLE messaging_recipient (
        {region("messaging_recipient")},
        broadcast uuid NOT NULL,
        person uuid NOT NULL,
        place text NOT NULL,
        told timestamptz NOT NULL,
        answered timestamptz,
        how text CONSTRAINT messaging_recipient_how_ck CHECK (how IN ('page', 'text', 'grid')),
        by uuid,
        CONSTRAINT messaging_recipient_pk PRIMARY KEY (region, broadcast, person))""",
    "CREATE INDEX messaging_recipient_person_ix ON messaging_recipient (region, person)",
    """CREATE INDEX messaging_recipient_missing_ix ON messaging_recipient (region, broadcast, place, person)
        WHERE answered IS NULL""",
    "CREATE INDEX messaging_recipient_told_ix ON messaging_recipient (region, told)",
]


async def forwards() -> MigrationManager:
    """Make the tables."""
    return sql_migration(ID, "messaging", DESCRIPTION, UP)
