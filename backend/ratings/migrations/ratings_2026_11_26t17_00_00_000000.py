"""Visits, links, ratings, cases of rectification, monthly counts."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core.migrations import sql_migration

ID = "2026-11-26T17:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "visits, links, ratings, rectifications"


def region(table: str) -> str:
    return f"region text NOT NULL CONSTRAINT {table}_region_ck CHECK (region ~ '^[0-9]{{6}}$')"


UP = [
    f"""CREATE TABLE ratings_visit (
        {region("ratings_visit")},
        id uuid NOT NULL,
        hall_id uuid NOT NULL,
        ticket_id uuid,
        appointment_id uuid,
        person_id uuid,
        staff uuid,
        number text NOT NULL,
        happened_at timestamptz NOT NULL,
        invite_at timestamptz NOT NULL,
        invited_at timestamptz,
        CONSTRAINT ratings_visit_pk PRIMARY KEY (region, id),
        CONSTRAINT ratings_visit_what_ck CHECK (num_nonnulls(ticket_id, appointment_id) > 0))""",
    # An errand at a counter and the appointment it was for are one visit.
    """CREATE UNIQUE INDEX ratings_visit_ticket_uq ON ratings_visit (region, ticket_id) WHERE ticket_id IS NOT NULL""",
    """CREATE UNIQUE INDEX ratings_visit_appointment_uq ON ratings_visit (region, appointment_id)
        WHERE appointment_id IS NOT NULL""",
    "CREATE INDEX ratings_visit_person_ix ON ratings_visit (person_id, happened_at) WHERE person_id IS NOT NULL",
    "CREATE INDEX ratings_visit_due_ix ON ratings_visit (invite_at) WHERE invited_at IS NULL",
    "CREATE INDEX ratings_visit_hall_ix ON ratings_visit (region, hall_id, happened_at)",
    f"""CREATE TABLE ratings_link (
        {region("ratings_link")},
        id uuid NOT NULL,
        visit_id uuid NOT NULL,
        token_hash bytea NOT NULL,
        expires timestamptz NOT NULL,
        CONSTRAINT ratings_link_pk PRIMARY KEY (region, id),
        CONSTRAINT ratings_link_token_uq UNIQUE (region, token_hash),
        CONSTRAINT ratings_link_visit_fk FOREIGN KEY (region, visit_id)
            REFERENCES ratings_visit (region, id) ON DELETE RESTRICT)""",
    "CREATE INDEX ratings_link_visit_ix ON ratings_link (region, visit_id)",
    "CREATE INDEX ratings_link_token_ix ON ratings_link (token_hash)",
    f"""CREATE TABLE ratings_rating (
        {region("ratings_rating")},
        id uuid NOT NULL,
        hall_id uuid NOT NULL,
        person_id uuid,
        level smallint NOT NULL,
        reasons text[] NOT NULL DEFAULT '{{}}',
        note bytea,
        call_back boolean NOT NULL DEFAULT false,
        phone bytea,
        channel text NOT NULL,
        given_at timestamptz NOT NULL,
        changed_at timestamptz NOT NULL,
        CONSTRAINT ratings_rating_pk PRIMARY KEY (region, id),
        CONSTRAINT ratings_rating_level_ck CHECK (level BETWEEN 1 AND 5),
        CONSTRAINT ratings_rating_reasons_ck CHECK (level > 2 OR cardinality(reasons) > 0),
        CONSTRAINT ratings_rating_changed_ck CHECK (changed_at <= given_at + interval '24 hours'),
        CONSTRAINT ratings_rating_visit_fk FOREIGN KEY (region, id)
            REFERENCES ratings_visit (region, id) ON DELETE RESTRICT)""",
    "CREATE INDEX ratings_rating_hall_ix ON ratings_rating (region, hall_id, given_at)",
    "CREATE INDEX ratings_rating_person_ix ON ratings_rating (person_id) WHERE person_id IS NOT NULL",
    f"""CREATE TABLE ratings_case (
        {region("ratings_case")},
        id uuid NOT NULL,
        hall_id uuid NOT NULL,
        person_id uuid,
        state text NOT NULL DEFAULT 'received',
        received_at timestamptz NOT NULL,
        contact_due date NOT NULL,
        done_due date NOT NULL,
        contacted_at timestamptz,
        done_at timestamptz,
        ended_at timestamptz,
        late boolean NOT NULL DEFAULT false,
        CONSTRAINT ratings_case_pk PRIMARY KEY (region, id),
        CONSTRAINT ratings_case_state_ck
            CHECK (state IN ('received', 'contacted', 'rectified', 'confirmed', 'reopened', 'withdrawn')),
        CONSTRAINT ratings_case_due_ck CHECK (contact_due <= done_due),
        CONSTRAINT ratings_case_contacted_ck
            CHECK (state NOT IN ('contacted', 'rectified', 'confirmed') OR contacted_at IS NOT NULL),
        CONSTRAINT ratings_case_done_ck CHECK (state NOT IN ('rectified', 'confirmed') OR done_at IS NOT NULL),
        CONSTRAINT ratings_case_ended_ck CHECK ((state IN ('confirmed', 'withdrawn')) = (ended_at IS NOT NULL)),
        CONSTRAINT ratings_case_rating_fk FOREIGN KEY (region, id)
            REFERENCES ratings_rating (region, id) ON DELETE RESTRICT)""",
    "CREATE INDEX ratings_case_open_ix ON ratings_case (region, state, done_due)",
    "CREATE INDEX ratings_case_hall_ix ON ratings_case (region, hall_id, received_at)",
    "CREATE INDEX ratings_case_person_ix ON ratings_case (person_id) WHERE person_id IS NOT NULL",
    f"""CREATE TABLE ratings_step (
        {region("ratings_step")},
        id uuid NOT NULL,
        case_id uuid NOT NULL,
        person_id uuid,
        step text NOT NULL,
        acting uuid,
        at timestamptz NOT NULL,
        text bytea,
        CONSTRAINT ratings_step_pk PRIMARY KEY (region, id),
        CONSTRAINT ratings_step_step_ck
            CHECK (step IN ('contact', 'completion', 'confirmation', 'reopening', 'withdrawal')),
        CONSTRAINT ratings_step_case_fk FOREIGN KEY (region, case_id)
            REFERENCES ratings_case (region, id) ON DELETE RESTRICT)""",
    "CREATE INDEX ratings_step_case_ix ON ratings_step (region, case_id)",
    "CREATE INDEX ratings_step_person_ix ON ratings_step (person_id) WHERE person_id IS NOT NULL",
    f"""CREATE TABLE ratings_month (
        {region("ratings_month")},
        month date NOT NULL CONSTRAINT ratings_month_month_ck CHECK (extract(day FROM month) = 1),
        hall_id uuid NOT NULL,
        body jsonb NOT NULL,
        made_at timestamptz NOT NULL,
        CONSTRAINT ratings_month_pk PRIMARY KEY (region, hall_id, month))""",
    "CREATE INDEX ratings_month_month_ix ON ratings_month (month)",
]


async def forwards() -> MigrationManager:
    """Create the tables."""
    return sql_migration(ID, "ratings", DESCRIPTION, UP)
