"""Monthly reports of who got places through which channel."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core.migrations import sql_migration

ID = "2026-11-26T17:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "monthly parity reports"

UP = [
    """CREATE TABLE parity_report (
        region text NOT NULL CONSTRAINT parity_report_region_ck CHECK (region ~ '^[0-9]{6}$'),
        month date NOT NULL CONSTRAINT parity_report_month_ck CHECK (extract(day FROM month) = 1),
        hall_id uuid NOT NULL,
        body jsonb NOT NULL,
        made_at timestamptz NOT NULL,
        CONSTRAINT parity_report_pk PRIMARY KEY (region, hall_id, month))""",
    "CREATE INDEX parity_report_month_ix ON parity_report (month)",
]


async def forwards() -> MigrationManager:
    return sql_migration(ID, "parity", DESCRIPTION, UP)
