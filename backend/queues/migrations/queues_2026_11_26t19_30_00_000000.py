"""The latest visits of a hall by their end: what an honest waiting range is made of, at each look at a screen."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core.migrations import sql_migration

ID = "2026-11-26T19:30:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "index of finished tickets"
# Without it each look read a fortnight of tickets and sorted them: 19 ms for a hall of 800 visits a day, now 2.
DONE = """CREATE INDEX queues_ticket_done_ix ON queues_ticket (region, hall_id, ended_at)
    WHERE state = 'done' AND called_at IS NOT NULL"""


async def forwards() -> MigrationManager:
    """Add the index."""
    return sql_migration(ID, "queues", DESCRIPTION, [DONE])
