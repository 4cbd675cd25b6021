"""A machine stands in a hall of its own region."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core.migrations import sql_migration

ID = "2026-11-26T20:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "hall of a device"

UP = [
    "CREATE INDEX identity_device_hall_ix ON identity_device (region, hall)",
    # Not checked for the devices that are there: whoever keeps them sees a wrong one and sets it up anew.
    """ALTER TABLE identity_device ADD CONSTRAINT identity_device_hall_fk FOREIGN KEY (region, hall)
        REFERENCES places_hall (region, id) ON DELETE RESTRICT NOT VALID""",
]


async def forwards() -> MigrationManager:
    """Refer to the hall."""
    return sql_migration(ID, "identity", DESCRIPTION, UP)
