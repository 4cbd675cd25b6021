"""Pages of signing in and out: a code to the phone, written or read out, with as much time as somebody needs."""

from datetime import timedelta
from urllib.parse import quote

import msgspec
from litestar import Response, get, post

from accessibility import fields
from backend.core import clock, forms
from backend.core.http import PUBLIC, actor_of, allow, client_address, in_words, viewer_of
from backend.core.http.onward import go, safe_path
from backend.core.problems import Invalid, Problem, TooMany
from backend.core.words import N_
from backend.identity import cookies, service
from backend.identity.origin import host
from backend.identity.pages.common import (
    Asked,
    code_request,
    device_cookie,
    device_of,
    kiosk_of,
    next_in_form,
    next_of,
    on_to,
    refused,
    request_cookie,
    session_cookie,
    token_of,
)
from backend.identity.schemas import CodeRequest, SignIn
from backend.identity.service.codes import ExtendedOnce, WrongCode
from backend.settings import settings

LABELS = {"phone": N_("Mobile number"), "code": N_("The six digits")}
BAD_PHONE = {"phone": N_("Enter a mobile number with 11 digits")}
BAD_CODE = {"code": N_("Enter the six digits of the text message")}
CODE_PAGES = {"": "/sign-in/code", "again": "/sign-in/again/code"}


@get("/sign-in", opt=allow(service.request_code), include_in_schema=False)
async def sign_in(request: Asked) -> Response[bytes] | Response[None]:
    """登录: asks for the phone number; somebody signed in goes on."""
    if actor_of(request).principal is not None:
        return go(next_of(request, "/me"))
    return ask_phone(request, {}, {}, next_of(request, "/me"))


@post("/sign-in", opt=allow(service.request_code), include_in_schema=False)
async def send_code(request: Asked) -> Response[bytes] | Response[None]:
    """Send the code and ask for it."""
    target = await next_in_form(request, "/me")
    try:
        wanted = await forms.read(request, CodeRequest, messages=BAD_PHONE)
        address, lang = client_address(request), viewer_of(request).lang
        sent = await service.request_code(actor_of(request), wanted, address=address, lang=lang)
    except (Invalid, TooMany) as problem:
        return ask_phone(request, await forms.raw(request), in_words(request, problem, "phone"), target, problem)
    return on_to(request, code_page(target), request_cookie(sent.request))


@get("/sign-in/code", opt=allow(PUBLIC), include_in_schema=False)
async def ask_code(request: Asked) -> Response[bytes]:
    """Asks for the code that was sent to this browser's number."""
    return await ask_code_again(request, {}, next_of(request, "/me"))


@post("/sign-in/code", opt=allow(PUBLIC), include_in_schema=False)
async def enter_code(request: Asked) -> Response[bytes] | Response[None]:
    """The right code opens a new session under a new id."""
    target = await next_in_form(request, "/me")
    try:
        typed = await forms.read(request, SignIn, messages=BAD_CODE)
        known = "" if kiosk_of(request) else device_of(request)  # a kiosk is nobody's own
        opened = await service.sign_in(
            msgspec.structs.replace(typed, request=code_request(request), device=known),
            address=client_address(request),
            user_agent=request.headers.get("user-agent", ""),
            viewer=viewer_of(request),
            at=kiosk_of(request),
            replacing=request.cookies.get(cookies.session_name(), ""),
        )
    except (WrongCode, Invalid, TooMany) as problem:
        return await ask_code_again(request, in_words(request, problem, "code"), target, problem=problem)
    kept = [] if kiosk_of(request) else [device_cookie(opened.device)]
    return on_to(request, target, session_cookie(opened.token), request_cookie(""), *kept)


@post("/sign-in/code/resend", opt=allow(service.resend_code), include_in_schema=False)
async def resend(request: Asked) -> Response[bytes] | Response[None]:
    """Another code to the same number, or how long to wait."""
    return await _once_more(request, "sms")


@post("/sign-in/code/call", opt=allow(service.resend_code), include_in_schema=False)
async def read_out(request: Asked) -> Response[bytes] | Response[None]:
    """A call that reads another code out, for whoever cannot see or find the message."""
    return await _once_more(request, "call")


@post("/sign-in/code/extension", opt=allow(service.extend_code), include_in_schema=False)
async def extend(request: Asked) -> Response[bytes] | Response[None]:
    """More time for the code, once."""
    target, purpose = await next_in_form(request, "/me"), await _purpose(request)
    try:
        await service.extend_code(actor_of(request), code_request(request))
    except ExtendedOnce as problem:
        return await ask_code_again(request, in_words(request, problem, "code"), target, purpose, problem)
    return go(code_page(target, purpose))


@post("/sign-out", opt=allow(PUBLIC, service.sign_out), include_in_schema=False)
async def sign_out(request: Asked) -> Response[None]:
    """End the session here and on the server, and clear what this browser kept of it."""
    if actor_of(request).acting is not None:
        await service.sign_out(actor_of(request), token_of(request))
    answer = on_to(request, "/", session_cookie(""))
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


def ask_phone(
    request: Asked, values: dict[str, str], errors: dict[str, str], target: str, problem: Problem | None = None
) -> Response[bytes]:
    """The page that asks for a phone number, or for a passkey of this device."""
    return refused(
        request,
        "identity/sign_in",
        problem,
        title=N_("Sign in"),
        f=fields.form(CodeRequest, values, errors, labels=LABELS),
        errors=errors,
        next=target,
        host=host(),
        demo=settings().demo,
    )


async def ask_code_again(
    request: Asked, errors: dict[str, str], target: str, purpose: str = "", problem: Problem | None = None
) -> Response[bytes]:
    """The page that asks for the code, for signing in or for showing once more who one is."""
    sent = await service.pending_code(code_request(request))
    return refused(
        request,
        "identity/code",
        problem,
        title=N_("Enter the code"),
        f=fields.form(SignIn, {}, errors, labels=LABELS),
        errors=errors,
        sent=sent,
        until=clock.now() + timedelta(seconds=sent.expires_in),
        minutes=-(-sent.expires_in // 60),
        next=target,
        purpose=purpose,
        action=CODE_PAGES[purpose],
        demo=settings().demo,
    )


def code_page(target: str, purpose: str = "") -> str:
    """The address of the page that asks for the code."""
    return f"{CODE_PAGES[purpose]}?next={quote(safe_path(target), safe='/')}"


async def _once_more(request: Asked, by: str) -> Response[bytes] | Response[None]:
    target, purpose = await next_in_form(request, "/me"), await _purpose(request)
    address, lang, running = client_address(request), viewer_of(request).lang, code_request(request)
    try:
        sent = await service.resend_code(actor_of(request), running, address=address, lang=lang, by=by)
    except TooMany as problem:
        return await ask_code_again(request, in_words(request, problem, "code"), target, purpose, problem)
    return on_to(request, code_page(target, purpose), request_cookie(sent.request))


async def _purpose(request: Asked) -> str:
    return "again" if (await request.form()).get("purpose") == "again" else ""


routes = [sign_in, send_code, ask_code, enter_code, resend, read_out, extend, sign_out]
