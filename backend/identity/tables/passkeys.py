"""Passkeys (通行密钥) of residents and staff, and the challenges that a device signs."""

from piccolo.columns import UUID, BigInt, Boolean, Bytea, Text, Timestamptz
from piccolo.table import Table

from backend.core.db import DB


class Passkey(Table, tablename="identity_passkey", db=DB, tags=["regional"]):
    """The public half of a key that stays on its owner's device. ``synced``: the maker of the device keeps a copy."""

    region = Text()
    id = UUID(primary_key=True)
    kind = Text()
    subject = UUID()
    subject_region = Text()
    credential = Bytea()
    public_key = Bytea()
    sign_count = BigInt()
    name = Bytea()
    synced = Boolean()
    created = Timestamptz()
    last_used = Timestamptz(null=True, default=None)


class Challenge(Table, tablename="identity_challenge", db=DB, tags=["regional"]):
    """What a device must sign, once, for one purpose, in the browser that asked (``request_hash``)."""

    region = Text()
    id = UUID(primary_key=True)
    request_hash = Bytea()
    challenge_hash = Bytea()
    purpose = Text()
    subject = UUID(null=True, default=None)
    created = Timestamptz()
    expires_at = Timestamptz()
    used_at = Timestamptz(null=True, default=None)
