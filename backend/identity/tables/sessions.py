"""Signed-in browsers, apps and devices, and one-time codes."""

from piccolo.columns import UUID, Bytea, SmallInt, Text, Timestamptz
from piccolo.table import Table

from backend.core.db import DB


class Session(Table, tablename="identity_session", db=DB, tags=["regional"]):
    """A signed-in browser, app or device. ``subject_region`` says where the staff row lives.

    ``proof`` is how the owner was proved last (``code``, ``password``, ``passkey``, ``card`` …), ``proved_at`` when;
    ``mandate`` is the delegation under which the session acts at the moment; ``at_device`` the kiosk to which it
    belongs.
    """

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
    proved_at = Timestamptz(null=True, default=None)
    proof = Text()
    mandate = UUID(null=True, default=None)
    at_device = UUID(null=True, default=None)


class Code(Table, tablename="identity_code", db=DB, tags=["regional"]):
    """A one-time code, bound to the browser that asked (``request_hash``) and to its ``purpose``.

    ``subject`` is who proves themselves again; ``channel`` says whether it was written or read out.
    """

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
    channel = Text()
    extended_at = Timestamptz(null=True, default=None)
    subject = UUID(null=True, default=None)
