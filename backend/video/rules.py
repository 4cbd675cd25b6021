"""Which addresses can be a meeting's, and when one enters. Pure."""

import re
from datetime import datetime, timedelta
from urllib.parse import urlsplit

ROOM = "*"
EARLY = timedelta(minutes=10)
# Nothing that could end an attribute or a line, and one room. Twin of a check of the table.
SHAPE = re.compile(r"""^https://[a-z0-9.-]+/[^\s<>"'*\\]*\*[^\s<>"'*\\]*$""")


def hosts(text: str) -> list[str]:
    """The hosts of the setting ``video_hosts``."""
    return [each.strip().lower() for each in text.split(",") if each.strip()]


def allowed(address: str, allow: list[str]) -> bool:
    """Whether one may meet there: https, a host of the list (``.a.cn``: any below), no user, no port, one room."""
    if not SHAPE.fullmatch(address):
        return False
    parts = urlsplit(address)
    return any(
        (parts.hostname or "").endswith(each) if each.startswith(".") else parts.hostname == each for each in allow
    )


def opens(starts: datetime) -> datetime:
    """From when the room shows."""
    return starts - EARLY


def is_open(starts: datetime, ends: datetime, now: datetime) -> bool:
    """Whether one can enter."""
    return opens(starts) <= now < ends


def entered(address: str, room: str) -> str:
    """The address of one room."""
    return address.replace(ROOM, room)
