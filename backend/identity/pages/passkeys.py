"""Pages of passkeys (通行密钥): signing in with one, and the keys that somebody has."""

from uuid import UUID

import msgspec
from litestar import Response, get, post

from accessibility import fields
from accessibility.render import page
from backend.core import forms
from backend.core.http import PUBLIC, actor_of, allow, client_address, in_words, viewer_of
from backend.core.http.onward import go
from backend.core.problems import Invalid, Problem, TooMany
from backend.core.words import N_, words
from backend.identity import cookies, service
from backend.identity.api.common import at_no_machine
from backend.identity.origin import host
from backend.identity.pages.common import (
    Asked,
    device_cookie,
    device_of,
    kiosk_of,
    next_in_form,
    on_to,
    passkey_cookie,
    passkey_request,
    refused,
    session_cookie,
)
from backend.identity.pages.signing import ask_phone
from backend.identity.pages.ways import layout_for
from backend.identity.schemas import (
    PasskeyAnswer,
    PasskeyChallenge,
    PasskeyName,
    PasskeyNew,
    PasskeySignIn,
    SignedIn,
)
from backend.identity.service.challenges import PasskeyEnded, PasskeyRefused
from backend.identity.service.passkeys import PasskeyKnown

NO = (PasskeyRefused, PasskeyEnded, TooMany)
MINE = "/me/sign-in"
LABELS = {"name": N_("What do you call this device?")}
HINTS = {"name": N_("So that you know it again in the list")}


@post("/sign-in/passkey/options", opt=allow(service.begin_passkey_sign_in), include_in_schema=False)
async def ask_device(request: Asked) -> Response[bytes]:
    """What the device must sign; for the script of the sign-in pages."""
    return options(await service.begin_passkey_sign_in(actor_of(request), address=client_address(request)))


@post("/sign-in/passkey", opt=allow(PUBLIC), include_in_schema=False)
async def enter(request: Asked) -> Response[bytes] | Response[None]:
    """The right answer opens a new session under a new id."""
    target = await next_in_form(request, "/me")
    try:
        opened = await _signed_in(request)
    except NO as problem:
        return ask_phone(request, {}, in_words(request, problem, "credential"), target, problem)
    return _welcome(request, target, opened)


@post("/staff/sign-in/passkey", opt=allow(PUBLIC), guards=[at_no_machine], include_in_schema=False)
async def enter_as_staff(request: Asked) -> Response[None]:
    """The same for staff; a passkey is two factors in one."""
    target = await next_in_form(request, "/desk")
    try:
        opened = await _signed_in(request)
    except NO as problem:
        problem.next_step = ("/staff/sign-in", N_("Staff sign-in"))
        raise
    return _welcome(request, target, opened)


@get("/me/sign-in/passkeys/new", opt=allow(service.prepare_passkey), include_in_schema=False)
async def new(request: Asked) -> Response[bytes]:
    """Add a passkey: what it is, a name for it, and the button."""
    viewer, agent = viewer_of(request), request.headers.get("user-agent", "")
    name = await service.prepare_passkey(actor_of(request), user_agent=agent)
    return _new(request, {"name": name or words(viewer.lang, viewer.plain).gettext(N_("My device"))}, {})


@post("/me/sign-in/passkeys/options", opt=allow(service.begin_passkey), include_in_schema=False)
async def ask_new_device(request: Asked) -> Response[bytes]:
    """What this device must sign with the key that it makes."""
    return options(await service.begin_passkey(actor_of(request)))


@post("/me/sign-in/passkeys", opt=allow(service.register_passkey), include_in_schema=False)
async def create(request: Asked) -> Response[bytes] | Response[None]:
    """Keep the new key."""
    typed = await forms.raw(request)
    try:
        wanted = await forms.read(request, PasskeyNew)
        wanted = msgspec.structs.replace(wanted, request=passkey_request(request))
        await service.register_passkey(actor_of(request), wanted)
    except PasskeyKnown:
        return go(MINE)
    except (*NO, Invalid) as problem:
        return _new(request, typed, in_words(request, problem, "credential"), problem)
    return on_to(request, f"{MINE}?done=added", passkey_cookie(""))


@get("/me/sign-in/passkeys/{passkey_id:uuid}/name", opt=allow(service.rename_passkey), include_in_schema=False)
async def ask_name(request: Asked, passkey_id: UUID) -> Response[bytes]:
    """Another name for a key."""
    found = next((each for each in await service.my_passkeys(actor_of(request)) if each.id == passkey_id), None)
    return _name(request, passkey_id, {"name": found.name if found else ""}, {})


@post("/me/sign-in/passkeys/{passkey_id:uuid}/name", opt=allow(service.rename_passkey), include_in_schema=False)
async def rename(request: Asked, passkey_id: UUID) -> Response[bytes] | Response[None]:
    """Keep the name."""
    try:
        await service.rename_passkey(actor_of(request), passkey_id, await forms.read(request, PasskeyName))
    except Invalid as problem:
        return _name(request, passkey_id, await forms.raw(request), in_words(request, problem), problem)
    return go(MINE)


@get("/me/sign-in/passkeys/{passkey_id:uuid}/removal", opt=allow(service.passkey_to_remove), include_in_schema=False)
async def ask_removal(request: Asked, passkey_id: UUID) -> Response[bytes]:
    """Remove this key?"""
    key = await service.passkey_to_remove(actor_of(request), passkey_id)
    title, layout = N_("Remove this passkey?"), layout_for(request)
    return page(request, "identity/passkey_remove", title=title, key=key, layout=layout)


@post("/me/sign-in/passkeys/{passkey_id:uuid}/removal", opt=allow(service.remove_passkey), include_in_schema=False)
async def remove(request: Asked, passkey_id: UUID) -> Response[None]:
    """The key opens nothing from now on."""
    await service.remove_passkey(actor_of(request), passkey_id)
    return go(f"{MINE}?done=removed")


def options(asked: PasskeyChallenge) -> Response[bytes]:
    """What the script hands to the device, and the cookie that binds the answer to this browser."""
    answer = Response(asked.options.encode(), media_type="application/json", status_code=200)
    answer.set_cookie(passkey_cookie(asked.request))
    return answer


async def answer_of(request: Asked) -> PasskeyAnswer:
    """What the device answered, with the challenge of this browser."""
    credential = (await request.form()).get("credential", "")
    try:
        return msgspec.convert({"credential": credential, "request": passkey_request(request)}, PasskeyAnswer)
    except msgspec.ValidationError:
        raise PasskeyRefused({"credential": N_("The device gave no answer. Try once more.")}) from None


async def _signed_in(request: Asked) -> SignedIn:
    answer = await answer_of(request)
    wanted = PasskeySignIn(credential=answer.credential, request=answer.request, device=device_of(request))
    return await service.passkey_sign_in(
        wanted,
        address=client_address(request),
        user_agent=request.headers.get("user-agent", ""),
        replacing=request.cookies.get(cookies.session_name(), ""),
        at=kiosk_of(request),
    )


def _welcome(request: Asked, target: str, opened: SignedIn) -> Response[None]:
    known = [device_cookie(opened.device)] if opened.device else []  # a kiosk is known to nobody
    return on_to(request, target, session_cookie(opened.token), passkey_cookie(""), *known)


def _new(
    request: Asked, values: dict[str, str], errors: dict[str, str], problem: Problem | None = None
) -> Response[bytes]:
    return refused(
        request,
        "identity/passkey_new",
        problem,
        title=N_("Add a passkey"),
        f=fields.form(PasskeyName, values, errors, labels=LABELS, hints=HINTS),
        errors=errors,
        host=host(),
        layout=layout_for(request),
    )


def _name(
    request: Asked, passkey_id: UUID, values: dict[str, str], errors: dict[str, str], problem: Problem | None = None
) -> Response[bytes]:
    return refused(
        request,
        "identity/passkey_name",
        problem,
        title=N_("Name of the passkey"),
        f=fields.form(PasskeyName, values, errors, labels=LABELS, hints=HINTS),
        errors=errors,
        key=passkey_id,
        layout=layout_for(request),
    )


routes = [
    ask_device,
    enter,
    enter_as_staff,
    new,
    ask_new_device,
    create,
    ask_name,
    rename,
    ask_removal,
    remove,
]
