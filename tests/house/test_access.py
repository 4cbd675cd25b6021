"""Access is declared per verb: every act of a service says its rule, every route says which verbs it calls."""

import inspect
from typing import Any

import pytest

from backend import who_can
from backend.core.http.access import KEY, VERBS_KEY, allow
from backend.core.policy import ANY_SCOPE, PUBLIC, SCOPES, SIGNED_IN, verb
from backend.identity.schemas.roles import POSTS, ROLES
from tests.house.source import DOORS, floor, name_of, python_files, read, slice_of
from tests.support.web import portal

# Addresses without a verb, and why. An act on somebody's data never belongs here.
NOTHING_KEPT = {  # the same for everybody, made from no row of a person
    "/accessibility", "/privacy", "/open-data", "/offline", "/robots.txt", "/settings", "/openapi.json", "/styleguide",
    "/kiosk", "/kiosk/help", "/kiosk/still-here", "/kiosk/here", "/kiosk/sight", "/kiosk/check-in",
    "/styleguide/{name}", "/static/{tag}/{name}", "/manifest.webmanifest", "/sw.js", "/healthz", "/readyz", "/metrics",
    "/privacy/register", "/queues/policy",
}  # fmt: skip
NOBODY_YET = {  # signing in: there is no actor before it
    "/sign-in/code", "/staff/sign-in", "/api/v1/sessions", "/api/v1/staff/sessions", "/api/v1/tokens/rotation",
    "/sign-in/passkey", "/staff/sign-in/passkey", "/api/v1/sign-in/passkeys",
    "/staff/sign-in/second", "/staff/sign-in/second/enrolment", "/staff/sign-in/second/qr.svg", "/staff/join",
    "/api/v1/staff/sessions/second-factor", "/api/v1/staff/second-factor",
    "/api/v1/staff/second-factor/confirmation", "/api/v1/staff/memberships",
}  # fmt: skip
DEMONSTRATION = {  # routes that a real city does not have
    "/demo", "/demo/inbox", "/demo/personas/{slug}", "/demo/gateway", "/demo/gateway/{delivery}",
    "/demo/gateway/{delivery}/letter",
    "/demo/gateway/{delivery}/mail",
    "/demo/gateway/{delivery}/mail/page",
}  # fmt: skip
# Nobody signs in: the machine of the hall acts, known by a cookie beside the session. Elsewhere nothing is there.
AT_A_MACHINE = {"/kiosk/number", "/kiosk/check-in", "/kiosk/help"}
WITHOUT_VERB = NOTHING_KEPT | NOBODY_YET | DEMONSTRATION
ROUTES = sorted(
    {(path, method, handler) for method, path, handler in who_can.routes(portal().app)}, key=lambda each: each[:2]
)


def test_every_act_of_a_service_declares_its_rule() -> None:
    silent = [
        name for name, function in who_can.acts() if not hasattr(function, "verb") and not hasattr(function, "inner")
    ]
    assert not silent, "declare each with @verb(…) of backend/core/policy.py, or @inner when no door may call it"


def test_a_verb_is_named_after_its_slice() -> None:
    assert not [
        (name, function.verb.name)
        for name, function in who_can.acts()
        if hasattr(function, "verb") and function.verb.name.split(".")[0] != name.split(".")[0]
    ]


def test_verbs_name_known_roles_and_scopes() -> None:
    for rule in who_can.verbs().values():
        assert rule.roles <= {PUBLIC, SIGNED_IN, *ROLES}, rule.name
        assert rule.scope in {"", ANY_SCOPE, *SCOPES}, rule.name
        assert rule.assurance in {"", "counter", "real-name"}, rule.name


@pytest.mark.parametrize(("path", "method", "handler"), ROUTES, ids=[f"{method} {path}" for path, method, _ in ROUTES])
def test_a_route_takes_its_rule_from_its_verbs(path: str, method: str, handler: Any) -> None:
    named = handler.opt.get(VERBS_KEY, ())
    assert named or path in WITHOUT_VERB, "name the verb in opt=allow(service.the_verb)"
    assert handler.opt[KEY] <= {PUBLIC, SIGNED_IN, *ROLES}


def test_no_address_is_excused_that_is_not_there() -> None:
    assert {path for path, _, _ in ROUTES} >= WITHOUT_VERB


def test_a_route_opens_to_nobody_whom_its_verbs_refuse() -> None:
    """But for pages that answer something to others as well, such as signing out twice."""
    wider = {"/sign-out", "/me", *AT_A_MACHINE}
    rules = who_can.verbs()
    wrong = []
    for path, method, handler in ROUTES:
        reached = frozenset().union(*(rules[name].roles for name in handler.opt.get(VERBS_KEY, ())))
        if reached and path not in wider and not {PUBLIC, SIGNED_IN} & reached and not handler.opt[KEY] <= reached:
            wrong.append((method, path))
    assert not wrong


def test_no_door_calls_what_is_only_for_verbs() -> None:
    private = {name.split(".")[1] for name, function in who_can.acts() if hasattr(function, "inner")}
    wrong = []
    for path in python_files("backend"):
        module = name_of(path)
        if slice_of(module) and floor(module) in DOORS:
            for base, name in read(path).calls:
                if name in private and base in {"service", "identity", "notifications"}:
                    wrong.append((module, name))
    assert not wrong


def test_roles_have_their_official_terms() -> None:
    assert all(role.official and role.title for role in ROLES.values())
    assert "resident" not in POSTS and "kiosk" not in POSTS


def test_the_published_matrix_is_current() -> None:
    assert who_can.FILE.read_bytes() == who_can.current(), "run: python -m backend openapi"


def test_a_door_can_be_kept_for_some_of_a_verbs_roles() -> None:
    @verb("tests.narrow", "Narrow", "resident", "clerk")
    async def narrow(actor: object) -> None: ...

    assert allow(narrow, only=("clerk",))[KEY] == {"clerk"}
    assert allow(narrow)[KEY] == {"resident", "clerk"}
    with pytest.raises(ValueError, match="no verb of this route"):
        allow(narrow, only=("manager",))
    assert inspect.iscoroutinefunction(narrow)


def test_who_can_tells_the_rule_and_the_addresses(capsys: pytest.CaptureFixture[str]) -> None:
    assert who_can.main(["appointments.book"]) == 0
    told = capsys.readouterr().out
    for each in ("resident (居民)", "operator (话务员)", "appointments (", "POST /api/v1/appointments", "/desk/phone"):
        assert each in told
    assert who_can.main([]) == 0
    assert "identity.change_person" in capsys.readouterr().out


def test_who_can_knows_what_was_meant(capsys: pytest.CaptureFixture[str]) -> None:
    assert who_can.main(["appointments.boook"]) == 2
    assert "appointments.book" in capsys.readouterr().err
    assert who_can.main(["nothing-like-it"]) == 2
