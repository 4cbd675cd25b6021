"""How long sessions live, and the note by which an owner knows one."""

from datetime import datetime, timedelta

TOUCH_AFTER = timedelta(minutes=1)
ABSOLUTE = timedelta(hours=12)
ABSOLUTE_AT_DEVICE = timedelta(minutes=15)
IDLE = {
    "resident": timedelta(minutes=30),
    "elder": timedelta(hours=4),
    "staff": timedelta(minutes=15),
    "device": timedelta(minutes=1),
}
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)
_BROWSERS = (
    ("MicroMessenger", "WeChat"),
    ("AlipayClient", "Alipay"),
    ("Edg/", "Edge"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)


def idle(kind: str, mode: str) -> timedelta:
    """How long a session may rest: staff leave desks, older people take their time."""
    return IDLE["elder"] if kind == "resident" and mode == "elder" else IDLE[kind]


def touch_after(kind: str) -> timedelta:
    """How exactly use is noted: at a kiosk, where a minute ends the session, to a few seconds."""
    return timedelta(seconds=5) if kind == "device" else TOUCH_AFTER


def live(*, kind: str, mode: str, last_seen: datetime, expires_at: datetime, now: datetime) -> bool:
    """Whether a session that was not ended still counts."""
    return now < expires_at and now - last_seen < idle(kind, mode)


def device(user_agent: str) -> str:
    """A short note by which the owner knows a session: browser and system, no version (no fingerprint)."""
    found = [next((label for mark, label in kinds if mark in user_agent), "") for kinds in (_BROWSERS, _SYSTEMS)]
    return " · ".join(filter(None, found))
