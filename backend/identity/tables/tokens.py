"""Refresh tokens of programs."""

from piccolo.columns import UUID, Bytea, Text, Timestamptz
from piccolo.table import Table

from backend.core.db import DB


class Refresh(Table, tablename="identity_refresh", db=DB, tags=["regional"]):
    """A refresh token by its hash. All tokens of a session are one family: an old one used again ends the session."""

    region = Text()
    id = UUID(primary_key=True)
    session = UUID()
    token_hash = Bytea()
    created = Timestamptz()
    expires_at = Timestamptz()
    used_at = Timestamptz(null=True, default=None)
