"""Every route declares who may use it; a route that does not is refused at start. Access fails closed."""

from typing import Any

from litestar.connection import Request
from litestar.handlers import BaseRouteHandler

from backend.core.http.context import Connection, csrf_ok, session_of
from backend.core.problems import Forbidden, SignInRequired
from backend.core.words import N_

PUBLIC = "public"
SIGNED_IN = "signed-in"
KEY = "access"
SAFE = {"GET", "HEAD", "OPTIONS"}


class StaleForm(Forbidden):
    """The form was opened in another session."""

    code, title = "stale-form", N_("This page is no longer current")


def allow(*roles: str) -> dict[str, Any]:
    """The ``opt`` of a route: ``PUBLIC``, ``SIGNED_IN`` or the roles that may call it."""
    if not roles:
        raise ValueError("name at least one role, PUBLIC or SIGNED_IN")
    return {KEY: frozenset(roles)}


async def guard(connection: Connection, handler: BaseRouteHandler) -> None:
    """Let a request through only if the route's rule says so, and a form only with its session's token."""
    rule: frozenset[str] = handler.opt.get(KEY, frozenset())
    session = session_of(connection)
    if PUBLIC not in rule:
        if session is None:
            raise SignInRequired()
        if SIGNED_IN not in rule and session.actor.roles.isdisjoint(rule):
            raise Forbidden()
    if session is not None and session.by_cookie and _is_form(connection):
        assert isinstance(connection, Request)
        token = (await connection.form()).get("csrf", "")
        if not csrf_ok(session, token if isinstance(token, str) else ""):
            raise StaleForm(N_("Please open the page again and repeat the last step. Nothing has been changed."))


def _is_form(connection: Connection) -> bool:
    """A write to a page. The API takes JSON only, which no foreign form can send; its origin is checked in front."""
    return connection.scope.get("method") not in SAFE and not connection.scope["path"].startswith("/api/")
