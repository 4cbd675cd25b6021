"""What the JSON doors of identity share."""

from typing import Any

from litestar import Request
from litestar.handlers import BaseRouteHandler

from backend.core.http import device_of
from backend.core.http.context import Connection
from backend.identity import cookies, service
from backend.identity.schemas.roles import DESKS

Asked = Request[Any, Any, Any]
ME = ("resident", *DESKS)


def token_of(request: Asked) -> str:
    """The session token of the request."""
    return cookies.token_of(request.cookies, request.headers)


def forget(request: Asked) -> None:
    """What the front remembers of this session is read anew."""
    request.scope["linli_forget"]()  # type: ignore[typeddict-item]


async def at_no_machine(connection: Connection, _: BaseRouteHandler) -> None:
    """A guard of the doors of staff, before anything is shown or typed: no kiosk or screen opens them."""
    machine = device_of(connection)
    service.staff_may_enter(machine.id if machine else None)
