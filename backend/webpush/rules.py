"""Which push services we talk to, what they may be told, and what follows from their answers. Pure."""

import re
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Literal
from urllib.parse import urlsplit

# Browsers name the address; we send only to services that browsers really use. A dot in front: every host below it.
# Chrome names Google's service fcm.googleapis.com; Chromium as Linux distributions build it names jmt17.google.com.
SERVICES = (
    "fcm.googleapis.com", "jmt17.google.com", ".push.services.mozilla.com", "web.push.apple.com", ".notify.windows.com",
)  # fmt: skip
LIVES = timedelta(hours=12)  # of a signed VAPID token; RFC 8292 allows a day
MOST = 3993  # bytes of text in one message: what is left of 4096 (RFC 8030, 7.2) after RFC 8188
BROWSERS = 8  # of one person; the oldest goes
GIVEN_UP = 5  # refusals in a row, then the browser is forgotten
PATIENCE = {"normal": timedelta(days=1), "urgent": timedelta(hours=1)}  # TTL: after it another channel has told it
BACKOFF = timedelta(minutes=1)
LONGEST = timedelta(hours=1)  # that we wait because a service says so
# Signs in a user agent, the more telling ones first: Edge says Chrome too, and Chrome says Safari.
PROGRAMS = {"Edg": "Edge", "Firefox": "Firefox", "MicroMessenger": "微信", "Chrome": "Chrome", "Safari": "Safari"}
SYSTEMS = {"iPhone": "iPhone", "OpenHarmony": "HarmonyOS", "Android": "Android", "Windows": "Windows"}
SYSTEMS |= {"Macintosh": "macOS", "Linux": "Linux"}
NAME = re.compile(r"[a-z0-9.-]+")  # nothing that one reader takes for a part of the name and another for its end
Answer = Literal["accepted", "gone", "later", "refused"]


def service_of(endpoint: str, further: str = "") -> str:
    """The allowed host that an address belongs to; empty when we do not send there. Only https, no user, no port."""
    try:
        parts = urlsplit(endpoint)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        return ""
    if parts.scheme != "https" or "@" in parts.netloc or port not in (None, 443) or not NAME.fullmatch(host):
        return ""
    return host if any(_fits(host, each) for each in (*SERVICES, *named(further))) else ""


def inside(host: str, further: str) -> bool:
    """Whether a service is one of those inside the country that the installation named: it may carry a title."""
    return any(_fits(host, each) for each in named(further))


def named(further: str) -> list[str]:
    """The hosts of the setting ``push_hosts``."""
    return [each.strip().lower() for each in further.split(",") if each.strip()]


def answer(status: int) -> Answer:
    """What a status means (RFC 8030, 5 and 8.4). 401 and 403 are our fault: the browser stays."""
    if 200 <= status < 300:
        return "accepted"
    if status in (404, 410):
        return "gone"
    return "later" if status == 429 or status >= 500 else "refused"


def lasts(urgency: str, expires: datetime | None, now: datetime) -> int:
    """For how many seconds a service keeps it for a device that is off (TTL): no longer than it matters."""
    most = PATIENCE[urgency]
    return max(0, int((most if expires is None else min(most, expires - now)).total_seconds()))


def wait(retry_after: str, now: datetime) -> timedelta:
    """How long to wait after "later": what ``Retry-After`` says in seconds or as a date; a minute to an hour."""
    asked = BACKOFF
    if retry_after.strip().isdecimal():
        asked = timedelta(seconds=int(retry_after.strip()[:6]))  # longer than an hour in any case
    elif retry_after:
        try:
            asked = parsedate_to_datetime(retry_after) - now
        except (TypeError, ValueError):
            asked = BACKOFF
    return min(max(asked, BACKOFF), LONGEST)


def browser_of(user_agent: str) -> str:
    """What a person recognises a browser by, such as ``Edge · Windows``; empty when it says nothing known."""
    found = [next((name for mark, name in each.items() if mark in user_agent), "") for each in (PROGRAMS, SYSTEMS)]
    return " · ".join(each for each in found if each)


def _fits(host: str, allowed: str) -> bool:
    return host.endswith(allowed) and len(host) > len(allowed) if allowed.startswith(".") else host == allowed
