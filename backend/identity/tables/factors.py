"""The second factor of staff: time-based codes, and codes for the day the telephone is lost."""

from piccolo.columns import UUID, BigInt, Bytea, Text, Timestamptz
from piccolo.table import Table

from backend.core.db import DB


class Factor(Table, tablename="identity_factor", db=DB, tags=["regional", "person:staff"]):
    """The sealed secret of time-based codes (RFC 6238). ``last_step`` is the step of the last code that was taken."""

    region = Text()
    id = UUID(primary_key=True)
    staff = UUID()
    secret = Bytea()
    last_step = BigInt()
    created = Timestamptz()
    confirmed = Timestamptz(null=True, default=None)
    ended = Timestamptz(null=True, default=None)


class RecoveryCode(Table, tablename="identity_recovery_code", db=DB, tags=["regional", "person:staff"]):
    """One of ten codes that stand in for the telephone, each once. Only a hash is kept."""

    region = Text()
    id = UUID(primary_key=True)
    staff = UUID()
    factor = UUID()
    code_hash = Bytea()
    created = Timestamptz()
    used_at = Timestamptz(null=True, default=None)
