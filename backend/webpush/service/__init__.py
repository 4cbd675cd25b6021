"""The verbs of webpush; the only writer of its table."""

from backend.webpush.service.channel import PushChannel
from backend.webpush.service.pushing import push, push_shown, reachable
from backend.webpush.service.subscribing import (
    NotHere,
    UnknownService,
    browsers,
    browsers_held,
    forget_browser,
    forget_this_browser,
    push_key,
    subscribe,
)

__all__ = [
    "NotHere",
    "PushChannel",
    "UnknownService",
    "browsers",
    "browsers_held",
    "forget_browser",
    "forget_this_browser",
    "push",
    "push_key",
    "push_shown",
    "reachable",
    "subscribe",
]
