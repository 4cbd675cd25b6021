"""Rows about a hall's counters: groups, skills, rosters, limits, needs; and what a closure does for whom it touches."""

from piccolo.columns import UUID, Array, Boolean, Bytea, Date, Integer, Text, Timestamptz
from piccolo.table import Table

from backend.core.db import DB
from backend.places.schemas import IN_HALL


class Limit(Table, tablename="appointments_limit", db=DB, tags=["regional", "public"]):
    """How near and how far a hall can be booked; ``rest``: the general counters take what no group names."""

    region = Text(default=None)
    hall_id = UUID(primary_key=True, default=None)
    lead_minutes = Integer(default=None)
    horizon_days = Integer(default=None)
    rest = Boolean(default=None)


class Group(Table, tablename="appointments_group", db=DB, tags=["regional", "public"]):
    """办事区: counters for some services, and how one meets them: there, by phone, by video, at home, many at once."""

    region = Text(default=None)
    id = UUID(primary_key=True, default=None)
    hall_id = UUID(default=None)
    name = Text(default=None)
    kind = Text(default=None)
    items = Array(base_column=Text(), default=None)
    themes = Array(base_column=Text(), default=None)


class Joint(Table, tablename="appointments_joint", db=DB, tags=["regional", "public"]):
    """联办: a further hall that offers the times of a group and puts counters of its own on the group's roster."""

    region = Text(default=None)
    group_id = UUID(primary_key=True, default=None)
    hall_id = UUID(default=None)


class Need(Table, tablename="appointments_need", db=DB, tags=["regional", "public"]):
    """How many minutes a service needs at a hall."""

    region = Text(default=None)
    hall_id = UUID(primary_key=True, default=None)
    item_id = Text(default=None)
    minutes = Integer(default=None)


class Visit(Table, tablename="appointments_visit", db=DB, tags=["regional", "person:person_id"]):
    """上门: where we are to come for an appointment at home."""

    region = Text(default=None)
    id = UUID(primary_key=True, default=None)
    person_id = UUID(default=None)
    address = Bytea(default=None)
    created_at = Timestamptz(default=None)


class Counter(Table, tablename="appointments_counter", db=DB, tags=["regional", IN_HALL]):
    """窗口 of a roster: which groups it can serve; the hall's own id stands for the general counters."""

    region = Text(default=None)
    id = UUID(primary_key=True, default=None)
    hall_id = UUID(default=None)
    label = Text(default=None)
    groups = Array(base_column=UUID(), default=None)


class Roster(Table, tablename="appointments_roster", db=DB, tags=["regional", IN_HALL]):
    """排班: a counter serves one group for half a day."""

    region = Text(default=None)
    hall_id = UUID(default=None)
    day = Date(default=None)
    half = Text(default=None)
    counter_id = UUID(primary_key=True, default=None)
    group_key = UUID(default=None)


class Rebooking(Table, tablename="appointments_rebooking", db=DB, tags=["regional", "person:person_id"]):
    """What becomes of one appointment that a closure touches: moved, or somebody calls."""

    region = Text(default=None)
    closure_id = UUID(default=None)
    appointment_id = UUID(primary_key=True, default=None)
    person_id = UUID(default=None)
    acting = UUID(default=None)
    outcome = Text(default="pending")
    moved_to = UUID(null=True, default=None)
    tries = Integer(default=0)
    created_at = Timestamptz(default=None)
    done_at = Timestamptz(null=True, default=None)
