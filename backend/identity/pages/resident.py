"""Pages of a resident: my page, my details."""

import msgspec
from litestar import Response, get, post

from accessibility import fields
from accessibility.render import page
from backend.core import forms
from backend.core.http import SIGNED_IN, actor_of, allow, in_words, viewer_of
from backend.core.http.onward import go
from backend.core.policy import permit, rule_of
from backend.core.problems import Invalid
from backend.core.viewer import make
from backend.core.words import N_
from backend.identity import service
from backend.identity.pages.common import Asked, next_in_form, next_of, on_to
from backend.identity.schemas import PersonChange
from backend.notifications import service as notifications
from backend.settings import settings

LABELS = {
    "name": N_("Name"),
    "mode": N_("How pages look"),
    "notice_by": N_("How shall we tell you"),
}
MODES = (("standard", N_("Standard version")), ("elder", N_("Elder version")))
NOTICE_BY = (("sms", N_("Text message")), ("call", N_("A person calls me")), ("letter", N_("A letter in large print")))


@get("/me", opt=allow(SIGNED_IN, service.person), include_in_schema=False)
async def me(request: Asked) -> Response[bytes] | Response[None]:
    """我的: who I am here, how I see pages, and where my things are."""
    actor = actor_of(request)
    if actor.principal is None:
        return go("/desk")
    return page(
        request,
        "identity/me",
        title=N_("Me"),
        person=await service.person(actor, actor.principal),
        notice_by=dict(NOTICE_BY),
        mine=actor.basis == "self",
        wards=await service.wards(actor),
        unread=await notifications.count_unread(actor),
    )


@get("/me/edit", opt=allow(service.change_person), include_in_schema=False)
async def edit(request: Asked) -> Response[bytes]:
    """Change my details."""
    actor = actor_of(request)
    permit(actor, rule_of(service.change_person))
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


routes = [me, edit, save]
