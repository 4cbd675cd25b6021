"""核实是您本人: showing once more who one is, before what cannot be taken back easily; then on to the page wanted."""

import msgspec
from litestar import Response, get, post

from accessibility import fields
from backend.core import forms
from backend.core.http import actor_of, allow, client_address, in_words, viewer_of
from backend.core.http.onward import go
from backend.core.problems import Invalid, Problem, TooMany
from backend.core.words import N_
from backend.identity import service
from backend.identity.origin import host
from backend.identity.pages.common import (
    Asked,
    code_request,
    next_in_form,
    next_of,
    on_to,
    passkey_cookie,
    refused,
    request_cookie,
    session_cookie,
)
from backend.identity.pages.passkeys import NO, answer_of, options
from backend.identity.pages.signing import BAD_CODE, ask_code_again, code_page
from backend.identity.pages.ways import layout_for
from backend.identity.schemas import CodeAgain, PasswordAgain
from backend.identity.service.again import NoPhone
from backend.identity.service.codes import CodeEnded

LABELS = {"password": N_("Password"), "code": N_("The six digits of your app")}


@get("/sign-in/again", opt=allow(service.proof_ways), include_in_schema=False)
async def again(request: Asked) -> Response[bytes]:
    """The ways in which this person can."""
    return await _ask(request, {}, next_of(request, "/me/sign-in"))


@post("/sign-in/again", opt=allow(service.send_proof_code), include_in_schema=False)
async def send(request: Asked) -> Response[bytes] | Response[None]:
    """Send a code to the number on record, or have it read out."""
    target = await next_in_form(request, "/me/sign-in")
    by = "call" if (await request.form()).get("by") == "call" else "sms"
    address, lang = client_address(request), viewer_of(request).lang
    try:
        sent = await service.send_proof_code(actor_of(request), address=address, lang=lang, by=by)
    except (TooMany, NoPhone) as problem:
        return await _ask(request, in_words(request, problem, "again"), target, problem)
    return on_to(request, code_page(target, "again"), request_cookie(sent.request))


@get("/sign-in/again/code", opt=allow(service.prove_by_code), include_in_schema=False)
async def ask_code(request: Asked) -> Response[bytes] | Response[None]:
    """Asks for the code that was sent to the number on record."""
    target = next_of(request, "/me/sign-in")
    try:
        return await ask_code_again(request, {}, target, "again")
    except CodeEnded:
        return go("/sign-in/again")


@post("/sign-in/again/code", opt=allow(service.prove_by_code), include_in_schema=False)
async def enter_code(request: Asked) -> Response[bytes] | Response[None]:
    """The right code renews the session under a new id."""
    target = await next_in_form(request, "/me/sign-in")
    try:
        typed = await forms.read(request, CodeAgain, messages=BAD_CODE)
        wanted = msgspec.structs.replace(typed, request=code_request(request))
        opened = await service.prove_by_code(actor_of(request), wanted, address=client_address(request))
    except CodeEnded as problem:
        problem.next_step = ("/sign-in/again", N_("Ask for a new code"))
        raise
    except (Invalid, TooMany) as problem:
        return await ask_code_again(request, in_words(request, problem, "code"), target, "again", problem)
    return on_to(request, target, session_cookie(opened.token), request_cookie(""))


@post("/sign-in/again/passkey/options", opt=allow(service.begin_passkey_again), include_in_schema=False)
async def ask_device(request: Asked) -> Response[bytes]:
    """What one of my devices must sign."""
    return options(await service.begin_passkey_again(actor_of(request), address=client_address(request)))


@post("/sign-in/again/passkey", opt=allow(service.prove_by_passkey), include_in_schema=False)
async def enter_passkey(request: Asked) -> Response[bytes] | Response[None]:
    """The right answer renews the session under a new id."""
    target = await next_in_form(request, "/me/sign-in")
    try:
        answer, address = await answer_of(request), client_address(request)
        opened = await service.prove_by_passkey(actor_of(request), answer, address=address)
    except NO as problem:
        return await _ask(request, in_words(request, problem, "credential"), target, problem)
    return on_to(request, target, session_cookie(opened.token), passkey_cookie(""))


@post("/sign-in/again/password", opt=allow(service.prove_by_password), include_in_schema=False)
async def enter_password(request: Asked) -> Response[bytes] | Response[None]:
    """The right password of staff renews the session under a new id."""
    target = await next_in_form(request, "/desk")
    try:
        wanted, address = await forms.read(request, PasswordAgain), client_address(request)
        opened = await service.prove_by_password(actor_of(request), wanted, address=address)
    except (Invalid, TooMany) as problem:
        return await _ask(request, in_words(request, problem, "password"), target, problem)
    return on_to(request, target, session_cookie(opened.token))


async def _ask(request: Asked, errors: dict[str, str], target: str, problem: Problem | None = None) -> Response[bytes]:
    actor = actor_of(request)
    return refused(
        request,
        "identity/again",
        problem,
        title=N_("Please show once more that it is you"),
        ways=await service.proof_ways(actor),
        f=fields.form(PasswordAgain, {}, errors, labels=LABELS),
        errors=errors,
        next=target,
        host=host(),
        layout=layout_for(request),
    )


routes = [again, send, ask_code, enter_code, ask_device, enter_passkey, enter_password]
