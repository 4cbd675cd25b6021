"""Rows of home visits."""

from piccolo.columns import UUID, Array, Bytea, Date, Integer, Text, Timestamptz
from piccolo.table import Table

from backend.core.db import DB


class Visit(Table, tablename="rounds_visit", db=DB, tags=["regional", "place:division", "person:person_id,staff"]):
    """One visit: to whom, where (sealed), when about, who goes, what became of it.

    ``division`` is the street or community where it is, when that is known: its own staff see it too.
    One visit may be for several services: ``further_items`` besides ``item_id``.
    ``code`` is what the visitor says at the door; it is new for each visitor. ``position`` is the place in the walk
    that the visitor chose; ``seen`` is when the visitor saw first that it is theirs. ``follows`` is the visit before,
    where nobody was met; ``appointment_id`` is the appointment at home, where one was booked.
    """

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
    code = Bytea(null=True, default=None)
    position = Integer(null=True, default=None)
    seen = Timestamptz(null=True, default=None)
    follows = UUID(null=True, default=None)
    division = Text(null=True, default=None)
    appointment_id = UUID(null=True, default=None)
    further_items = Array(base_column=Text(), default=list)


class Badge(Table, tablename="rounds_badge", db=DB, tags=["regional", "open"]):
    """工号: the number on a staff card, counted within the county that registered the account. Ids only, so no wall."""

    region = Text()
    staff = UUID(primary_key=True)
    number = Integer()
    made = Timestamptz()
