"""Cookies of a session, of a running code or passkey request, and of a known device.

``__Host-`` binds them to this host and to TLS (RFC 6265bis).
"""

from collections.abc import Mapping

from backend.identity import rules
from backend.settings import settings


def session_name() -> str:
    """The session cookie's name; over plain HTTP on one's own machine a browser refuses the prefix."""
    return "__Host-linli" if settings().https else "linli"


def request_name() -> str:
    """The cookie that binds a code to the browser that asked for it."""
    return "__Host-linli-code" if settings().https else "linli-code"


def passkey_name() -> str:
    """The cookie that binds a passkey challenge to the browser that asked for it."""
    return "__Host-linli-passkey" if settings().https else "linli-passkey"


def device_name() -> str:
    """The cookie by which a browser is known again at a sign-in. Random, of no use for anything else."""
    return "__Host-linli-device" if settings().https else "linli-device"


def machine_name() -> str:
    """The cookie of a kiosk or screen; it stays when a person's session there ends."""
    return f"{session_name()}-machine"


def personal_names() -> tuple[str, ...]:
    """What a browser holds of whoever uses it: all but the cookie by which a machine is a machine."""
    return session_name(), request_name(), passkey_name(), device_name()


def session_header(token: str) -> str:
    """The ``Set-Cookie`` header of a new session."""
    secure = "; Secure" if settings().https else ""
    seconds = int(rules.ABSOLUTE.total_seconds())
    return f"{session_name()}={token}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}"


def machine_header(token: str) -> str:
    """The ``Set-Cookie`` header of an enrolled kiosk or screen, as long as browsers keep one."""
    secure = "; Secure" if settings().https else ""
    return f"{machine_name()}={token}; Path=/; Max-Age={400 * 86400}; HttpOnly; SameSite=Lax{secure}"


def token_of(cookies: Mapping[str, str], headers: Mapping[str, str]) -> str:
    """The session token of a request: a bearer token wins over the cookie."""
    bearer = headers.get("authorization", "")
    return bearer[7:].strip() if bearer[:7].lower() == "bearer " else cookies.get(session_name(), "")
