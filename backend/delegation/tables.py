"""Rows of mandates, in the province's register ``000000`` like the people they are about."""

from piccolo.columns import UUID, Array, Bytea, Text, Timestamptz
from piccolo.table import Table

from backend.core.db import DB


class Mandate(Table, tablename="delegation_mandate", db=DB, tags=["regional"]):
    """委托. ``bytea`` columns are sealed with the row id as context, or keyed fingerprints.

    ``relation`` is what the delegate is to the principal (女儿), ``called`` the other way round (妈妈). An empty
    ``items`` covers all service items. ``sensitive_from`` is when sensitive scopes begin to count.
    """

    region = Text()
    id = UUID(primary_key=True)
    principal = UUID()
    delegate = UUID(null=True, default=None)
    scopes = Array(base_column=Text())
    items = Array(base_column=Text())
    basis = Text()
    evidence = Bytea(null=True, default=None)
    relation = Bytea(null=True, default=None)
    called = Bytea(null=True, default=None)
    phone = Bytea(null=True, default=None)
    phone_index = Bytea(null=True, default=None)
    code = Bytea(null=True, default=None)
    code_index = Bytea(null=True, default=None)
    request = Bytea()
    state = Text()
    ended_why = Text(null=True, default=None)
    invited_at = Timestamptz()
    invited_until = Timestamptz()
    accepted_at = Timestamptz(null=True, default=None)
    sensitive_from = Timestamptz(null=True, default=None)
    starts = Timestamptz()
    ends = Timestamptz()
    ended_at = Timestamptz(null=True, default=None)


class Step(Table, tablename="delegation_step", db=DB, tags=["regional"]):
    """A step of a mandate: who took it, through which door, when, and why. Never changed but for a new key."""

    region = Text()
    id = UUID(primary_key=True)
    mandate = UUID()
    kind = Text()
    at = Timestamptz()
    acting = UUID(null=True, default=None)
    person = UUID(null=True, default=None)
    basis = Text()
    channel = Text()
    assistance = UUID(null=True, default=None)
    why = Bytea(null=True, default=None)


class Takeback(Table, tablename="delegation_takeback", db=DB, tags=["regional"]):
    """收回这件事: ``subject`` belongs to the principal alone again; this delegate no longer sees it."""

    region = Text()
    id = UUID(primary_key=True)
    principal = UUID()
    delegate = UUID()
    subject = UUID()
    at = Timestamptz()
    acting = UUID()
    channel = Text()
