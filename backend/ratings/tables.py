"""Rows of ratings: visits, links that open them, ratings, cases of rectification with their steps, monthly counts."""

from piccolo.columns import JSONB, UUID, Array, Boolean, Bytea, Date, SmallInt, Text, Timestamptz
from piccolo.table import Table

from backend.core.db import DB


class Visit(Table, tablename="ratings_visit", db=DB, tags=["regional", "person:person_id"]):
    """What can be rated once. ``number`` is the one on the slip; ``staff`` served, and may not rate it.

    A home visit that was planned without an appointment (``home_visit_id``) has no number; the county's hall answers
    for it. ``invite_at`` is when the person is to be asked, ``invited_at`` when the visit became ratable.
    """

    region = Text()
    id = UUID(primary_key=True)
    hall_id = UUID()
    ticket_id = UUID(null=True, default=None)
    appointment_id = UUID(null=True, default=None)
    home_visit_id = UUID(null=True, default=None)
    person_id = UUID(null=True, default=None)
    staff = UUID(null=True, default=None)
    number = Text()
    happened_at = Timestamptz()
    invite_at = Timestamptz()
    invited_at = Timestamptz(null=True, default=None)


class Link(Table, tablename="ratings_link", db=DB, tags=["regional"]):
    """A token that opens a visit without signing in; only its hash is kept."""

    region = Text()
    id = UUID(primary_key=True)
    visit_id = UUID()
    token_hash = Bytea()
    expires = Timestamptz()


class Rating(Table, tablename="ratings_rating", db=DB, tags=["regional", "person:person_id"]):
    """评价 of the visit of the same id. What was written is sealed, and so is the number for calling back."""

    region = Text()
    id = UUID(primary_key=True)
    hall_id = UUID()
    person_id = UUID(null=True, default=None)
    level = SmallInt()
    reasons = Array(base_column=Text())
    note = Bytea(null=True, default=None)
    call_back = Boolean()
    phone = Bytea(null=True, default=None)
    channel = Text()
    given_at = Timestamptz()
    changed_at = Timestamptz()


class Case(Table, tablename="ratings_case", db=DB, tags=["regional", "person:person_id"]):
    """差评整改 of the low rating of the same id. The dates are the last days on which a step is in time."""

    region = Text()
    id = UUID(primary_key=True)
    hall_id = UUID()
    person_id = UUID(null=True, default=None)
    state = Text()
    received_at = Timestamptz()
    contact_due = Date()
    done_due = Date()
    contacted_at = Timestamptz(null=True, default=None)
    done_at = Timestamptz(null=True, default=None)
    ended_at = Timestamptz(null=True, default=None)
    late = Boolean()


class Step(Table, tablename="ratings_step", db=DB, tags=["regional", "person:person_id"]):
    """A step of a case: who did it, when, and the sealed words to the person, or of the person."""

    region = Text()
    id = UUID(primary_key=True)
    case_id = UUID()
    person_id = UUID(null=True, default=None)
    step = Text()
    acting = UUID(null=True, default=None)
    at = Timestamptz()
    text = Bytea(null=True, default=None)


class Month(Table, tablename="ratings_month", db=DB, tags=["regional", "append-only", "public"]):
    """What is published of a hall's month: made once, without the counts that are too small."""

    region = Text()
    month = Date()
    hall_id = UUID(primary_key=True)
    body = JSONB()
    made_at = Timestamptz()
