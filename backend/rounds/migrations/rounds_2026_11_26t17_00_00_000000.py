"""Home visits."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core.migrations import sql_migration

ID = "2026-11-26T17:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "home visits"

UP = [
    """CREATE TABLE rounds_visit (
        region text NOT NULL CONSTRAINT rounds_visit_region_ck CHECK (region ~ '^[0-9]{6}$'),
        id uuid NOT NULL,
        person_id uuid NOT NULL,
        item_id text,
        place bytea NOT NULL,
        phone bytea,
        day date NOT NULL,
        begins timestamptz NOT NULL,
        ends timestamptz NOT NULL,
        staff uuid,
        state text NOT NULL DEFAULT 'planned',
        note bytea,
        asked_by uuid NOT NULL,
        made timestamptz NOT NULL,
        ended_at timestamptz,
        request bytea NOT NULL,
        CONSTRAINT rounds_visit_pk PRIMARY KEY (region, id),
        CONSTRAINT rounds_visit_request_uq UNIQUE (region, request),
        CONSTRAINT rounds_visit_window_ck CHECK (begins < ends),
        CONSTRAINT rounds_visit_state_ck CHECK (state IN ('planned', 'met', 'missed', 'cancelled')),
        CONSTRAINT rounds_visit_ended_ck CHECK ((state = 'planned') = (ended_at IS NULL)),
        CONSTRAINT rounds_visit_staff_ck CHECK (state IN ('planned', 'cancelled') OR staff IS NOT NULL))""",
    "CREATE INDEX rounds_visit_day_ix ON rounds_visit (region, day, staff)",
    "CREATE INDEX rounds_visit_person_ix ON rounds_visit (person_id)",
    # Nobody expects two visits for the same errand on one day.
    """CREATE UNIQUE INDEX rounds_visit_once_uq ON rounds_visit (region, person_id, day, coalesce(item_id, ''))
        WHERE state = 'planned'""",
]


async def forwards() -> MigrationManager:
    """Create the table."""
    return sql_migration(ID, "rounds", DESCRIPTION, UP)
