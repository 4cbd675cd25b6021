"""Messages, sealed; they live where their receiver lives (province register ``000000``)."""

from piccolo.columns import UUID, Boolean, Bytea, Integer, SmallInt, Text, Time, Timestamptz
from piccolo.table import Table

from backend.core.db import DB


class Message(Table, tablename="notifications_message", db=DB, tags=["regional"]):
    """One message to one receiver. ``once`` makes a repeated listener send it a single time.

    ``title`` and ``next_text`` are message ids, said in the reader's language; ``scope`` and ``item`` are what a
    mandate must cover. ``place`` is where the receiver lives, for the call list; with ``door`` somebody goes there.
    A ``guard`` goes only to the account's own number. ``machines``: no person tells it when they fail, as with a copy
    for somebody else, or a code that is read out. ``address`` and ``subject`` are those of a message to a bare
    address: an e-mail, or the lines of a letter; with ``leave`` it can be unsubscribed there. ``many``:
    everybody of an area gets one. ``plain``: the receiver wished for large type and plain words when it was said.
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
    phone_index = Bytea(null=True, default=None)
    guard = Boolean()
    machines = Boolean()
    address = Bytea(null=True, default=None)
    subject = Bytea(null=True, default=None)
    leave = Bytea(null=True, default=None)
    many = Boolean()
    plain = Boolean()


class Delivery(Table, tablename="notifications_delivery", db=DB, tags=["regional"]):
    """One attempt to bring a message by one channel. Its id is the idempotency key at the provider.

    ``until`` is when a receipt must have come; without it none is expected. ``cost`` is in 分 (a hundredth of a yuan).
    """

    region = Text()
    id = UUID(primary_key=True)
    message = UUID()
    person = UUID(null=True, default=None)
    channel = Text()
    state = Text()
    rank = SmallInt()
    tries = SmallInt()
    created = Timestamptz()
    next_try = Timestamptz()
    sent_at = Timestamptz(null=True, default=None)
    until = Timestamptz(null=True, default=None)
    ended = Timestamptz(null=True, default=None)
    provider = Text()
    reason = Text()
    cost = Integer(null=True, default=None)


class Nonce(Table, tablename="notifications_nonce", db=DB, tags=["regional"]):
    """A callback that was taken: the same one again is refused."""

    region = Text()
    provider = Text()
    nonce = Text(primary_key=True)
    at = Timestamptz()


class Received(Table, tablename="notifications_received", db=DB, tags=["regional"]):
    """A text that somebody sent us. ``message`` is what they answered to; ``open`` ones wait for an operator.

    ``elsewhere``: it answers another system, which has it; none of ours reads it.
    """

    region = Text()
    id = UUID(primary_key=True)
    person = UUID(null=True, default=None)
    phone = Bytea()
    body = Bytea()
    message = UUID(null=True, default=None)
    state = Text()
    at = Timestamptz()
    staff = UUID(null=True, default=None)
    done = Timestamptz(null=True, default=None)


class Plan(Table, tablename="notifications_plan", db=DB, tags=["regional"]):
    """What another slice wants to look at again at an instant, such as a reminder. It decides then what is told."""

    region = Text()
    id = UUID(primary_key=True)
    kind = Text()
    about_region = Text()
    about = UUID()
    due = Timestamptz()
    tries = SmallInt()


class Copy(Table, tablename="notifications_copy", db=DB, tags=["regional"]):
    """The person wants this delegate to hear what the mandate covers, too."""

    region = Text()
    person = UUID(primary_key=True)
    delegate = UUID()
    added = Timestamptz()


class Preference(Table, tablename="notifications_preference", db=DB, tags=["regional"]):
    """How a person wants to be told. The first channel is kept with their details.

    ``texts_at`` and ``texts_how`` are when texts were last ended or asked for again, and whether by a text, by the
    person on a page, or with somebody's help.
    """

    region = Text()
    person = UUID(primary_key=True)
    otherwise = Text()
    quiet_from = Time()
    quiet_to = Time()
    lang = Text()
    texts = Boolean()
    texts_at = Timestamptz(null=True, default=None)
    texts_how = Text(null=True, default=None)
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


class Email(Table, tablename="notifications_email", db=DB, tags=["regional"]):
    """The e-mail address of a person, and the one that shall take its place once its code was entered.

    ``first``: a message goes there before it goes as a text. Without ``news`` what goes to everybody does not.
    """

    region = Text()
    id = UUID(primary_key=True)
    person = UUID()
    address = Bytea()
    address_index = Bytea()
    first = Boolean()
    news = Boolean()
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
