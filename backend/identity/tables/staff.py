"""Accounts of staff, their login names, wrong passwords, and assistance."""

from piccolo.columns import UUID, Array, Bytea, SmallInt, Text, Timestamptz
from piccolo.table import Table

from backend.core.db import DB

# A member registered in one county and posted to another shows in both.
SHOWN = "shown:EXISTS (SELECT 1 FROM identity_post p WHERE p.staff = identity_staff.id AND linli_sees(p.division))"


class Staff(Table, tablename="identity_staff", db=DB, tags=["regional", "person:id", SHOWN]):
    """The account of a member of staff, in the county that registered it. Rights come from posts only.

    ``roles`` and ``division`` are of the time before posts; nothing reads them.
    """

    region = Text()
    id = UUID(primary_key=True)
    name = Bytea()
    login = Text()
    password = Text()
    roles = Array(base_column=Text())
    division = Text()
    state = Text()
    created = Timestamptz()
    ended = Timestamptz(null=True, default=None)


class Login(Table, tablename="identity_login", db=DB, tags=["regional"]):
    """The province-wide directory of staff login names: which county keeps the account."""

    region = Text()
    id = UUID(primary_key=True)
    login = Text()
    staff_region = Text()


class Attempt(Table, tablename="identity_attempt", db=DB, tags=["regional"]):
    """Wrong passwords in a row for a login name, whether or not it exists, so that a lock tells nothing."""

    region = Text()
    id = UUID(primary_key=True)
    login_index = Bytea()
    failures = SmallInt()
    locked_until = Timestamptz(null=True, default=None)
    changed = Timestamptz()


class Assistance(Table, tablename="identity_assistance", db=DB, tags=["regional", "person:principal,staff"]):
    """Staff helping one person, with how the person was verified. Lives in the county of the staff post."""

    region = Text()
    id = UUID(primary_key=True)
    staff = UUID()
    session = UUID()
    principal = UUID()
    channel = Text()
    verified = Array(base_column=Text())
    begun = Timestamptz()
    last_active = Timestamptz()
    ended = Timestamptz(null=True, default=None)
    ended_why = Text(null=True, default=None)
    until = Timestamptz(null=True, default=None)
