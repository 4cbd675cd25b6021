"""Rows about people's own data; they live where people live (province register ``000000``)."""

from piccolo.columns import UUID, Boolean, Bytea, Integer, Text, Timestamptz
from piccolo.table import Table

from backend.core.db import DB


class Run(Table, tablename="privacy_run", db=DB, tags=["regional"]):
    """Proof of one deletion: table, rule, cut-off, how many rows went, and the oldest that remains."""

    region = Text(default=None)
    id = UUID(primary_key=True, default=None)
    about = Text(default=None, help_text="the table")
    rule = Text(default=None)
    cutoff = Timestamptz(default=None)
    deleted = Integer(default=0)
    oldest = Timestamptz(null=True, default=None)
    more = Boolean(default=False, help_text="the bound of one run was reached; the next run goes on")
    problem = Text(null=True, default=None)
    at = Timestamptz(default=None)


class Correction(Table, tablename="privacy_correction", db=DB, tags=["regional"]):
    """更正: asked for with a reason, decided by a clerk who sees the card. Texts are sealed."""

    region = Text(default=None)
    id = UUID(primary_key=True, default=None)
    person = UUID(default=None)
    field = Text(default=None)
    wanted = Bytea(default=None)
    reason = Bytea(default=None)
    state = Text(default="asked")
    asked_at = Timestamptz(default=None)
    acting = UUID(default=None)
    basis = Text(default=None)
    channel = Text(default=None)
    decided_at = Timestamptz(null=True, default=None)
    decided_by = UUID(null=True, default=None)
    answer = Bytea(null=True, default=None)


class Closing(Table, tablename="privacy_closing", db=DB, tags=["regional"]):
    """注销: asked for, seven days to think again, then done."""

    region = Text(default=None)
    id = UUID(primary_key=True, default=None)
    person = UUID(default=None)
    state = Text(default="asked")
    asked_at = Timestamptz(default=None)
    due_at = Timestamptz(default=None)
    acting = UUID(default=None)
    basis = Text(default=None)
    channel = Text(default=None)
    ended_at = Timestamptz(null=True, default=None)


class Hold(Table, tablename="privacy_hold", db=DB, tags=["regional"]):
    """依法留存: the law wants a person's data kept for now; it wins over deletion, and the person can read that."""

    region = Text(default=None)
    id = UUID(primary_key=True, default=None)
    person = UUID(default=None)
    reason = Bytea(default=None)
    placed_at = Timestamptz(default=None)
    placed_by = UUID(default=None)
    until = Timestamptz(default=None)
    lifted_at = Timestamptz(null=True, default=None)
    lifted_by = UUID(null=True, default=None)
