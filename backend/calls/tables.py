"""The one row that an operator's running call leaves."""

from piccolo.columns import UUID, Bytea, Text, Timestamptz
from piccolo.table import Table

from backend.core.db import DB


class Draft(Table, tablename="calls_draft", db=DB, tags=["regional", "person:staff"]):
    """What an operator has typed in the running call; one row an operator."""

    region = Text()
    id = UUID(primary_key=True)
    staff = UUID()
    body = Bytea()
    changed = Timestamptz()
