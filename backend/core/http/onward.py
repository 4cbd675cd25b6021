"""Where a form goes on to, and keeping how somebody wants to see the pages."""

import re
from typing import Any

from litestar import Response
from litestar.connection import Request

from backend.core.viewer import Viewer
from backend.settings import settings

SAFE = re.compile(r"^/(?![/\\])[^\\\x00-\x20\x7f]*$")
TRICKS = re.compile(r"^/+(?:%0|%5c|%2f|\.{1,2}(?:/|$))", re.IGNORECASE)


def safe_path(target: object, default: str = "/") -> str:
    """A path on this site; whatever a browser could read as another site becomes ``default`` (CWE-601)."""
    good = isinstance(target, str) and len(target) <= 500 and SAFE.match(target) and not TRICKS.match(target)
    return str(target) if good else default


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
