"""Video meetings."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from backend.core.migrations import sql_migration

ID = "2026-11-26T19:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "video meetings"

UP = [
    """CREATE TABLE video_meeting (
        region text NOT NULL CONSTRAINT video_meeting_region_ck CHECK (region ~ '^[0-9]{6}$'),
        id uuid NOT NULL,
        address text NOT NULL CONSTRAINT video_meeting_address_ck CHECK (
            length(address) <= 200 AND address ~ '^https://[a-z0-9.-]+/[^[:space:]<>"*]*[*][^[:space:]<>"*]*$'),
        changed timestamptz NOT NULL,
        changed_by uuid,
        CONSTRAINT video_meeting_pk PRIMARY KEY (region, id))""",
    """CREATE TABLE video_room (
        region text NOT NULL CONSTRAINT video_room_region_ck CHECK (region ~ '^[0-9]{6}$'),
        id uuid NOT NULL,
        person_id uuid NOT NULL,
        room bytea,
        made timestamptz NOT NULL,
        ring timestamptz,
        CONSTRAINT video_room_pk PRIMARY KEY (region, id),
        CONSTRAINT video_room_use_ck CHECK (room IS NOT NULL OR ring IS NOT NULL))""",
    "CREATE INDEX video_room_person_ix ON video_room (person_id)",
]


async def forwards() -> MigrationManager:
    """Create the tables."""
    return sql_migration(ID, "video", DESCRIPTION, UP)
