"""Minors: a manager's approval before staff read a record, a guardian's consent, minors' mode."""

from piccolo.columns import UUID, Boolean, Bytea, Date, SmallInt, Text, Timestamptz
from piccolo.table import Table

from backend.core.db import DB


class Approval(Table, tablename="identity_approval", db=DB, tags=["regional", "person:staff"]):
    """审批: may this member of staff read this minor's record until then. Lives in the county of who asks."""

    region = Text()
    id = UUID(primary_key=True)
    person = UUID()
    staff = UUID()
    reason = Text()
    note = Bytea(null=True, default=None)
    state = Text()
    asked = Timestamptz()
    decided = Timestamptz(null=True, default=None)
    decided_by = UUID(null=True, default=None)
    until = Timestamptz(null=True, default=None)
    opened = Timestamptz(null=True, default=None)


class GuardianConsent(Table, tablename="identity_guardian_consent", db=DB, tags=["regional"]):
    """监护人同意: a guardian agreed, at a counter, that a child under 14 is in the register."""

    region = Text()
    id = UUID(primary_key=True)
    child = UUID()
    guardian_name = Bytea()
    evidence = Text()
    given = Timestamptz()
    staff = UUID()
    withdrawn = Timestamptz(null=True, default=None)


class Minding(Table, tablename="identity_minding", db=DB, tags=["regional"]):
    """未成年人模式 of one account: the parent's PIN (argon2), and the minutes of today only; no history is kept."""

    region = Text()
    id = UUID(primary_key=True)
    band = Text()
    pin = Text(null=True, default=None)
    tries = SmallInt()
    released = Boolean()
    day = Date(null=True, default=None)
    minutes = SmallInt()
    changed = Timestamptz()
