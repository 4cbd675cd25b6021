"""认证等级: where I am, what each level opens, how to reach the next; 实名认证 and 窗口核验."""

import msgspec
from litestar import Response, get, post

from accessibility import fields
from backend.consents import service as consents
from backend.core import forms
from backend.core.http import actor_of, allow, in_words, viewer_of
from backend.core.policy import FreshSignInNeeded, proved
from backend.core.problems import Invalid, Problem, TooMany
from backend.core.words import DEFAULT, N_
from backend.identity import service
from backend.identity.pages import documents
from backend.identity.pages.common import Asked, on_to, refused
from backend.identity.schemas import CounterCheck, RealNameRequest
from backend.identity.service.assurance import CONSENT, NotConfirmed, RealNameUnavailable

LABELS = {
    "name": N_("Name"),
    "document": N_("Number of the document"),
    "kind": N_("Which document"),
    "consent": N_("I agree to this one comparison"),
}
HINTS = {"name": N_("As it is written in your document")}
TITLES = {"phone": N_("Checked by phone"), "counter": N_("Checked at a counter"), "real-name": N_("Real-name check")}


@get("/me/assurance", opt=allow(service.assurance), include_in_schema=False)
async def levels(request: Asked, done: bool = False) -> Response[bytes]:
    """Where the person stands."""
    return await _levels(request, done=done)


@post("/me/assurance", opt=allow(service.confirm_real_name), include_in_schema=False)
async def confirm(request: Asked) -> Response[bytes] | Response[None]:
    """实名认证 now, with separate consent."""
    try:
        wanted = await forms.read(request, RealNameRequest)
        await service.confirm_real_name(actor_of(request), wanted)
    except (Invalid, NotConfirmed, RealNameUnavailable, TooMany, consents.WordsChanged) as problem:
        return await _levels(request, problem=problem, typed=await forms.raw(request))
    return on_to(request, "/me/assurance?done=true")


@post("/me/assurance/counter", opt=allow(service.verify_at_counter), include_in_schema=False)
async def check(request: Asked) -> Response[bytes] | Response[None]:
    """窗口核验: the clerk has the person's document in hand."""
    try:
        await service.verify_at_counter(actor_of(request), await forms.read(request, CounterCheck))
    except (Invalid, FreshSignInNeeded) as problem:
        return await _levels(request, problem=problem, typed=await forms.raw(request))
    return on_to(request, "/me/assurance")


async def _levels(
    request: Asked, *, problem: Problem | None = None, typed: dict[str, str] | None = None, done: bool = False
) -> Response[bytes]:
    actor, viewer, words = actor_of(request), viewer_of(request), consents.asked_for(CONSENT)
    state = await service.assurance(actor)
    late = isinstance(problem, FreshSignInNeeded)
    errors = in_words(request, problem, "document") if problem and not late else {}
    struct = RealNameRequest if actor.basis == "self" else CounterCheck
    form = fields.form(
        struct, {"consent_version": str(words.version)} | (typed or {}), errors, labels=LABELS, hints=HINTS,
        options={"kind": documents.OPTIONS}, kinds={"consent_version": "hidden"},
    )  # fmt: skip
    if actor.basis != "self":
        form = {name: msgspec.structs.replace(each, autocomplete="off") for name, each in form.items()}
    return refused(
        request,
        "identity/assurance",
        problem,
        title=N_("How well we know you"),
        state=state,
        purpose=words,
        english=viewer.lang != DEFAULT,
        plain=viewer.plain,
        titles=TITLES,
        f=form,
        errors=errors,
        done=done,
        clerk=actor.basis == "assisted" and actor.is_("clerk"),
        own=actor.basis == "self",
        to_counter=problem is not None and not problem.fields and not late,
        fresh=proved(actor),
        typed=bool(typed),
    )


routes = [levels, confirm, check]
