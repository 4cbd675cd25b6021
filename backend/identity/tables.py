"""Rows of people, staff, sessions. Residents and everything about them live in the province register ``000000``."""

from piccolo.columns import UUID, Array, Bytea, SmallInt, Text, Timestamptz
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


class Staff(Table, tablename="identity_staff", db=DB, tags=["regional"]):
    """A post: roles in the subtree of ``division``. Lives in the county of the post."""

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
    """The province-wide directory of staff login names: which county keeps the post."""

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


class Session(Table, tablename="identity_session", db=DB, tags=["regional"]):
    """A signed-in browser, app or device. ``subject_region`` says where the staff row lives."""

    region = Text()
    id = UUID(primary_key=True)
    token_hash = Bytea()
    kind = Text()
    subject = UUID()
    subject_region = Text()
    assistance = UUID(null=True, default=None)
    device = Text()
    created = Timestamptz()
    last_seen = Timestamptz()
    expires_at = Timestamptz()
    ended_at = Timestamptz(null=True, default=None)


class Code(Table, tablename="identity_code", db=DB, tags=["regional"]):
    """A one-time code, bound to the browser that asked (``request_hash``)."""

    region = Text()
    id = UUID(primary_key=True)
    request_hash = Bytea()
    purpose = Text()
    phone = Bytea()
    phone_index = Bytea()
    code_hash = Bytea()
    tries = SmallInt()
    created = Timestamptz()
    expires_at = Timestamptz()
    used_at = Timestamptz(null=True, default=None)


class Assistance(Table, tablename="identity_assistance", db=DB, tags=["regional"]):
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
