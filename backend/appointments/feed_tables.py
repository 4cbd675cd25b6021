"""The address under which a person's own calendar reads their appointments."""

from piccolo.columns import UUID, Bytea, Text, Timestamptz
from piccolo.table import Table

from backend.core.db import DB


class Feed(Table, tablename="appointments_feed", db=DB, tags=["regional", "person:person_id"]):
    """日历订阅: one of a person, known by the hash of its token. It ends by being deleted; a new one replaces it."""

    region = Text(default=None)
    person_id = UUID(primary_key=True, default=None)
    token_hash = Bytea(default=None)
    lang = Text(default=None)
    made_at = Timestamptz(default=None)
    seen_at = Timestamptz(default=None)
