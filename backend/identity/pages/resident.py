"""Pages of a resident: signing in by code, my page, my sessions."""

from urllib.parse import quote
from uuid import UUID

import msgspec
from litestar import Response, get, post

from accessibility import fields
from accessibility.render import page
from backend.core import forms
from backend.core.http import PUBLIC, SIGNED_IN, actor_of, allow, client_address, viewer_of
from backend.core.http.onward import go
from backend.core.problems import Invalid, Problem, TooMany
from backend.core.viewer import make
from backend.core.words import N_
from backend.identity import cookies, service
from backend.identity.pages.common import (
    Asked,
    code_request,
    in_words,
    next_in_form,
    next_of,
    on_to,
    refused,
    request_cookie,
    session_cookie,
    token_of,
)
from backend.identity.schemas import CodeRequest, PersonChange, SignIn
from backend.identity.service.codes import WrongCode
from backend.settings import settings

LABELS = {
    "phone": N_("Mobile number"),
    "code": N_("The six digits"),
    "name": N_("Name"),
    "mode": N_("How pages look"),
    "notice_by": N_("How shall we tell you"),
}
MODES = (("standard", N_("Standard version")), ("elder", N_("Elder version")))
NOTICE_BY = (("sms", N_("Text message")), ("call", N_("A person calls me")), ("letter", N_("A letter in large print")))
BAD_PHONE = {"phone": N_("Enter a mobile number with 11 digits")}
BAD_CODE = {"code": N_("Enter the six digits of the text message")}


@get("/sign-in", opt=allow(service.request_code), include_in_schema=False)
async def sign_in(request: Asked) -> Response[bytes] | Response[None]:
    """登录: asks for the phone number; somebody signed in goes on."""
    if actor_of(request).principal is not None:
        return go(next_of(request, "/me"))
    return _ask_phone(request, {}, {}, next_of(request, "/me"))


@post("/sign-in", opt=allow(service.request_code), include_in_schema=False)
async def send_code(request: Asked) -> Response[bytes] | Response[None]:
    """Send the code and ask for it."""
    target = await next_in_form(request, "/me")
    try:
        wanted = await forms.read(request, CodeRequest, messages=BAD_PHONE)
        address, lang = client_address(request), viewer_of(request).lang
        sent = await service.request_code(actor_of(request), wanted, address=address, lang=lang)
    except (Invalid, TooMany) as problem:
        return _ask_phone(request, await forms.raw(request), in_words(request, problem, "phone"), target, problem)
    return on_to(request, _code_page(target), request_cookie(sent.request))


@get("/sign-in/code", opt=allow(PUBLIC), include_in_schema=False)
async def ask_code(request: Asked) -> Response[bytes]:
    """Asks for the code that was sent to this browser's number."""
    return await _ask_code(request, {}, next_of(request, "/me"))


@post("/sign-in/code", opt=allow(PUBLIC), include_in_schema=False)
async def enter_code(request: Asked) -> Response[bytes] | Response[None]:
    """The right code opens a new session under a new id."""
    target = await next_in_form(request, "/me")
    try:
        typed = await forms.read(request, SignIn, messages=BAD_CODE)
        opened = await service.sign_in(
            msgspec.structs.replace(typed, request=code_request(request)),
            address=client_address(request),
            user_agent=request.headers.get("user-agent", ""),
            viewer=viewer_of(request),
            replacing=request.cookies.get(cookies.session_name(), ""),
        )
    except (WrongCode, Invalid, TooMany) as problem:
        return await _ask_code(request, in_words(request, problem, "code"), target, problem)
    return on_to(request, target, session_cookie(opened.token), request_cookie(""))


@post("/sign-in/code/resend", opt=allow(service.resend_code), include_in_schema=False)
async def resend(request: Asked) -> Response[bytes] | Response[None]:
    """Another code to the same number, or how long to wait."""
    target = await next_in_form(request, "/me")
    address, lang = client_address(request), viewer_of(request).lang
    try:
        sent = await service.resend_code(actor_of(request), code_request(request), address=address, lang=lang)
    except TooMany as problem:
        return await _ask_code(request, in_words(request, problem, "code"), target, problem)
    return on_to(request, _code_page(target), request_cookie(sent.request))


@post("/sign-out", opt=allow(PUBLIC, service.sign_out), include_in_schema=False)
async def sign_out(request: Asked) -> Response[None]:
    """End the session here and on the server, and clear what this browser kept of it."""
    if actor_of(request).acting is not None:
        await service.sign_out(actor_of(request), token_of(request))
    answer = on_to(request, "/", session_cookie(""))
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


@get("/me", opt=allow(SIGNED_IN, service.person), include_in_schema=False)
async def me(request: Asked) -> Response[bytes] | Response[None]:
    """我的: who I am here, how I see pages, where I am signed in."""
    actor = actor_of(request)
    if actor.principal is None:
        return go("/desk")
    mine = actor.basis == "self"
    return page(
        request,
        "identity/me",
        title=N_("Me"),
        person=await service.person(actor, actor.principal),
        sessions=await service.my_sessions(actor, token_of(request)) if mine else [],
        notice_by=dict(NOTICE_BY),
        mine=mine,
    )


@get("/me/edit", opt=allow(service.change_person), include_in_schema=False)
async def edit(request: Asked) -> Response[bytes]:
    """Change my details."""
    actor = actor_of(request)
    person = await service.person(actor, actor.person)
    values = {each: getattr(person, each) for each in ("name", "mode", "notice_by")}
    return _edit(request, values, {}, next_of(request, "/me"))


@post("/me/edit", opt=allow(service.change_person), include_in_schema=False)
async def save(request: Asked) -> Response[bytes] | Response[None]:
    """Keep the changed details; pages follow at once."""
    target = await next_in_form(request, "/me")
    try:
        change = await forms.read(request, PersonChange)
        kept = await service.change_person(actor_of(request), change)
    except Invalid as problem:
        return _edit(request, await forms.raw(request), in_words(request, problem), target)
    answer = on_to(request, target)
    if actor_of(request).basis == "self":
        viewer = make(kept.mode, kept.language, kept.home, viewer_of(request))
        answer.headers["Set-Cookie"] = viewer.cookie(secure=settings().https)
    return answer


@post("/me/sessions/{session_id:uuid}/end", opt=allow(service.end_session), include_in_schema=False)
async def end_session(request: Asked, session_id: UUID) -> Response[None]:
    """Sign another device out."""
    await service.end_session(actor_of(request), session_id)
    return on_to(request, "/me#sessions")


def _ask_phone(
    request: Asked, values: dict[str, str], errors: dict[str, str], target: str, problem: Problem | None = None
) -> Response[bytes]:
    return refused(
        request,
        "identity/sign_in",
        problem,
        title=N_("Sign in"),
        f=fields.form(CodeRequest, values, errors, labels=LABELS),
        errors=errors,
        next=target,
        demo=settings().demo,
    )


async def _ask_code(
    request: Asked, errors: dict[str, str], target: str, problem: Problem | None = None
) -> Response[bytes]:
    sent = await service.pending_code(code_request(request))
    return refused(
        request,
        "identity/code",
        problem,
        title=N_("Enter the code"),
        f=fields.form(SignIn, {}, errors, labels=LABELS),
        errors=errors,
        sent=sent,
        minutes=-(-sent.expires_in // 60),
        next=target,
        demo=settings().demo,
    )


def _edit(request: Asked, values: dict[str, str], errors: dict[str, str], target: str) -> Response[bytes]:
    options = {"mode": MODES, "notice_by": NOTICE_BY}
    return page(
        request,
        "identity/edit",
        status=422 if errors else 200,
        title=N_("My details"),
        f=_always_answered(fields.form(PersonChange, values, errors, labels=LABELS, options=options)),
        errors=errors,
        next=target,
    )


def _always_answered(form: dict[str, fields.Field]) -> dict[str, fields.Field]:
    """These always have an answer, so they are not called optional."""
    chosen = {name: msgspec.structs.replace(form[name], required=True) for name in ("mode", "notice_by")}
    return form | chosen


def _code_page(target: str) -> str:
    return f"/sign-in/code?next={quote(target, safe='/')}"


routes = [sign_in, send_code, ask_code, enter_code, resend, sign_out, me, edit, save, end_session]
