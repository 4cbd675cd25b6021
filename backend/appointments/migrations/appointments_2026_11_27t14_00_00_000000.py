"""An appointment at home can be called off by staff also when its time has begun: whoever was to go there cannot."""

from importlib import import_module

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core.migrations import sql_migration

ID = "2026-11-27T14:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "calling off a home visit that has begun"
BEFORE = import_module("backend.appointments.migrations.appointments_2026_11_26t17_11_00_000000")
OLD = "AND state = 'booked' AND starts_at > p_now;"
NEW = """AND state = 'booked' AND (starts_at > p_now OR (p_basis = 'official' AND EXISTS (
                SELECT 1 FROM appointments_visit v WHERE v.region = p_region AND v.id = p_id)));"""


def cancel_function() -> str:
    """The function that gives a place back, with the new condition in it."""
    text: str = BEFORE.CANCEL
    if text.count(OLD) != 1:
        raise ValueError(f"appointments_cancel no longer reads {OLD!r}")
    return text.replace(OLD, NEW)


async def forwards() -> MigrationManager:
    """Replace the function."""
    return sql_migration(ID, "appointments", DESCRIPTION, [cancel_function()])
