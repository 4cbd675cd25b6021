"""邻里卡 for its owner: signing in with it, seeing it, reporting it as lost."""

import msgspec
from litestar import Response, get, post

from accessibility import fields
from accessibility.render import page
from backend.core import forms
from backend.core.http import actor_of, allow, client_address, in_words
from backend.core.http.onward import go
from backend.core.problems import Invalid, Problem, TooMany
from backend.core.words import N_
from backend.identity import cookies, service
from backend.identity.pages.common import (
    Asked,
    device_cookie,
    device_of,
    kiosk_of,
    next_in_form,
    next_of,
    on_to,
    refused,
    session_cookie,
)
from backend.identity.schemas import CardSignIn, CardVoiding

LABELS = {"card": N_("Number of the card"), "pin": N_("PIN")}
HINTS = {"card": N_("Twelve digits on the card; blanks do not matter"), "pin": N_("The six digits that only you know")}
BAD = {"card": N_("Enter the twelve digits of the card"), "pin": N_("Enter the six digits of the PIN")}


@get("/sign-in/card", opt=allow(service.sign_in_with_card), include_in_schema=False)
async def sign_in(request: Asked) -> Response[bytes] | Response[None]:
    """用邻里卡登录; somebody signed in goes on."""
    target = next_of(request, _start(request))
    return go(target) if actor_of(request).principal is not None else _ask(request, {}, {}, target)


@post("/sign-in/card", opt=allow(service.sign_in_with_card), include_in_schema=False)
async def enter(request: Asked) -> Response[bytes] | Response[None]:
    """The right card and PIN open a new session under a new id; at a kiosk it belongs to the kiosk."""
    target = await next_in_form(request, _start(request))
    try:
        typed = msgspec.structs.replace(await forms.read(request, CardSignIn, messages=BAD), device=device_of(request))
        opened = await service.sign_in_with_card(
            actor_of(request),
            typed,
            address=client_address(request),
            user_agent=request.headers.get("user-agent", ""),
            at=kiosk_of(request),
            replacing=request.cookies.get(cookies.session_name(), ""),
        )
    except (Invalid, TooMany) as problem:
        kept = {"card": (await forms.raw(request)).get("card", "")}
        return _ask(request, kept, in_words(request, problem, "pin"), target, problem)
    known = [device_cookie(opened.device)] if opened.device else []  # a kiosk is known to nobody
    return on_to(request, target, session_cookie(opened.token), *known)


@get("/me/card", opt=allow(service.my_card), include_in_schema=False)
async def mine(request: Asked) -> Response[bytes]:
    """我的邻里卡: whether there is one, since when, and what to do when it is lost."""
    card = await service.my_card(actor_of(request))
    return page(request, "identity/card", title=N_("My card"), card=card)


@post("/me/card/loss", opt=allow(service.void_card), include_in_schema=False)
async def lose(request: Asked) -> Response[None]:
    """挂失: the card ends at once."""
    await service.void_card(actor_of(request), CardVoiding(why="lost"))
    return on_to(request, "/me/card")


def _start(request: Asked) -> str:
    return "/kiosk" if kiosk_of(request) else "/me"


def _ask(
    request: Asked, values: dict[str, str], errors: dict[str, str], target: str, problem: Problem | None = None
) -> Response[bytes]:
    form = fields.form(CardSignIn, values, errors, labels=LABELS, hints=HINTS, kinds={"pin": "password"})
    names = {"card": "off", "pin": "off"} if kiosk_of(request) else {"card": "username", "pin": "current-password"}
    form = {
        name: msgspec.structs.replace(form[name], autocomplete=kind, inputmode="numeric", short=True, maxlength=0)
        for name, kind in names.items()
    }
    return refused(
        request, "identity/card_sign_in", problem, title=N_("Sign in with a card"), f=form, errors=errors, next=target
    )


routes = [sign_in, enter, mine, lose]
