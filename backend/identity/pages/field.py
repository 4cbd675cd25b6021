"""上门帮办: who is at the door, on a phone in one hand. Nothing of a person is shown before they are verified."""

import msgspec
from litestar import Response, get, post

from accessibility import fields
from backend.core import forms
from backend.core.http import actor_of, allow, in_words
from backend.core.http.onward import go
from backend.core.problems import Conflict, Forbidden, Invalid, Problem, TooMany
from backend.core.words import N_
from backend.identity import service
from backend.identity.pages import documents
from backend.identity.pages.common import Asked, on_to, refused, token_of
from backend.identity.schemas import FieldRequest
from backend.settings import settings

LABELS = {
    "document": N_("Number of the document"),
    "kind": N_("Which document"),
    "name": N_("Name"),
    "card": N_("Number or code of the card"),
    "pin": N_("PIN: hand the phone over"),
}
HINTS = {
    "document": N_("As it stands on the document in front of you"),
    "name": N_("As on the document; needed if its number is not on record yet"),
    "pin": N_("The person types the six digits; look away"),
}
WORK = allow(service.begin_field_assistance)


@get("/desk/field/verification", opt=WORK, include_in_schema=False)
async def ask(request: Asked) -> Response[bytes] | Response[None]:
    """What the neighbour has to show; whoever is helping already goes on."""
    return go("/desk/field") if actor_of(request).helping else _ask(request)


@post("/desk/field/verification", opt=WORK, include_in_schema=False)
async def begin(request: Asked) -> Response[bytes] | Response[None]:
    """Act for the neighbour from now on. The number is in the body, never in an address."""
    try:
        seen = await forms.read(request, FieldRequest)
        await service.begin_field_assistance(actor_of(request), token_of(request), seen)
    except (Invalid, TooMany, Conflict, Forbidden) as problem:
        return _ask(request, await forms.raw(request), problem)
    return on_to(request, "/desk/field")


def _ask(request: Asked, typed: dict[str, str] | None = None, problem: Problem | None = None) -> Response[bytes]:
    errors = in_words(request, problem) if problem and problem.fields else {}
    values = {**(typed or {}), "pin": ""}
    form = fields.form(
        FieldRequest, values, errors, labels=LABELS, hints=HINTS, options={"kind": documents.OPTIONS},
        kinds={"pin": "password"},
    )  # fmt: skip
    quiet = {
        name: msgspec.structs.replace(each, autocomplete="off", required=name not in ("kind", "name"))
        for name, each in form.items()
    }
    return refused(
        request, "identity/field", problem, title=N_("Help at the door"), errors=errors,
        refusal=problem if problem and not problem.fields else None,
        by_name=actor_of(request).is_("grid"), by_card=bool(values.get("card")),
        f=quiet | {"pin": msgspec.structs.replace(quiet["pin"], inputmode="numeric")},
        try_with=service.demo_document() if settings().demo else "",
    )  # fmt: skip


routes = [ask, begin]
