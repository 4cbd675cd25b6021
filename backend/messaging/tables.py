"""Services with their keys and templates, what they sent and received, and what goes to everybody of an area."""

from piccolo.columns import JSONB, UUID, Array, Boolean, Bytea, Integer, SmallInt, Text, Timestamptz
from piccolo.table import Table

from backend.core.db import DB


class Service(Table, tablename="messaging_service", db=DB, tags=["regional"]):
    """A system of an organisation that sends messages. ``guests`` are who its team keys may reach, a line each."""

    region = Text()
    id = UUID(primary_key=True)
    name = Text()
    organisation = UUID()
    guests = Bytea(null=True, default=None)
    made_by = UUID()
    created = Timestamptz()
    ended = Timestamptz(null=True, default=None)


class Key(Table, tablename="messaging_key", db=DB, tags=["regional"]):
    """What a service signs with. The secret is sealed, not hashed: checking an HMAC needs it (RFC 7518 §3.2)."""

    region = Text()
    id = UUID(primary_key=True)
    service = UUID()
    kind = Text()
    name = Text()
    secret = Bytea()
    made_by = UUID()
    created = Timestamptz()
    revoked = Timestamptz(null=True, default=None)


class Template(Table, tablename="messaging_template", db=DB, tags=["regional"]):
    """A message of a service, or of the city itself when ``service`` is empty. ``required`` stand in every text."""

    region = Text()
    id = UUID(primary_key=True)
    service = UUID(null=True, default=None)
    kind = Text()
    name = Text()
    required = Array(base_column=Text())
    version = Integer()
    made_by = UUID()
    created = Timestamptz()
    changed = Timestamptz()
    archived = Timestamptz(null=True, default=None)


class Wording(Table, tablename="messaging_text", db=DB, tags=["regional", "append-only"]):
    """The text of a template in one language and wording from a version on, until a later one of these replaces it."""

    region = Text()
    template = UUID(primary_key=True)
    version = Integer()
    lang = Text()
    wording = Text()
    subject = Text()
    body = Text()
    made_by = UUID()
    created = Timestamptz()


class Rewording(Table, tablename="messaging_rewording", db=DB, tags=["regional", "append-only"]):
    """How a division says one of our own messages; an empty body is our wording again. The latest version counts."""

    region = Text()
    code = Text(primary_key=True)
    lang = Text()
    wording = Text()
    version = Integer()
    body = Text()
    made_by = UUID()
    created = Timestamptz()


class Notice(Table, tablename="messaging_notice", db=DB, tags=["regional"]):
    """One message of a service. ``status`` is in the words of the interface; a finished letter has no template."""

    region = Text()
    id = UUID(primary_key=True)
    service = UUID()
    key = UUID()
    kind = Text()
    template = UUID(null=True, default=None)
    version = Integer()
    recipient = Bytea()
    recipient_index = Bytea()
    subject = Bytea(null=True, default=None)
    body = Bytea()
    reference = Text(null=True, default=None)
    parts = SmallInt()
    status = Text()
    created = Timestamptz()
    sent = Timestamptz(null=True, default=None)
    completed = Timestamptz(null=True, default=None)


class File(Table, tablename="messaging_file", db=DB, tags=["regional", "open"]):
    """A file that an e-mail of a service links to, for whoever has the link, in whichever division they work.

    ``content`` is locked under the token of the link, of which only the hash is kept: we cannot read it. ``sender`` and
    ``organisation`` are the names as they stood. ``wrong`` counts addresses that were not the receiver's.
    """

    region = Text()
    id = UUID(primary_key=True)
    service = UUID()
    notice = UUID()
    sender = Text()
    organisation = Text()
    token_hash = Bytea()
    kind = Text()
    size = Integer()
    name = Bytea(null=True, default=None)
    recipient = Bytea()
    confirm = Boolean()
    wrong = SmallInt()
    content = Bytea()
    created = Timestamptz()
    until = Timestamptz()


class Letter(Table, tablename="messaging_letter", db=DB, tags=["regional"]):
    """The file of a notice that came as a finished letter, under its id. ``content`` is locked under ``secret``."""

    region = Text()
    id = UUID(primary_key=True)
    pages = SmallInt()
    postage = Text()
    secret = Bytea()
    content = Bytea()
    created = Timestamptz()


class Received(Table, tablename="messaging_received", db=DB, tags=["regional"]):
    """A text message that came in, for the service that wrote to the number last; else for nobody in particular."""

    region = Text()
    id = UUID(primary_key=True)
    service = UUID(null=True, default=None)
    phone = Bytea()
    body = Bytea()
    created = Timestamptz()


class Broadcast(
    Table, tablename="messaging_broadcast", db=DB, tags=["regional", "place:division", "shown:kind = 'emergency'"]
):
    """A message to everybody of a division. ``cursor_home`` and ``cursor_person`` are who was told last,
    ``clear_cursor`` who heard last that it is over.

    ``texts`` are by language and wording, as they stood when it was made. A real emergency has two people behind it.
    """

    region = Text()
    id = UUID(primary_key=True)
    kind = Text()
    hazard = Text()
    drill = Boolean()
    division = Text()
    age_from = SmallInt(null=True, default=None)
    age_to = SmallInt(null=True, default=None)
    hours = SmallInt()
    title = Text()
    texts = JSONB()
    state = Text()
    total = Integer()
    seen = Integer()
    told = Integer()
    cursor_home = Text()
    cursor_person = UUID()
    moved = Timestamptz(null=True, default=None)
    made_by = UUID()
    made = Timestamptz()
    decided_by = UUID(null=True, default=None)
    decided = Timestamptz(null=True, default=None)
    finished = Timestamptz(null=True, default=None)
    until = Timestamptz(null=True, default=None)
    ended = Timestamptz(null=True, default=None)
    clear = Boolean(null=True, default=None)
    clear_cursor = UUID()
    cleared = Integer()
    unwound = Timestamptz(null=True, default=None)


class Recipient(Table, tablename="messaging_recipient", db=DB, tags=["regional"]):
    """Somebody whom an emergency concerns, and how we know that it reached them."""

    region = Text()
    broadcast = UUID(primary_key=True)
    person = UUID()
    place = Text()
    told = Timestamptz()
    answered = Timestamptz(null=True, default=None)
    how = Text(null=True, default=None)
    by = UUID(null=True, default=None)
