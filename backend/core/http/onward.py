"""Where a form goes on to, and keeping how somebody wants to see the pages."""

import re
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

from litestar import Response
from litestar.connection import Request

from backend.core.viewer import MODES, Viewer
from backend.core.words import languages
from backend.settings import settings

SAFE = re.compile(r"^/(?![/\\])[^\\\x00-\x20\x7f]*$")
TRICKS = re.compile(r"^/+(?:%0|%5c|%2f|\.{1,2}(?:/|$))", re.IGNORECASE)


def safe_path(target: object, default: str = "/") -> str:
    """A path on this site; whatever a browser could read as another site becomes ``default`` (CWE-601)."""
    good = isinstance(target, str) and len(target) <= 500 and SAFE.match(target) and not TRICKS.match(target)
    return str(target) if good else default


def carried(target: str, query: bytes) -> str:
    """A redirect's target with the ``mode`` and ``lang`` that the link asked for; a target that names its own keeps it.

    Where the account prefers something else, the page after a redirect would be shown in another language than asked.
    """
    if safe_path(target, "") != target:
        return target
    wanted, parts = parse_qs(query.decode("latin-1")), urlsplit(target)
    named = parse_qs(parts.query, keep_blank_values=True)
    known = {"mode": MODES, "lang": languages()}
    found = {name: wanted[name][0] for name in known if name in wanted and name not in named}
    more = urlencode({name: value for name, value in found.items() if value in known[name]})
    return urlunsplit(parts._replace(query="&".join(each for each in (parts.query, more) if each)))


def origin(request: Request[Any, Any, Any]) -> str:
    """The address that residents type, or the one this request came to; without a slash at its end."""
    return settings().public_url.rstrip("/") or f"{request.url.scheme}://{request.headers.get('host', '')}"


def go(target: str, *, cookie: str = "") -> Response[None]:
    """On to another page after a form (303)."""
    headers = {"Location": target} | ({"Set-Cookie": cookie} if cookie else {})
    return Response(None, status_code=303, headers=headers)


def keep_viewer(request: Request[Any, Any, Any], viewer: Viewer, target: str) -> Response[None]:
    """Keep the choice in the cookie and go on; what the front remembers of the session is read anew."""
    forget = request.scope.get("linli_forget")
    if callable(forget):
        forget()
    return go(target, cookie=viewer.cookie(secure=settings().https))
