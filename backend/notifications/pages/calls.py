"""电话和上门通知 at the desks: who waits, the call with its words, and what came of it."""

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
from backend.core.problems import Invalid, Problem
from backend.core.words import N_
from backend.notifications import service
from backend.notifications.pages.common import STORY, Asked, days_said
from backend.notifications.schemas import CallAnswer, CallBegin, CallSheet

From = Annotated[int, Parameter(ge=0, le=100_000)]
LISTED = 20
LABELS = {"answer": N_("What came of it"), "again": N_("When to call again")}
HINTS = {"again": N_("Only if the person asked to be called later. We keep their quiet hours.")}
ANSWERS = (
    ("reached", N_("I told the person")),
    ("later", N_("Please call again later")),
    ("no-answer", N_("Nobody was there")),
    ("wrong-number", N_("Wrong number, or wrong door")),
    ("moved", N_("Moved away")),
)
AGAIN = (("soon", N_("In two hours")), ("evening", N_("This evening at six")), ("tomorrow", N_("Tomorrow at nine")))


@get("/desk/calls", opt=allow(service.waiting), include_in_schema=False)
async def waiting(request: Asked, done: bool = False, skip: From = 0) -> Response[bytes]:
    """Whom to call, or to visit: a page of them, and how many there are."""
    actor = actor_of(request)
    found = await service.waiting(actor, skip=skip, most=LISTED)
    return page(
        request, "notifications/calls", title=N_("Call list"), found=found, done=done, skip=skip, listed=LISTED,
        total=await service.count_calls(actor), **STORY,
    )  # fmt: skip


@post("/desk/calls", opt=allow(service.begin_call), include_in_schema=False)
async def begin(request: Asked) -> Response[None]:
    """Take a call."""
    wanted = await forms.read(request, CallBegin)
    sheet = await service.begin_call(actor_of(request), wanted.person)
    return go(f"/desk/calls/{sheet.id}")


@get("/desk/calls/{call_id:uuid}", opt=allow(service.call), include_in_schema=False)
async def call(request: Asked, call_id: UUID) -> Response[bytes]:
    """Numbers, words, and the answers as buttons to choose from."""
    return await _call(request, call_id, {}, None)


@get("/desk/calls/{call_id:uuid}/print", opt=allow(service.call), include_in_schema=False)
async def printed(request: Asked, call_id: UUID) -> Response[bytes]:
    """A letter in large print to bring along."""
    sheet = await _sheet(request, call_id)
    return page(request, "notifications/letter", title=N_("We have something to tell you"), running=sheet)


@post("/desk/calls/{call_id:uuid}/answer", opt=allow(service.answer_call), include_in_schema=False)
async def answer(request: Asked, call_id: UUID) -> Response[bytes] | Response[None]:
    """Record what came of it; on to the next."""
    try:
        given = await forms.read(request, CallAnswer, messages={"answer": N_("Please choose what came of it")})
        await service.answer_call(actor_of(request), call_id, given)
    except Invalid as problem:
        return await _call(request, call_id, await forms.raw(request), problem)
    return go("/desk/calls?done=true")


async def _sheet(request: Asked, call_id: UUID) -> CallSheet:
    """The call, with words that can be read out."""
    sheet = await service.call(actor_of(request), call_id)
    said = [msgspec.structs.replace(each, body=days_said(each.body, each.lang)) for each in sheet.messages]
    return msgspec.structs.replace(sheet, messages=said)


async def _call(request: Asked, call_id: UUID, values: dict[str, str], problem: Problem | None) -> Response[bytes]:
    errors = in_words(request, problem, "answer") if problem else {}
    options = {"answer": ANSWERS, "again": AGAIN}
    return page(
        request, "notifications/call", status=problem.status if problem else 200, title=N_("Call"),
        running=await _sheet(request, call_id), errors=errors,
        f=fields.form(CallAnswer, values, errors, labels=LABELS, hints=HINTS, options=options), **STORY,
    )  # fmt: skip


routes = [waiting, begin, call, printed, answer]
