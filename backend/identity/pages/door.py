"""Pages at the door of staff: password, second factor, joining by invitation."""

from typing import Any
from urllib.parse import urlencode

import msgspec
from litestar import Response, get, post

from accessibility import fields
from accessibility.qr import drawn
from accessibility.render import page
from backend.core import forms
from backend.core.http import PUBLIC, actor_of, allow, client_address, in_words
from backend.core.http.context import session_of
from backend.core.http.onward import go
from backend.core.problems import Conflict, Invalid, Problem, SignInRequired, TooMany
from backend.core.words import N_
from backend.identity import cookies, service
from backend.identity.api.common import at_no_machine
from backend.identity.origin import host
from backend.identity.pages.common import (
    Asked,
    next_in_form,
    next_of,
    on_to,
    refused,
    session_cookie,
    token_of,
)
from backend.identity.pages.words import LABELS, ROLES
from backend.identity.schemas import Joining, SecondCode, StaffSignIn
from backend.identity.schemas.roles import POSTS

SECOND = "/staff/sign-in/second"
HINTS = {
    "password": N_("At least 12 characters. A sentence is fine."),
    "login": N_("Small letters, digits, dots and hyphens; you sign in with it"),
}


@get("/staff/sign-in", opt=allow(PUBLIC), guards=[at_no_machine], include_in_schema=False)
async def sign_in(request: Asked) -> Response[bytes] | Response[None]:
    """工作人员登录."""
    if actor_of(request).is_(*POSTS):
        return go(next_of(request, "/desk"))
    session = session_of(request)
    if session is not None and session.actor.acting is None:  # the password is done, the second factor is not
        return go(_with_next(SECOND, next_of(request, "/desk")))
    return _ask(request, {}, {}, next_of(request, "/desk"))


@post("/staff/sign-in", opt=allow(PUBLIC), guards=[at_no_machine], include_in_schema=False)
async def enter(request: Asked) -> Response[bytes] | Response[None]:
    """The right password opens a new session under a new id, which waits for the second factor."""
    target = await next_in_form(request, "/desk")
    try:
        typed = await forms.read(request, StaffSignIn)
        opened = await service.staff_sign_in(
            typed, address=client_address(request), user_agent=_browser(request),
            replacing=request.cookies.get(cookies.session_name(), ""),
        )  # fmt: skip
    except (Invalid, TooMany) as problem:
        login = {"login": (await forms.raw(request)).get("login", "")}
        return _ask(request, login, in_words(request, problem, "login"), target, problem)
    return on_to(request, _with_next(SECOND, target), session_cookie(opened.token))


@get(SECOND, opt=allow(PUBLIC), guards=[at_no_machine], include_in_schema=False)
async def second(request: Asked) -> Response[bytes] | Response[None]:
    """第二重验证: the code of the app, or setting it up for the first time."""
    target = next_of(request, "/desk")
    try:
        return await _second(request, target)
    except SignInRequired:
        return go(target if actor_of(request).acting else "/staff/sign-in")


@post(SECOND, opt=allow(PUBLIC), guards=[at_no_machine], include_in_schema=False)
async def prove(request: Asked) -> Response[bytes] | Response[None]:
    """The right code opens everything that the posts allow."""
    target = await next_in_form(request, "/desk")
    try:
        typed = await forms.read(request, SecondCode)
        opened = await service.second_factor(token_of(request), typed.code, user_agent=_browser(request))
    except (Invalid, TooMany) as problem:
        return await _second(request, target, problem)
    return on_to(request, target, session_cookie(opened.token))


@post(f"{SECOND}/enrolment", opt=allow(PUBLIC), guards=[at_no_machine], status_code=200, include_in_schema=False)
async def enrol(request: Asked) -> Response[bytes] | Response[None]:
    """The first code; then the recovery codes are shown, this once."""
    target = await next_in_form(request, "/desk")
    try:
        typed = await forms.read(request, SecondCode)
        done = await service.confirm_enrolment(token_of(request), typed.code, user_agent=_browser(request))
    except (Invalid, TooMany) as problem:
        return await _second(request, target, problem)
    request.scope["linli_forget"]()  # type: ignore[typeddict-item]
    answer = page(
        request, "identity/staff_recovery", title=N_("Your recovery codes"), codes=done.recovery_codes, next=target
    )
    answer.set_cookie(session_cookie(done.token))
    return answer


@get(f"{SECOND}/qr.svg", opt=allow(PUBLIC), guards=[at_no_machine], include_in_schema=False)
async def picture(request: Asked) -> Response[bytes]:
    """The secret for the camera of the app; only while it waits for its first code, only for this session."""
    waiting = await service.begin_enrolment(token_of(request))
    return Response(drawn(waiting.uri), media_type="image/svg+xml", headers={"cache-control": "no-store"})


@get("/staff/join", opt=allow(PUBLIC), guards=[at_no_machine], include_in_schema=False)
async def invitation(request: Asked) -> Response[bytes]:
    """加入: where the link of an invitation leads; without a code it asks for one."""
    return await _join(request, {"code": request.query_params.get("code", "")[:100]})


@post("/staff/join", opt=allow(PUBLIC), guards=[at_no_machine], include_in_schema=False)
async def join(request: Asked) -> Response[bytes] | Response[None]:
    """Become a member, then set up the second factor."""
    typed = await forms.raw(request)
    try:
        wanted = await forms.read(request, Joining)
        opened = await service.join(wanted, address=client_address(request), user_agent=_browser(request))
    except (Invalid, Conflict) as problem:
        return await _join(request, typed | {"password": ""}, problem)
    return on_to(request, SECOND, session_cookie(opened.token))


async def _second(request: Asked, target: str, problem: Problem | None = None) -> Response[bytes]:
    """The form for the code; before the first one, with what the app needs."""
    enrolling = await service.needed(token_of(request)) == "enrolment"
    errors = in_words(request, problem, "code") if problem else {}
    context: dict[str, Any] = {"f": _code_field(errors), "errors": errors, "next": target}
    if not enrolling:
        return refused(request, "identity/staff_second", problem, title=N_("Second factor"), **context)
    key = (await service.begin_enrolment(token_of(request))).key
    groups = " ".join(key[at : at + 4] for at in range(0, len(key), 4))
    return refused(
        request, "identity/staff_enrol", problem, title=N_("Set up the second factor"), key=groups, **context
    )


async def _join(request: Asked, typed: dict[str, str], problem: Problem | None = None) -> Response[bytes]:
    code, errors = typed.get("code", ""), in_words(request, problem, "login") if problem else {}
    found = await service.invitation_of(code, address=client_address(request)) if code else None
    form = fields.form(Joining, {"name": found.name if found else "", **typed}, errors, labels=LABELS, hints=HINTS)
    changed = {"login": "username", "password": "new-password"}
    form |= {name: msgspec.structs.replace(form[name], autocomplete=kind) for name, kind in changed.items()}
    return refused(
        request, "identity/staff_join", problem, title=N_("Join as staff"), f=form, found=found, errors=errors,
        role=ROLES[found.role] if found else "",
    )  # fmt: skip


def _ask(
    request: Asked, values: dict[str, str], errors: dict[str, str], target: str, problem: Problem | None = None
) -> Response[bytes]:
    form = fields.form(StaffSignIn, values, errors, labels=LABELS)
    form["login"] = msgspec.structs.replace(form["login"], autocomplete="username")
    return refused(
        request, "identity/staff_sign_in", problem, title=N_("Staff sign-in"), f=form, errors=errors, next=target,
        host=host(),
    )  # fmt: skip


def _code_field(errors: dict[str, str]) -> dict[str, fields.Field]:
    """No numeric keyboard: a recovery code has letters."""
    form = fields.form(SecondCode, {}, errors, labels={"code": N_("Code of the app")})
    return {"code": msgspec.structs.replace(form["code"], inputmode="")}


def _with_next(path: str, target: str) -> str:
    return path if target == "/desk" else f"{path}?{urlencode({'next': target})}"


def _browser(request: Asked) -> str:
    return str(request.headers.get("user-agent", ""))


routes = [sign_in, enter, second, prove, enrol, picture, invitation, join]
