"""Cards of people without a phone."""

from piccolo.columns import UUID, Bytea, SmallInt, Text, Timestamptz
from piccolo.table import Table

from backend.core.db import DB


class Card(Table, tablename="identity_card", db=DB, tags=["regional"]):
    """邻里卡. The number is sealed, the token known by its hash, the PIN by a slow one; ``tries`` are wrong PINs."""

    region = Text()
    id = UUID(primary_key=True)
    person = UUID()
    number = Bytea()
    number_index = Bytea()
    token_hash = Bytea()
    pin = Text()
    tries = SmallInt()
    state = Text()
    issued = Timestamptz()
    issued_by = UUID()
    issued_region = Text()
    last_used = Timestamptz(null=True, default=None)
    ended = Timestamptz(null=True, default=None)
    ended_why = Text(null=True, default=None)
