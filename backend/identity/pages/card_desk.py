"""邻里卡 at the counter: made and printed once, unlocked, ended."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response, get, post
from minijinja import safe

from accessibility import fields
from accessibility.qr import drawn
from accessibility.render import page
from backend.core import forms, ids
from backend.core.http import actor_of, allow, in_words
from backend.core.http.onward import go
from backend.core.policy import FreshSignInNeeded, proved
from backend.core.problems import Invalid, Problem
from backend.core.schemas import Input
from backend.core.words import N_
from backend.identity import service
from backend.identity.pages import documents
from backend.identity.pages.common import Asked, on_to, refused
from backend.identity.schemas import CardRequest, CardUnlocking, CardVoiding, DocumentKind, NewCard
from backend.settings import settings

LABELS = {
    "pin": N_("PIN that the person chooses"),
    "new_pin": N_("New PIN"),
    "kind": N_("Which document"),
    "document": N_("Number of the document"),
}
HINTS = {
    "pin": N_("Six digits, typed by the person. Empty: six digits are chosen and printed once"),
    "new_pin": N_("Only if the person has forgotten it"),
    "document": N_("None is on record yet. Birthday and check digit are read from an identity card"),
}
BAD = {"pin": N_("Enter the six digits of the PIN")}
WORK = allow(service.issue_card)


class CardForm(Input, frozen=True):
    """What is typed for a new card; ``card`` was made with the form, so that sending it twice makes one card."""

    card: UUID
    pin: Annotated[str, msgspec.Meta(max_length=20)] = ""
    kind: DocumentKind = ""
    document: Annotated[str, msgspec.Meta(max_length=30)] = ""


class PinForm(Input, frozen=True):
    """A new PIN for a locked card, or none."""

    new_pin: Annotated[str, msgspec.Meta(max_length=20)] = ""


@get("/desk/card", opt=WORK, include_in_schema=False)
async def card(request: Asked) -> Response[bytes] | Response[None]:
    """The card of the person who is being helped."""
    if actor_of(request).principal is None:
        return go("/desk/assist?next=/desk/card")
    return await _desk(request)


@post("/desk/card", opt=WORK, include_in_schema=False)
async def issue(request: Asked) -> Response[bytes]:
    """Make the card and show it for printing, once. Nothing of it can be shown again."""
    try:
        typed = await forms.read(request, CardForm)
        pin = _pin(typed.pin)
        wanted = CardRequest(card=typed.card, pin=pin, kind=typed.kind, document=typed.document)
        made = await service.issue_card(actor_of(request), wanted)
    except (Invalid, FreshSignInNeeded) as problem:
        return await _desk(request, problem=problem, typed=await forms.raw(request))
    return page(
        request,
        "identity/card_print",
        title=N_("Neighbourhood card"),
        made=made,
        qr=_qr(made),
        address=_address(request),
    )


@post("/desk/card/unlocking", opt=allow(service.unlock_card), include_in_schema=False)
async def unlock(request: Asked) -> Response[bytes] | Response[None]:
    """Unlock it, perhaps with a new PIN."""
    try:
        typed = await forms.read(request, PinForm)
        await service.unlock_card(actor_of(request), CardUnlocking(pin=_pin(typed.new_pin)))
    except Invalid as problem:
        return await _desk(request, problem=Invalid({"new_pin": next(iter(problem.fields.values()))}))
    except FreshSignInNeeded as problem:
        return await _desk(request, problem=problem)
    return on_to(request, "/desk/card")


@post("/desk/card/ending", opt=allow(service.void_card, only=("clerk", "operator")), include_in_schema=False)
async def end(request: Asked) -> Response[None]:
    """The person reports it as lost."""
    await service.void_card(actor_of(request), CardVoiding(why="lost"))
    return on_to(request, "/desk/card")


async def _desk(
    request: Asked, *, problem: Problem | None = None, typed: dict[str, str] | None = None
) -> Response[bytes]:
    actor = actor_of(request)
    errors = in_words(request, problem) if problem and problem.fields else {}
    facts = (await service.facts_of(actor, [actor.person]))[actor.person]
    values = {"card": str(ids.new()), **(typed or {}), "pin": ""}
    options = {"kind": documents.OPTIONS}
    kinds = {"pin": "password"}
    form = fields.form(CardForm, values, errors, labels=LABELS, hints=HINTS, options=options, kinds=kinds)
    form |= fields.form(PinForm, {}, errors, labels=LABELS, hints=HINTS, kinds={"new_pin": "password"})
    quiet = {name: msgspec.structs.replace(each, autocomplete="off") for name, each in form.items()}
    return refused(
        request,
        "identity/card_desk",
        problem,
        title=N_("Neighbourhood card"),
        card=await service.my_card(actor),
        helping=await service.current_assistance(actor),
        on_record=bool(facts.document_ending),
        f=quiet | {name: _new(quiet[name]) for name in ("pin", "new_pin")},
        errors=errors,
        fresh=proved(actor),
        typed=bool(typed),
    )


def _new(field: fields.Field) -> fields.Field:
    """The person's own choice: the clerk's password manager has no part in it."""
    return msgspec.structs.replace(field, autocomplete="off", inputmode="numeric")


def _pin(typed: str) -> str:
    digits = "".join(typed.split())
    if digits and not (len(digits) == 6 and digits.isascii() and digits.isdigit()):
        raise Invalid(BAD)
    return digits


def _address(request: Asked) -> str:
    """Where the card can be used at home, as it is typed."""
    home = settings().public_url.partition("://")[2] or request.headers.get("host", "")
    return f"{home}/sign-in/card"


def _qr(made: NewCard) -> str:
    """The code as part of the page: it has no address of its own, because it is shown only once."""
    return safe(drawn(made.token, svgclass="qr").decode())


routes = [card, issue, unlock, end]
