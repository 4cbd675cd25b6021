"""What every slice shares: announcements, reads of personal data, timed work, loads of reference data."""

from piccolo.columns import JSONB, UUID, BigInt, Bytea, Integer, Text, Timestamptz
from piccolo.table import Table

from backend.core.db import DB


class Announcement(
    Table,
    tablename="core_announcement",
    db=DB,
    tags=["regional", "append-only", "updates:delivered_at,tries,next_try,problem", "person:principal"],
):
    """What happened: audit trail, outbox and timeline in one append-only row. Only the delivery columns change."""

    region = Text(default=None)
    id = UUID(primary_key=True, default=None)
    name = Text(default=None)
    subject = UUID(default=None)
    at = Timestamptz(default=None)
    acting = UUID(null=True, default=None)
    principal = UUID(null=True, default=None)
    basis = Text(default=None)
    channel = Text(default=None)
    body = JSONB(default=None)
    delivered_at = Timestamptz(null=True, default=None)
    tries = Integer(default=0)
    next_try = Timestamptz(default=None)
    problem = Text(null=True, default=None)


class View(Table, tablename="core_view", db=DB, tags=["regional", "append-only", "person:person"]):
    """查看记录: somebody other than the person read the person's data."""

    region = Text(default=None)
    id = UUID(primary_key=True, default=None)
    person = UUID(default=None)
    what = Text(default=None)
    purpose = Text(default=None)
    at = Timestamptz(default=None)
    acting = UUID(null=True, default=None)
    principal = UUID(null=True, default=None)
    basis = Text(default=None)
    channel = Text(default=None)


class Replay(Table, tablename="core_replay", db=DB, tags=["regional"]):
    """The kept answer of a create, found again by its Idempotency-Key for at least 24 hours."""

    region = Text(default=None)
    key = Bytea(primary_key=True, default=None)
    body_hash = Bytea(default=None)
    status = Integer(null=True, default=None)
    answer = Bytea(null=True, default=None)
    at = Timestamptz(default=None)


class Load(Table, tablename="core_load", db=DB, tags=["reference"]):
    """Which version of a set of reference data is in the database."""

    name = Text(primary_key=True, default=None)
    version = Text(default=None)
    rows = BigInt(default=0)
    at = Timestamptz(default=None)


class Timer(Table, tablename="core_timer", db=DB, tags=["reference"]):
    """When a timed job ran last, so that one host runs it and a missed run is made good."""

    name = Text(primary_key=True, default=None)
    ran_at = Timestamptz(default=None)
    problem = Text(null=True, default=None)


class Migration(Table, tablename="core_migration", db=DB, tags=["reference"]):
    """The migrations that this database has seen."""

    app = Text(default=None)
    id = Text(primary_key=True, default=None)
    description = Text(default=None)
    at = Timestamptz(default=None)
