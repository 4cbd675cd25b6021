"""The ledger. It lives where the person lives (province register ``000000``)."""

from piccolo.columns import UUID, Array, Bytea, Integer, Text, Timestamptz
from piccolo.table import Table

from backend.core.db import DB


class Consent(Table, tablename="consents_consent", db=DB, tags=["regional"]):
    """A consent or a withdrawal; never changed. ``words`` is the fingerprint of what was shown."""

    region = Text(default=None)
    id = UUID(primary_key=True, default=None)
    person = UUID(default=None)
    purpose = Text(default=None)
    version = Integer(default=None)
    state = Text(default=None)
    words = Bytea(default=None)
    at = Timestamptz(default=None)
    acting = UUID(null=True, default=None)
    basis = Text(default=None)
    channel = Text(default=None)
    mandate = UUID(null=True, default=None)
    verified = Array(base_column=Text(), default=list)
