"""Messages, sealed; they live where their receiver lives (province register ``000000``)."""

from piccolo.columns import UUID, Boolean, Bytea, SmallInt, Text, Time, Timestamptz
from piccolo.table import Table

from backend.core.db import DB


class Message(Table, tablename="notifications_message", db=DB, tags=["regional"]):
    """One message to one receiver. ``once`` makes a repeated listener send it a single time.

    ``title`` and ``next_text`` are message ids, said in the reader's language; ``scope`` and ``item`` are what a
    mandate must cover. ``place`` is where the receiver lives, for the call list; with ``door`` somebody goes there.
    """

    region = Text()
    id = UUID(primary_key=True)
    person = UUID(null=True, default=None)
    phone = Bytea(null=True, default=None)
    template = Text()
    channel = Text()
    lang = Text()
    body = Bytea()
    about = UUID(null=True, default=None)
    once = Text(null=True, default=None)
    state = Text()
    tries = SmallInt()
    created = Timestamptz()
    next_try = Timestamptz()
    sent_at = Timestamptz(null=True, default=None)
    title = Text()
    next_href = Text()
    next_text = Text()
    urgency = Text(default="normal")
    scope = Text()
    item = Text()
    place = Text()
    door = Boolean()
    calls = SmallInt()
    read_at = Timestamptz(null=True, default=None)
    expires = Timestamptz(null=True, default=None)


class Preference(Table, tablename="notifications_preference", db=DB, tags=["regional"]):
    """How a person wants to be told. The first channel is kept with their details."""

    region = Text()
    person = UUID(primary_key=True)
    otherwise = Text()
    quiet_from = Time()
    quiet_to = Time()
    lang = Text()
    changed = Timestamptz()


class Phone(Table, tablename="notifications_phone", db=DB, tags=["regional"]):
    """A further number of a person. Nothing is sent there before it was confirmed; ``first`` comes before their own."""

    region = Text()
    id = UUID(primary_key=True)
    person = UUID()
    phone = Bytea()
    first = Boolean()
    added = Timestamptz()
    confirmed = Timestamptz(null=True, default=None)
    code_hash = Bytea(null=True, default=None)
    code_until = Timestamptz(null=True, default=None)
    code_tries = SmallInt()


class Call(Table, tablename="notifications_call", db=DB, tags=["regional"]):
    """A staff member rings or knocks, until ``until``; then what came of it. Open without ``answer``: one a person."""

    region = Text()
    id = UUID(primary_key=True)
    person = UUID()
    staff = UUID()
    begun = Timestamptz()
    until = Timestamptz()
    answer = Text(null=True, default=None)
    ended = Timestamptz(null=True, default=None)
