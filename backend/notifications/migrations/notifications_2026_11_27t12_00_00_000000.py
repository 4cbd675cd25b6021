"""What waits for each channel that has a lane of its own, and what waits for any other."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core.migrations import sql_migration

ID = "2026-11-27T12:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "a lane for each channel"

UP = [
    """CREATE INDEX notifications_delivery_lane_ix ON notifications_delivery (region, channel, rank, next_try)
        WHERE state = 'queued' AND channel IN ('sms', 'voice', 'email', 'letter')""",
    """CREATE INDEX notifications_delivery_own_ix ON notifications_delivery (region, rank, next_try)
        WHERE state = 'queued' AND channel NOT IN ('sms', 'voice', 'email', 'letter', 'call', 'visit')""",
    "DROP INDEX notifications_delivery_phone_ix",
    "DROP INDEX notifications_delivery_apart_ix",
]


async def forwards() -> MigrationManager:
    """Two indexes for two; each delivery stands in one of them."""
    return sql_migration(ID, "notifications", DESCRIPTION, UP)
