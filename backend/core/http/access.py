"""Every route declares who may use it; a route that does not is refused at start. Access fails closed."""

from collections.abc import Callable
from typing import Any

from litestar.connection import Request
from litestar.handlers import BaseRouteHandler

from backend.core.http.context import Connection, csrf_ok, session_of
from backend.core.policy import PUBLIC, SIGNED_IN, rule_of
from backend.core.problems import Forbidden, SignInRequired
from backend.core.words import N_

__all__ = ["KEY", "PUBLIC", "SIGNED_IN", "StaleForm", "allow", "checked", "guard"]
KEY = "access"
VERBS_KEY = "verbs"
SAFE = {"GET", "HEAD", "OPTIONS"}


class StaleForm(Forbidden):
    """The form was opened in another session."""

    code, title = "stale-form", N_("This page is no longer current")


def allow(*who: str | Callable[..., Any], only: tuple[str, ...] = ()) -> dict[str, Any]:
    """The ``opt`` of a route: the verbs that it calls, or ``PUBLIC``, ``SIGNED_IN``, roles for a page without a verb.

    With several verbs the route opens to whoever may call one of them; each verb still checks for itself. ``only``
    keeps a door for some of those roles, such as a desk whose verbs residents call elsewhere.
    """
    if not who:
        raise ValueError("name at least one verb, role, PUBLIC or SIGNED_IN")
    rules = [rule_of(each) for each in who if not isinstance(each, str)]
    roles = frozenset(each for each in who if isinstance(each, str)).union(*(rule.roles for rule in rules))
    if only and not roles.issuperset(only) and SIGNED_IN not in roles and PUBLIC not in roles:
        raise ValueError(f"no verb of this route is for {sorted(set(only) - roles)}")
    roles = frozenset(only) or roles
    return {KEY: roles, VERBS_KEY: tuple(rule.name for rule in rules)}


async def checked(request: Request[Any, Any, Any]) -> None:
    """``guard`` as the hook before each request: for a guard the framework copies the whole handler each time."""
    await guard(request, request.route_handler)


async def guard(connection: Connection, handler: BaseRouteHandler) -> None:
    """Let a request through only if the route's rule says so, and a form only with its session's token."""
    rule: frozenset[str] = handler.opt.get(KEY, frozenset())
    session = session_of(connection)
    if PUBLIC not in rule:
        if session is None or session.actor.acting is None:  # half signed in is not signed in
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
