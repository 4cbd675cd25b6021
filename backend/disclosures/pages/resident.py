"""谁看过我的信息: the list, on paper, and asking about one line."""

from typing import Annotated
from uuid import UUID

from litestar import Response, get, post
from litestar.params import Parameter

from accessibility import fields
from accessibility.render import page
from backend.core import clock, forms
from backend.core.http import actor_of, allow, in_words
from backend.core.http.onward import go
from backend.core.problems import Invalid, Problem
from backend.core.words import N_
from backend.disclosures import service
from backend.disclosures.pages.common import Asked, Vocabulary
from backend.disclosures.schemas import DisclosureQuestion

TITLE = N_("Who looked at my data")
LABELS = {"text": N_("What would you like to know?")}
HINTS = {"text": N_("You need not give a reason; an empty question is fine.")}
PRINTED = 100


@get("/disclosures", opt=allow(service.who_looked), include_in_schema=False)
async def who_looked(
    request: Asked, after: Annotated[str, Parameter(max_length=100)] = "", asked: bool = False
) -> Response[bytes]:
    """The latest first, twenty on a page."""
    found = await service.who_looked(actor_of(request), after=after)
    return page(
        request, "disclosures/list", title=TITLE, lines=found.items, next=found.next, asked=asked, after=after,
        v=Vocabulary(),
    )  # fmt: skip


@get("/disclosures/print", opt=allow(service.who_looked), include_in_schema=False)
async def on_paper(request: Asked) -> Response[bytes]:
    """The latest hundred on paper, for the person who has no screen."""
    actor = actor_of(request)
    found = await service.who_looked(actor, limit=PRINTED)
    return page(
        request, "disclosures/print", title=TITLE, lines=found.items, more=found.next is not None,
        person=actor.principal_name, now=clock.now(), v=Vocabulary(),
    )  # fmt: skip


@get("/disclosures/{view:uuid}/question", opt=allow(service.ask_about), include_in_schema=False)
async def ask(request: Asked, view: UUID) -> Response[bytes]:
    """问一问: what shall we ask?"""
    return await _ask(request, view)


@post("/disclosures/{view:uuid}/question", opt=allow(service.ask_about), include_in_schema=False)
async def send(request: Asked, view: UUID) -> Response[bytes] | Response[None]:
    """Send the question; the list says when the answer is due."""
    try:
        wanted = await forms.read(request, DisclosureQuestion)
        await service.ask_about(actor_of(request), view, wanted)
    except Invalid as problem:
        return await _ask(request, view, problem)
    return go("/disclosures?asked=true")


async def _ask(request: Asked, view: UUID, problem: Problem | None = None) -> Response[bytes]:
    line = await service.one_disclosure(actor_of(request), view)
    values = await forms.raw(request) if problem else {}
    errors = in_words(request, problem, "text") if problem else {}
    form = fields.form(DisclosureQuestion, values, errors, labels=LABELS, hints=HINTS)
    return page(
        request, "disclosures/ask", status=problem.status if problem else 200, title=N_("Ask about it"), line=line,
        f=form, errors=errors, v=Vocabulary(),
    )  # fmt: skip


routes = [who_looked, on_paper, ask, send]
