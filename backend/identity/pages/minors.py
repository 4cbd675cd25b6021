"""未成年人模式 of an account: switching on with a parent's digits, off with the same, new digits at a counter."""

from typing import Any

import msgspec
from litestar import Response, get, post

from accessibility import fields
from backend.core import forms
from backend.core.http import actor_of, allow, in_words
from backend.core.policy import FreshSignInNeeded, proved
from backend.core.problems import Conflict, Invalid, Problem, TooMany
from backend.core.words import N_
from backend.identity import service
from backend.identity.pages.common import Asked, on_to, refused
from backend.identity.schemas import MinorsEntry, MinorsExit

LABELS = {"pin": N_("The parent's six digits"), "band": N_("How old is the child?")}
HINTS = {"pin": N_("Choose digits that the child does not know")}
BANDS = (
    ("0-2", N_("Under 3")),
    ("3-7", N_("3 to 7")),
    ("8-11", N_("8 to 11")),
    ("12-15", N_("12 to 15")),
    ("16-17", N_("16 or 17")),
)
BAD_PIN = {"pin": N_("Enter six digits")}


@get("/minors", opt=allow(service.minors_mode), include_in_schema=False)
async def minors(request: Asked) -> Response[bytes]:
    """On or off, what it means, and the way in or out."""
    return await _page(request, {}, None)


@post("/minors/entry", opt=allow(service.enter_minors_mode), include_in_schema=False)
async def enter(request: Asked) -> Response[bytes] | Response[None]:
    """Hand the account over to a child."""
    try:
        wanted = await forms.read(request, MinorsEntry, messages=BAD_PIN)
        await service.enter_minors_mode(actor_of(request), wanted)
    except (Invalid, Conflict) as problem:
        return await _page(request, await forms.raw(request), problem)
    return on_to(request, "/minors")


@post("/minors/exit", opt=allow(service.leave_minors_mode), include_in_schema=False)
async def leave(request: Asked) -> Response[bytes] | Response[None]:
    """Take the account back."""
    try:
        typed = await forms.read(request, MinorsExit, messages=BAD_PIN)
        await service.leave_minors_mode(actor_of(request), typed)
    except (Invalid, Conflict, TooMany) as problem:
        return await _page(request, {}, problem)
    return on_to(request, "/minors")


@post("/minors/pin", opt=allow(service.reset_minors_pin), include_in_schema=False)
async def reset(request: Asked) -> Response[bytes] | Response[None]:
    """New digits, typed by the parent at the counter."""
    try:
        typed = await forms.read(request, MinorsExit, messages=BAD_PIN)
        await service.reset_minors_pin(actor_of(request), typed)
    except (Invalid, FreshSignInNeeded) as problem:
        return await _page(request, {}, problem)
    return on_to(request, "/minors?done=1")


async def _page(request: Asked, values: dict[str, str], problem: Problem | None) -> Response[bytes]:
    actor = actor_of(request)
    errors = {} if isinstance(problem, FreshSignInNeeded) or not problem else in_words(request, problem, "pin")
    state = await service.minors_mode(actor)
    form = fields.form(
        MinorsEntry, values or {"band": state.band or "8-11"}, errors, labels=LABELS, options={"band": BANDS},
        hints={} if state.on else HINTS,
    )  # fmt: skip
    more: Any = {"required": True, "autocomplete": "off", "short": True}
    return refused(
        request, "identity/minors", problem, title=N_("Minors' mode"), state=state, errors=errors,
        f=form | {"pin": msgspec.structs.replace(form["pin"], kind="password", **more),
                  "band": msgspec.structs.replace(form["band"], required=True)},
        resets=actor.is_("clerk") and actor.helping, mine=actor.basis == "self", fresh=proved(actor),
        done="done" in request.query_params,
    )  # fmt: skip


routes = [minors, enter, leave, reset]
