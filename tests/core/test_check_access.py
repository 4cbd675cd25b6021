"""No route is served that nobody would check."""

from typing import Any

import pytest
from litestar import Litestar, asgi, get
from litestar.connection import Request

from backend.app import _check_access
from backend.core.http import PUBLIC, allow
from backend.core.http.access import checked

pytestmark = pytest.mark.no_database


async def hook(request: Request[Any, Any, Any]) -> None:
    """Takes the place of the check."""


@get("/said", opt=allow(PUBLIC))
async def said() -> None:
    """A route with a rule."""


@get("/silent")
async def silent() -> None:
    """A route that says nothing."""


@get("/other", opt=allow(PUBLIC), before_request=hook)
async def other() -> None:
    """A route with a hook of its own."""


@asgi("/raw")
async def raw(scope: Any, receive: Any, send: Any) -> None:
    """Not a route of ours."""


def test_a_route_with_a_rule_is_served() -> None:
    _check_access(Litestar([said], before_request=checked, openapi_config=None))


@pytest.mark.parametrize("handler", [silent, other, raw])
def test_one_that_would_not_be_checked_stops_the_start(handler: Any) -> None:
    with pytest.raises(RuntimeError):
        _check_access(Litestar([said, handler], before_request=checked, openapi_config=None))


def test_the_check_itself_cannot_be_left_out() -> None:
    with pytest.raises(RuntimeError):
        _check_access(Litestar([said], openapi_config=None))
