"""The desk of those who watch over reads: what is open, one question, its answer."""

from uuid import UUID

from litestar import Response, get, post

from accessibility import fields
from accessibility.render import page
from backend.core import forms
from backend.core.http import actor_of, allow, in_words
from backend.core.http.onward import go
from backend.core.problems import Invalid, Problem
from backend.core.words import N_
from backend.disclosures import service
from backend.disclosures.pages.common import Asked, Vocabulary
from backend.disclosures.schemas import DisclosureAnswer
from backend.disclosures.service.answering import OwnReading

LABELS = {"answer": N_("Answer")}
HINTS = {"answer": N_("The person reads it as you write it: plain words, no codes.")}


@get("/desk/disclosures", opt=allow(service.open_questions), include_in_schema=False)
async def open_questions(request: Asked, done: bool = False) -> Response[bytes]:
    """What is overdue stands on top."""
    found = await service.open_questions(actor_of(request))
    title = N_("Questions about who looked")
    return page(request, "disclosures/desk", title=title, waiting=found, done=done, v=Vocabulary())


@get("/desk/disclosures/{row_id:uuid}", opt=allow(service.open_question), include_in_schema=False)
async def open_question(request: Asked, row_id: UUID) -> Response[bytes]:
    """One question; opening it is a read that the person sees."""
    return await _question(request, row_id)


@post("/desk/disclosures/{row_id:uuid}", opt=allow(service.answer_question), include_in_schema=False)
async def answer(request: Asked, row_id: UUID) -> Response[bytes] | Response[None]:
    """Answer it; a refusal shows the question again with what was typed."""
    try:
        wanted = await forms.read(request, DisclosureAnswer)
        await service.answer_question(actor_of(request), row_id, wanted)
    except (Invalid, OwnReading) as problem:
        return await _question(request, row_id, problem)
    return go("/desk/disclosures?done=true")


async def _question(request: Asked, row_id: UUID, problem: Problem | None = None) -> Response[bytes]:
    found = await service.open_question(actor_of(request), row_id)
    values = await forms.raw(request) if problem else {}
    errors = in_words(request, problem, "answer") if problem else {}
    form = fields.form(DisclosureAnswer, values, errors, labels=LABELS, hints=HINTS)
    status, title = problem.status if problem else 200, N_("A question about who looked")
    return page(
        request, "disclosures/answer", status=status, title=title, found=found, f=form, errors=errors, v=Vocabulary()
    )


routes = [open_questions, open_question, answer]
