"""What the JSON doors of identity share."""

from typing import Any

from litestar import Request

from backend.identity import cookies
from backend.identity.schemas.roles import DESKS

Asked = Request[Any, Any, Any]
ME = ("resident", *DESKS)


def token_of(request: Asked) -> str:
    """The session token of the request."""
    return cookies.token_of(request.cookies, request.headers)


def forget(request: Asked) -> None:
    """What the front remembers of this session is read anew."""
    request.scope["linli_forget"]()  # type: ignore[typeddict-item]
