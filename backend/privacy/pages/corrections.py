"""更正: asking for one, taking it back, and a clerk's decision at the counter."""

from uuid import UUID

from litestar import Response, get, post

from accessibility import fields
from accessibility.render import page
from backend.core import forms
from backend.core.http import actor_of, allow, in_words
from backend.core.http.onward import go
from backend.core.problems import Conflict, Invalid, Problem
from backend.core.words import N_
from backend.privacy import service
from backend.privacy.holdings import FIELDS, STATES
from backend.privacy.pages.common import Asked
from backend.privacy.schemas import CorrectionDecision, CorrectionRequest

LABELS = {"field": N_("What is wrong?"), "wanted": N_("How should it read?"), "reason": N_("What happened?")}
HINTS = {"wanted": N_("A date of birth like 1948-03-05"), "reason": N_("For example: a letter was typed wrongly")}


@get("/privacy/corrections", opt=allow(service.corrections), include_in_schema=False)
async def corrections(request: Asked) -> Response[bytes]:
    """What was asked for, and asking."""
    return await _page(request)


@post("/privacy/corrections", opt=allow(service.ask_correction), include_in_schema=False)
async def ask(request: Asked) -> Response[bytes] | Response[None]:
    """Ask for one; nothing typed is lost when something is missing."""
    try:
        await service.ask_correction(actor_of(request), await forms.read(request, CorrectionRequest))
    except (Invalid, Conflict) as problem:
        return await _page(request, problem, await forms.raw(request), in_words(request, problem, "field"))
    return go("/privacy/corrections#asked")


@post("/privacy/corrections/{row_id:uuid}/withdrawal", opt=allow(service.withdraw_correction), include_in_schema=False)
async def withdraw(request: Asked, row_id: UUID) -> Response[None]:
    """Take it back."""
    await service.withdraw_correction(actor_of(request), row_id)
    return go("/privacy/corrections#asked")


@post("/privacy/corrections/{row_id:uuid}/decision", opt=allow(service.decide_correction), include_in_schema=False)
async def decide(request: Asked, row_id: UUID) -> Response[bytes] | Response[None]:
    """The clerk has compared with the card."""
    try:
        decision = await forms.read(request, CorrectionDecision)
        await service.decide_correction(actor_of(request), row_id, decision)
    except (Invalid, Conflict) as problem:
        typed = await forms.raw(request)
        wrong = {f"answer-{row_id}": text for text in in_words(request, problem, "answer").values()}
        return await _page(request, problem, {f"answer-{row_id}": typed.get("answer", "")}, wrong)
    return go("/privacy/corrections#asked")


async def _page(
    request: Asked,
    problem: Problem | None = None,
    typed: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
) -> Response[bytes]:
    actor = actor_of(request)
    options = {"field": tuple(FIELDS.items())}
    return page(
        request,
        "privacy/corrections",
        status=problem.status if problem else 200,
        title=N_("Correct my details"),
        lines=await service.corrections(actor),
        f=fields.form(CorrectionRequest, typed, errors, labels=LABELS, hints=HINTS, options=options),
        errors=errors or {},
        typed=typed or {},
        names=FIELDS,
        states=STATES,
        deciding=actor.basis == "assisted" and actor.channel == "counter",
    )


routes = [corrections, ask, withdraw, decide]
