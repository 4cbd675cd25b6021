"""What every slice shares: announcements, reads of personal data, timed work, loads of reference data."""

from piccolo.columns import JSONB, UUID, Array, BigInt, Bytea, Integer, Text, Timestamptz
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
    """查看记录: somebody other than the person read the person's data. Append-only.

    ``about`` is the row that was read; ``acting_region`` and ``acting_role`` are the reader's post at that moment.
    """

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
    about = UUID(null=True, default=None)
    acting_region = Text(default="")
    acting_role = Text(default="")


class Link(Table, tablename="core_link", db=DB, tags=["regional", "append-only"]):
    """A link of a division's chain: rows of one kind with their digests, bound to the link before. Append-only.

    ``top`` is the largest id of its kind that the chain holds so far.
    """

    region = Text(default=None)
    seq = BigInt(primary_key=True, default=None)
    kind = Text(default=None)
    ids = Array(base_column=UUID(), default=None)
    digests = Bytea(default=None)
    top = UUID(default=None)
    previous = Bytea(default=None)
    hash = Bytea(default=None)
    at = Timestamptz(default=None)


class Head(Table, tablename="core_head", db=DB, tags=["regional", "append-only"]):
    """The signed state of a division's chain at some hour. Append-only; the same line is in a file and in the log."""

    region = Text(default=None)
    seq = BigInt(primary_key=True, default=None)
    hash = Bytea(default=None)
    at = Timestamptz(default=None)
    key = Bytea(default=None)
    signature = Bytea(default=None)


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
