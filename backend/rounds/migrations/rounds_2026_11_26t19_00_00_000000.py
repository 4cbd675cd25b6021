"""Who is given a home visit, in which order one walks, and what the visitor says at the door."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core.migrations import sql_migration

ID = "2026-11-26T19:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "assigned home visits"

UP = [
    """ALTER TABLE rounds_visit
        ADD COLUMN code bytea,
        ADD COLUMN position integer,
        ADD COLUMN seen timestamptz,
        ADD COLUMN follows uuid""",
    "CREATE INDEX rounds_visit_staff_ix ON rounds_visit (staff, begins) WHERE state = 'planned'",
    # One second visit at most grows out of a visit where nobody was met.
    "CREATE UNIQUE INDEX rounds_visit_follows_uq ON rounds_visit (region, follows)",
    """CREATE TABLE rounds_badge (
        region text NOT NULL CONSTRAINT rounds_badge_region_ck CHECK (region ~ '^[0-9]{6}$'),
        staff uuid NOT NULL,
        number integer NOT NULL CONSTRAINT rounds_badge_number_ck CHECK (number > 0),
        made timestamptz NOT NULL,
        CONSTRAINT rounds_badge_pk PRIMARY KEY (region, staff),
        CONSTRAINT rounds_badge_number_uq UNIQUE (region, number))""",
]


async def forwards() -> MigrationManager:
    """Add the columns, empty; and the numbers on the staff cards."""
    return sql_migration(ID, "rounds", DESCRIPTION, UP)
