"""Rows of a hall's day: the line, its counters, its tickets. Who is next is decided by a function of the migration."""

from piccolo.columns import UUID, Array, Boolean, Bytea, Date, Integer, SmallInt, Text, Timestamptz
from piccolo.table import Table

from backend.core.db import DB
from backend.places.schemas import IN_HALL


class Line(Table, tablename="queues_line", db=DB, tags=["regional", IN_HALL]):
    """One hall on one day: how many priority calls stand in a row, and how many tickets of each series went out."""

    region = Text()
    hall_id = UUID(primary_key=True)
    day = Date()
    streak = SmallInt()
    booked = Integer()
    green = Integer()
    street = Integer()


class Counter(Table, tablename="queues_counter", db=DB, tags=["regional", IN_HALL]):
    """窗口: a place where somebody is served. ``items`` are the service items it can do; none means all.

    ``team`` (窗口组) is what a group of counters is called together, such as 出入境.
    """

    region = Text()
    id = UUID(primary_key=True)
    hall_id = UUID()
    label = Text()
    items = Array(base_column=Text())
    state = Text()
    staff = UUID(null=True, default=None)
    changed = Timestamptz()
    team = Text()


class Ticket(Table, tablename="queues_ticket", db=DB, tags=["regional", IN_HALL, "person:person_id"]):
    """号票: somebody who waits, is served, or was. ``token_hash`` finds it from the slip, without signing in.

    ``waited``: seconds from being there and due to the first call. ``told``: when the person heard
    that it is soon their turn. ``for_counter`` and ``for_team``: where a colleague passed the person on to.
    ``errands``: what was done in this visit before ``item_id``. ``scopes``: the contingents that it may count for.
    ``forgotten``: a visit that nobody ended on its day; its length says nothing.
    """

    region = Text()
    id = UUID(primary_key=True)
    hall_id = UUID()
    day = Date()
    number = Text()
    kind = Text()
    item_id = Text(null=True, default=None)
    person_id = UUID(null=True, default=None)
    appointment_id = UUID(null=True, default=None)
    channel = Text()
    token_hash = Bytea()
    state = Text()
    since = Timestamptz()
    due = Timestamptz()
    passed = Timestamptz(null=True, default=None)
    counter_id = UUID(null=True, default=None)
    staff = UUID(null=True, default=None)
    calls = SmallInt()
    taken_at = Timestamptz()
    called_at = Timestamptz(null=True, default=None)
    started_at = Timestamptz(null=True, default=None)
    ended_at = Timestamptz(null=True, default=None)
    waited = Integer(null=True, default=None)
    told = Timestamptz(null=True, default=None)
    note = Bytea(null=True, default=None)
    request = Bytea()
    for_counter = UUID(null=True, default=None)
    for_team = Text(null=True, default=None)
    missed_at = Timestamptz(null=True, default=None)
    errands = Array(base_column=Text())
    scopes = Array(base_column=Text())
    forgotten = Boolean()


class Help(Table, tablename="queues_help", db=DB, tags=["regional", IN_HALL]):
    """求助: a counter (urgent) or a machine asks for a person. ``source`` is the counter or the machine."""

    region = Text()
    id = UUID(primary_key=True)
    hall_id = UUID()
    source = UUID()
    place = Text()
    urgent = Boolean()
    asked_by = UUID()
    asked = Timestamptz()
    going = UUID(null=True, default=None)
    going_at = Timestamptz(null=True, default=None)
    solved_by = UUID(null=True, default=None)
    solved = Timestamptz(null=True, default=None)


class Question(Table, tablename="queues_question", db=DB, tags=["regional", IN_HALL]):
    """即问即答: a question that a counter answered in passing, without a number."""

    region = Text()
    id = UUID(primary_key=True)
    hall_id = UUID()
    counter_id = UUID()
    day = Date()
    item_id = Text(null=True, default=None)
    staff = UUID()
    at = Timestamptz()


class Stop(Table, tablename="queues_stop", db=DB, tags=["regional", "public"]):
    """停止取号: no more street numbers on this day, until somebody resumes."""

    region = Text()
    id = UUID(primary_key=True)
    hall_id = UUID()
    day = Date()
    reason = Text()
    stopped_by = UUID()
    stopped_at = Timestamptz()
    resumed_by = UUID(null=True, default=None)
    resumed_at = Timestamptz(null=True, default=None)


class Contingent(Table, tablename="queues_contingent", db=DB, tags=["regional", "public"]):
    """每日放号量: street numbers a day, of the whole hall (no ``scope``), of a service item or of a theme."""

    region = Text()
    hall_id = UUID(primary_key=True)
    scope = Text()
    numbers = Integer()
    changed = Timestamptz()
