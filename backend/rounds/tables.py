"""Rows of home visits."""

from piccolo.columns import UUID, Bytea, Date, Text, Timestamptz
from piccolo.table import Table

from backend.core.db import DB


class Visit(Table, tablename="rounds_visit", db=DB, tags=["regional", "person:person_id,staff"]):
    """One visit: to whom, where (sealed), when about, who goes, what became of it."""

    region = Text()
    id = UUID(primary_key=True)
    person_id = UUID()
    item_id = Text(null=True, default=None)
    place = Bytea()
    phone = Bytea(null=True, default=None)
    day = Date()
    begins = Timestamptz()
    ends = Timestamptz()
    staff = UUID(null=True, default=None)
    state = Text()
    note = Bytea(null=True, default=None)
    asked_by = UUID()
    made = Timestamptz()
    ended_at = Timestamptz(null=True, default=None)
    request = Bytea()
