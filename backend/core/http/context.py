"""Who asks: the session, actor and viewer that the front middleware found, and the form token bound to the session."""

import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any
from uuid import UUID

import msgspec
from litestar.connection import ASGIConnection

from backend.core.actor import ANONYMOUS, Actor
from backend.core.viewer import Viewer

Connection = ASGIConnection[Any, Any, Any, Any]


PROGRAMS = ("/api/", "/v2/")  # addresses that answer in JSON: ours, and those that other systems' clients know


def for_programs(path: str) -> bool:
    """Whether an address is for programs and not for people."""
    return path.startswith(PROGRAMS)


class Minding(msgspec.Struct, frozen=True, kw_only=True):
    """What pages need to know in minors' mode: minutes of today, why optional areas are closed, time for a pause."""

    band: str = ""
    used: int = 0
    limit: int = 0
    rest: str = ""
    pause: bool = False


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """A live session as identity resolves it. ``secret`` (32 bytes; none for programs) binds form tokens.

    ``device`` is the kiosk that the session belongs to: anywhere else it counts for nothing. ``unread`` is how many
    messages wait for its owner, at most a hundred.
    """

    actor: Actor
    secret: bytes
    by_cookie: bool = True
    mode: str = ""
    lang: str = ""
    place: str = ""
    minding: Minding | None = None
    device: UUID | None = None
    unread: int = 0


class Device(msgspec.Struct, frozen=True, kw_only=True):
    """A kiosk or screen as identity resolves it. A person who signs in there is a session of their own."""

    id: UUID
    kind: str
    name: str
    actor: Actor
    hall: UUID | None = None


def actor_of(connection: Connection) -> Actor:
    """Who acts, for whom; ``ANONYMOUS`` when nobody is signed in, at a kiosk with the kiosk's door and county."""
    session, device = session_of(connection), device_of(connection)
    if session is None and device is not None:
        return Actor(channel=device.actor.channel, region=device.actor.region)
    return session.actor if session else ANONYMOUS


def device_of(connection: Connection) -> Device | None:
    """The kiosk or screen that the request comes from."""
    found: Device | None = connection.scope.get("linli_device")  # type: ignore[assignment]
    return found


def session_of(connection: Connection) -> Session | None:
    """The live session of the request."""
    found: Session | None = connection.scope.get("linli_session")  # type: ignore[assignment]
    return found


def viewer_of(connection: Connection) -> Viewer:
    """How they want to see pages."""
    found: Viewer = connection.scope.get("linli_viewer") or Viewer()  # type: ignore[assignment]
    return found


def request_id(connection: Connection) -> str:
    """The id of this request, as in the log and in ``X-Request-Id``."""
    return str(connection.scope.get("linli_request_id", ""))


def client_address(connection: Connection) -> str:
    """The caller's address, believed only from trusted proxies."""
    return str(connection.scope.get("linli_client", ""))


def refresh_session(connection: Connection) -> None:
    """Look the session up again at the next request: after sign-out, or when assistance begins or ends."""
    forget = connection.scope.get("linli_forget")
    if callable(forget):
        forget()


def csrf_token(connection: Connection) -> str:
    """The session's form token, masked anew for each page (a compressed page must not leak it); empty without one."""
    session = session_of(connection)
    if session is None or not session.secret:
        return ""
    mask = secrets.token_bytes(32)
    return urlsafe_b64encode(mask + _xor(mask, session.secret)).decode()


def csrf_ok(session: Session, token: str) -> bool:
    """Whether a form carries the token of the session."""
    try:
        raw = urlsafe_b64decode(token.encode())
    except (ValueError, UnicodeEncodeError):
        return False
    return len(raw) == 64 and hmac.compare_digest(_xor(raw[:32], raw[32:]), session.secret)


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))
