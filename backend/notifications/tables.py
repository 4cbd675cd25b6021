"""Messages, sealed; they live where their receiver lives (province register ``000000``)."""

from piccolo.columns import UUID, Bytea, SmallInt, Text, Timestamptz
from piccolo.table import Table

from backend.core.db import DB


class Message(Table, tablename="notifications_message", db=DB, tags=["regional"]):
    """One message to one receiver. ``once`` makes a repeated listener send it a single time."""

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
