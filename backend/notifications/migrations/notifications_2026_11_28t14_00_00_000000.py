"""What is past its term is found without reading all that is not: by age, and apart from it what went to nobody of ours."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core.migrations import sql_migration

ID = "2026-11-28T14:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "messages by age"

UP = [
    "CREATE INDEX notifications_message_created_ix ON notifications_message (region, created)",
    # A week for these, a year for the others: by the index above they stand behind nearly everything that is kept.
    """CREATE INDEX notifications_message_nobodys_ix ON notifications_message (region, created)
        WHERE person IS NULL""",
]


async def forwards() -> MigrationManager:
    """Add the indexes."""
    return sql_migration(ID, "notifications", DESCRIPTION, UP)
