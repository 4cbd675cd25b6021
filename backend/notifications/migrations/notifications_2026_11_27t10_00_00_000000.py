"""What waits for a telephone and what waits for anything else, each with an index."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core.migrations import sql_migration

ID = "2026-11-27T10:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "lanes of deliveries"

UP = [
    """CREATE INDEX notifications_delivery_phone_ix ON notifications_delivery (region, rank, next_try)
        WHERE state = 'queued' AND channel IN ('sms', 'voice')""",
    """CREATE INDEX notifications_delivery_apart_ix ON notifications_delivery (region, rank, next_try)
        WHERE state = 'queued' AND channel NOT IN ('call', 'visit', 'sms', 'voice')""",
    "DROP INDEX notifications_delivery_queued_ix",
]


async def forwards() -> MigrationManager:
    """Two indexes for one; each delivery stands in one of them."""
    return sql_migration(ID, "notifications", DESCRIPTION, UP)
