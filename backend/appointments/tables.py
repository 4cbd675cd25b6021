"""Rows of appointments. Capacity is decided by the functions of the migration, and held by CHECKs against any SQL."""

from piccolo.columns import UUID, Array, Boolean, Bytea, Date, Integer, Text, Time, Timestamptz
from piccolo.table import Table

from backend.core.db import DB
from backend.places.schemas import IN_HALL


class OpeningRule(Table, tablename="appointments_opening_rule", db=DB, tags=["regional", "public"]):
    """开放规则: on these weekdays (1 = Monday) from ``opens`` to ``closes``, a slot every ``minutes``.

    Weekly or every few weeks from ``anchor``, on the ``nth`` of the month (-1: the last), or once. ``per_counter``
    times the counters on the roster is the capacity where there is a roster.
    """

    region = Text(default=None)
    id = UUID(primary_key=True, default=None)
    hall_id = UUID(default=None)
    weekdays = Array(base_column=Integer(), default=None)
    opens = Time(default=None)
    closes = Time(default=None)
    minutes = Integer(default=None)
    capacity = Integer(default=None)
    valid_from = Date(default=None)
    valid_to = Date(null=True, default=None)
    source = Text(default=None)
    group_id = UUID(null=True, default=None)
    repeat = Text(default="weekly")
    every = Integer(default=1)
    anchor = Date(null=True, default=None)
    nth = Array(base_column=Integer(), default=list)
    season_from = Text(default="")
    season_to = Text(default="")
    per_counter = Integer(null=True, default=None)


class Closure(Table, tablename="appointments_closure", db=DB, tags=["regional", "public"]):
    """停办: a day, or half of one, on which a hall or one of its groups does not open although it should."""

    region = Text(default=None)
    id = UUID(primary_key=True, default=None)
    hall_id = UUID(default=None)
    day = Date(default=None)
    reason = Text(default=None)
    half = Text(default="day")
    group_id = UUID(null=True, default=None)
    everything = Boolean(default=True)
    state = Text(default="closed")
    acting = UUID(null=True, default=None)


class Slot(Table, tablename="appointments_slot", db=DB, tags=["regional", "public"]):
    """号源: a time at a hall. ``ordinal`` counts the slots of the day from 1."""

    region = Text(default=None)
    id = UUID(primary_key=True, default=None)
    hall_id = UUID(default=None)
    day = Date(default=None)
    ordinal = Integer(default=None)
    starts_at = Timestamptz(default=None)
    ends_at = Timestamptz(default=None)
    state = Text(default="open")
    group_id = UUID(null=True, default=None)


class Share(Table, tablename="appointments_share", db=DB, tags=["regional", "open"]):
    """渠道份额: the places of a slot that belong to one channel. ``issued`` only grows and makes the numbers.

    ``granted`` is what it was given at first; what it has now differs by the rows of ``appointments_release``.
    """

    region = Text(default=None)
    slot_id = UUID(primary_key=True, default=None)
    pool = Text(default=None)
    capacity = Integer(default=None)
    taken = Integer(default=0)
    issued = Integer(default=0)
    granted = Integer(null=True, default=None)


class SharePlan(Table, tablename="appointments_share_plan", db=DB, tags=["regional", "public"]):
    """份额方案: percent of a hall's places for each channel, for times made for ``valid_from`` and later."""

    region = Text(default=None)
    id = UUID(primary_key=True, default=None)
    hall_id = UUID(default=None)
    valid_from = Date(default=None)
    online = Integer(default=None)
    phone = Integer(default=None)
    counter = Integer(default=None)
    kiosk = Integer(default=None)
    helper = Integer(default=None)
    made_at = Timestamptz(default=None)


class HallPolicy(Table, tablename="appointments_hall_policy", db=DB, tags=["regional", "public"]):
    """When a hall releases unused places, and whether its residents book first. No row: the defaults."""

    region = Text(default=None)
    hall_id = UUID(primary_key=True, default=None)
    release_hours = Integer(default=24)
    keep = Integer(default=1)
    others_days = Integer(null=True, default=None)
    residents_of = Text(default="")


class Release(Table, tablename="appointments_release", db=DB, tags=["regional", "public", "append-only"]):
    """余号释放: places of a time that went from one share to another, and when."""

    region = Text(default=None)
    id = UUID(primary_key=True, default=None)
    hall_id = UUID(default=None)
    slot_id = UUID(default=None)
    from_pool = Text(default=None)
    to_pool = Text(default=None)
    places = Integer(default=None)
    starts_at = Timestamptz(default=None)
    at = Timestamptz(default=None)


class Excuse(Table, tablename="appointments_excuse", db=DB, tags=["regional", "person:person_id"]):
    """爽约说明: a no-show that does not count against its person. Why is kept in one of three words, no details."""

    region = Text(default=None)
    appointment_id = UUID(primary_key=True, default=None)
    person_id = UUID(default=None)
    reason = Text(default=None)
    at = Timestamptz(default=None)
    acting = UUID(default=None)


class Appointment(Table, tablename="appointments_appointment", db=DB, tags=["regional", IN_HALL, "person:person_id"]):
    """预约. Never deleted; a change of time leaves the old row as ``moved``.

    One visit may be for several services: ``further_items`` besides ``item_id``, in ``units`` times one after
    the other.
    """

    region = Text(default=None)
    id = UUID(primary_key=True, default=None)
    slot_id = UUID(default=None)
    hall_id = UUID(default=None)
    item_id = Text(null=True, default=None)
    person_id = UUID(default=None)
    pool = Text(default=None)
    number = Text(default=None)
    code = Text(default=None)
    state = Text(default="booked")
    starts_at = Timestamptz(default=None)
    ends_at = Timestamptz(default=None)
    acting = UUID(default=None)
    basis = Text(default=None)
    channel = Text(default=None)
    created_at = Timestamptz(default=None)
    ended_at = Timestamptz(null=True, default=None)
    moved_from = UUID(null=True, default=None)
    request = Bytea(default=None)
    request_hash = Bytea(default=None)
    calendar_id = UUID(null=True, default=None)
    sequence = Integer(default=0)
    units = Integer(default=1)
    further_items = Array(base_column=Text(), default=list)


class Wait(Table, tablename="appointments_wait", db=DB, tags=["regional", IN_HALL, "person:person_id"]):
    """候补: somebody waits for a place of one channel at a hall. ``passed`` are times that did not suit."""

    region = Text(default=None)
    id = UUID(primary_key=True, default=None)
    hall_id = UUID(default=None)
    pool = Text(default=None)
    person_id = UUID(default=None)
    item_id = Text(null=True, default=None)
    further_items = Array(base_column=Text(), default=list)
    first_day = Date(default=None)
    last_day = Date(default=None)
    instead_of = UUID(null=True, default=None)
    slow = Boolean(default=None)
    state = Text(default="waiting")
    passed = Array(base_column=UUID(), default=None)
    unanswered = Integer(default=0)
    served_by = UUID(null=True, default=None)
    acting = UUID(default=None)
    basis = Text(default=None)
    channel = Text(default=None)
    joined_at = Timestamptz(default=None)
    ended_at = Timestamptz(null=True, default=None)


class Hold(Table, tablename="appointments_hold", db=DB, tags=["regional", IN_HALL, "person:person_id"]):
    """暂留: a place kept for a person for a while: their choice, or an offer from the line."""

    region = Text(default=None)
    id = UUID(primary_key=True, default=None)
    slot_id = UUID(default=None)
    hall_id = UUID(default=None)
    pool = Text(default=None)
    person_id = UUID(default=None)
    item_id = Text(null=True, default=None)
    further_items = Array(base_column=Text(), default=list)
    units = Integer(default=1)
    kind = Text(default=None)
    moving = UUID(null=True, default=None)
    wait_id = UUID(null=True, default=None)
    starts_at = Timestamptz(default=None)
    ends_at = Timestamptz(default=None)
    made_at = Timestamptz(default=None)
    expires_at = Timestamptz(default=None)
    extended = Integer(default=0)
    extensions = Integer(default=0)
    acting = UUID(null=True, default=None)
    basis = Text(default=None)
    channel = Text(default=None)


class Return(Table, tablename="appointments_return", db=DB, tags=["regional", "open"]):
    """退回的号: a place given up, on its way back to its share. Names an appointment, and nobody."""

    region = Text(default=None)
    id = UUID(primary_key=True, default=None)
    slot_id = UUID(default=None)
    pool = Text(default=None)
    appointment_id = UUID(default=None)
    due_at = Timestamptz(default=None)


class Further(Table, tablename="appointments_further", db=DB, tags=["regional", "open"]):
    """连号: a place that a visit takes after its first. ``owner`` is an appointment or a hold; names nobody."""

    region = Text(default=None)
    owner = UUID(primary_key=True, default=None)
    slot_id = UUID(default=None)
    pool = Text(default=None)
