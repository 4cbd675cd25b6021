"""Where one meets by video."""

from piccolo.columns import UUID, Bytea, Text, Timestamptz
from piccolo.table import Table

from backend.core.db import DB


class Meeting(Table, tablename="video_meeting", db=DB, tags=["regional"]):
    """The address template of a group of counters (``id``), with ``*`` where the name of the room goes."""

    region = Text()
    id = UUID(primary_key=True)
    address = Text()
    changed = Timestamptz()
    changed_by = UUID(null=True, default=None)


class Room(Table, tablename="video_room", db=DB, tags=["regional", "person:person_id"]):
    """The room of an appointment (``id``), sealed: whoever knows it can enter. Or the wish to be rung instead."""

    region = Text()
    id = UUID(primary_key=True)
    person_id = UUID()
    room = Bytea(null=True, default=None)
    made = Timestamptz()
    ring = Timestamptz(null=True, default=None)
