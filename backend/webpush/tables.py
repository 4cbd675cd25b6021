"""Browsers that messages are sent to; they live where their person lives (province register ``000000``)."""

from piccolo.columns import UUID, Bytea, SmallInt, Text, Timestamptz
from piccolo.table import Table

from backend.core.db import DB


class Subscription(Table, tablename="webpush_subscription", db=DB, tags=["regional"]):
    """订阅: one browser of one person. ``key_id`` is the root key whose VAPID key the browser was given.

    ``device`` is what the browser said of itself, for the person to recognise; ``received`` when it last showed one of
    our messages; ``refused`` how often in a row its service would not take one.
    """

    region = Text()
    id = UUID(primary_key=True)
    person = UUID()
    endpoint = Bytea()
    endpoint_index = Bytea()
    browser_key = Bytea()
    auth = Bytea()
    key_id = SmallInt()
    service = Text()
    device = Text()
    lang = Text()
    created = Timestamptz()
    expires = Timestamptz(null=True, default=None)
    received = Timestamptz(null=True, default=None)
    shown = UUID(null=True, default=None)
    refused = SmallInt()
