"""What the doors share: who asks, what they may, how a no is answered, and the middleware in front of it all."""

from backend.core.http.access import PUBLIC, SIGNED_IN, allow, guard
from backend.core.http.context import (
    Device,
    Session,
    actor_of,
    client_address,
    csrf_token,
    device_of,
    refresh_session,
    request_id,
    session_of,
    viewer_of,
)
from backend.core.http.replay import idempotency_key
from backend.core.http.wording import in_words

__all__ = [
    "PUBLIC",
    "SIGNED_IN",
    "Device",
    "Session",
    "actor_of",
    "allow",
    "client_address",
    "csrf_token",
    "device_of",
    "guard",
    "idempotency_key",
    "in_words",
    "refresh_session",
    "request_id",
    "session_of",
    "viewer_of",
]
