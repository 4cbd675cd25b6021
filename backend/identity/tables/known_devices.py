"""The devices that somebody has signed in with before, so that a sign-in on another one is told."""

from piccolo.columns import UUID, Bytea, Text, Timestamptz
from piccolo.table import Table

from backend.core.db import DB


class KnownDevice(Table, tablename="identity_known_device", db=DB, tags=["regional"]):
    """A browser or program, known by the hash of a random cookie only: no fingerprint, no address."""

    region = Text()
    id = UUID(primary_key=True)
    subject = UUID()
    device_hash = Bytea()
    first_seen = Timestamptz()
    last_seen = Timestamptz()
