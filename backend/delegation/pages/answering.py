"""Answering an invitation: type the code or find it in the household, read what is asked, agree or not."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import Parameter

from accessibility import fields
from accessibility.render import page
from backend.core import forms
from backend.core.http import actor_of, allow, in_words
from backend.core.http.onward import go
from backend.core.problems import Invalid, NotFound
from backend.core.schemas import Input
from backend.core.words import N_
from backend.delegation import service
from backend.delegation.pages.common import NEVER, Asked, titled
from backend.delegation.schemas import AcceptanceRequest, Code, Kin, Mandate

LABELS = {"code": N_("The eight signs"), "called": N_("What do you call this person?")}
HINTS = {"called": N_("Such as: Mum, Grandpa, Mr Zhao next door. We then speak of them like this.")}


class CodeForm(Input, frozen=True, kw_only=True):
    """The code that somebody passed on."""

    code: Annotated[str, msgspec.Meta(min_length=8, max_length=20)]


class AnswerForm(Input, frozen=True, kw_only=True):
    """Agree or decline. Either the code or the invitation to my own number says which."""

    answer: str
    code: Code = ""
    mandate: UUID | None = None
    called: Kin = ""


@get("/household/code", opt=allow(service.invitation), include_in_schema=False)
async def ask_code(request: Asked, code: Annotated[str, Parameter(max_length=20)] = "") -> Response[bytes]:
    """Asks for the code; a scanned picture brings it along."""
    return _code(request, {"code": code}, {})


@post("/household/code", opt=allow(service.invitation), include_in_schema=False)
async def enter_code(request: Asked) -> Response[bytes]:
    """Shows what the code asks of me."""
    try:
        typed = await forms.read(request, CodeForm, messages={"code": N_("Enter the eight signs")})
        found = await service.invitation(actor_of(request), None, typed.code)
    except Invalid as problem:
        return _code(request, await forms.raw(request), in_words(request, problem))
    except NotFound as problem:
        return _code(request, await forms.raw(request), in_words(request, Invalid({"code": problem.title})))
    return _answer(request, found, typed.code)


@get("/household/{row_id:uuid}/answer", opt=allow(service.invitation), include_in_schema=False)
async def ask(request: Asked, row_id: UUID) -> Response[bytes]:
    """What somebody asks of the owner of this number."""
    return _answer(request, await service.invitation(actor_of(request), row_id), "")


@post("/household/answer", opt=allow(service.accept, service.decline), include_in_schema=False)
async def answer(request: Asked) -> Response[None]:
    """同意 or 谢绝."""
    actor, typed = actor_of(request), await forms.read(request, AnswerForm)
    row = None if typed.code else typed.mandate
    if typed.answer != "yes":
        await service.decline(actor, row, typed.code)
        return go("/household")
    made = await service.accept(actor, row, AcceptanceRequest(code=typed.code, called=typed.called))
    return go(f"/household/{made.id}?done=1")


def _code(request: Asked, values: dict[str, str], errors: dict[str, str]) -> Response[bytes]:
    form = fields.form(CodeForm, values, errors, labels=LABELS)
    plain = msgspec.structs.replace(form["code"], inputmode="", autocomplete="off")
    return page(
        request, "delegation/code", status=422 if errors else 200, title=N_("I was given a code"), f=plain,
        errors=errors,
    )  # fmt: skip


def _answer(request: Asked, found: Mandate, code: str) -> Response[bytes]:
    form = fields.form(AnswerForm, {}, {}, labels=LABELS, hints=HINTS)
    return page(
        request, "delegation/answer", title=N_("Will you act for this person?"), found=found, code=code,
        scopes=titled(found.scopes), f=form, never=NEVER,
    )  # fmt: skip


routes = [ask_code, enter_code, ask, answer]
