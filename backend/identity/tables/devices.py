"""Kiosks and screens, and the keys by which they are known."""

from piccolo.columns import UUID, Bytea, Text, Timestamptz
from piccolo.table import Table

from backend.core.db import DB


class Device(Table, tablename="identity_device", db=DB, tags=["regional"]):
    """自助终端 or hall screen. Lives in the county of its hall."""

    region = Text()
    id = UUID(primary_key=True)
    kind = Text()
    hall = UUID(null=True, default=None)
    name = Text()
    state = Text()
    created = Timestamptz()
    created_by = UUID()
    last_seen = Timestamptz(null=True, default=None)
    ended = Timestamptz(null=True, default=None)


class DeviceKey(Table, tablename="identity_device_key", db=DB, tags=["regional"]):
    """The one key that opens a device at the moment: the code to type, then the token. Only hashes are kept."""

    region = Text()
    id = UUID(primary_key=True)
    device_region = Text()
    device = UUID()
    kind = Text()
    hash = Bytea()
    expires_at = Timestamptz(null=True, default=None)
