"""Residents. They live in the province register ``000000``, with everything about them."""

from piccolo.columns import UUID, Bytea, Text, Timestamptz
from piccolo.table import Table

from backend.core.db import DB


class Person(Table, tablename="identity_person", db=DB, tags=["regional"]):
    """A resident. ``bytea`` columns are sealed with the row id as context, or keyed fingerprints (``…_index``)."""

    region = Text()
    id = UUID(primary_key=True)
    name = Bytea(null=True, default=None)
    phone = Bytea(null=True, default=None)
    phone_index = Bytea(null=True, default=None)
    birth = Bytea(null=True, default=None)
    name_birth_index = Bytea(null=True, default=None)
    document_kind = Text(null=True, default=None)
    document = Bytea(null=True, default=None)
    document_index = Bytea(null=True, default=None)
    home = Text()
    lang = Text()
    mode = Text()
    notice_by = Text()
    assurance = Text()
    state = Text()
    created = Timestamptz()
    changed = Timestamptz()
