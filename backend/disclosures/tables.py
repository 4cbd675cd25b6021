"""Rows of disclosures. The reads themselves are core's."""

from piccolo.columns import UUID, Bytea, Date, Text, Timestamptz
from piccolo.table import Table

from backend.core.db import DB


class Question(Table, tablename="disclosures_question", db=DB, tags=["regional", "person:person"]):
    """问一问: what was this read for? Lives in the reader's county. ``text`` and ``answer`` are sealed.

    ``reader`` … ``read_at`` repeat the record: those who answer for the county do not reach records of other counties.
    """

    region = Text(default=None)
    id = UUID(primary_key=True, default=None)
    person = UUID(default=None)
    view = UUID(default=None)
    reader = UUID(null=True, default=None)
    reader_role = Text(default=None)
    what = Text(default=None)
    purpose = Text(default=None)
    read_at = Timestamptz(default=None)
    text = Bytea(null=True, default=None)
    asked = Timestamptz(default=None)
    due = Date(default=None)
    answered = Timestamptz(null=True, default=None)
    answered_by = UUID(null=True, default=None)
    answer = Bytea(null=True, default=None)
