"""差评整改 at the manager's desk: what is due first, one case, its next step."""

from uuid import UUID

from litestar import Response, get, post

from accessibility import fields
from accessibility.render import page
from backend.core import forms
from backend.core.http import actor_of, allow
from backend.core.http.onward import go
from backend.core.problems import Invalid, Problem
from backend.core.words import N_
from backend.ratings import service
from backend.ratings.pages.common import WORDS, Asked
from backend.ratings.schemas import Work

TITLE = N_("Low ratings to put right")
NEXT = {
    "received": ("contact", N_("What did you talk about?"), N_("Note the contact")),
    "reopened": ("contact", N_("What did you talk about?"), N_("Note the contact")),
    "contacted": ("completion", N_("What was done? The person reads this."), N_("Send it to the person")),
}
HINT = N_("Nobody who served may learn who this was. Write no name.")


@get("/desk/ratings", opt=allow(service.cases), include_in_schema=False)
async def cases(request: Asked, ended: bool = False, done: bool = False) -> Response[bytes]:
    """What is overdue stands on top; no names here."""
    found = await service.cases(actor_of(request), ended=ended)
    return page(request, "ratings/desk", title=TITLE, found=found, ended=ended, done=done, w=WORDS)


@get("/desk/ratings/{case_id:uuid}", opt=allow(service.case), include_in_schema=False)
async def case(request: Asked, case_id: UUID) -> Response[bytes]:
    """One case; opening it is a read that the person sees."""
    return await _case(request, case_id)


@post("/desk/ratings/{case_id:uuid}/contact", opt=allow(service.contact), include_in_schema=False)
async def contact(request: Asked, case_id: UUID) -> Response[bytes] | Response[None]:
    """The first contact."""
    try:
        await service.contact(actor_of(request), case_id, await forms.read(request, Work))
    except (Invalid, service.NotNow) as problem:
        return await _case(request, case_id, problem)
    return go(f"/desk/ratings/{case_id}")


@post("/desk/ratings/{case_id:uuid}/completion", opt=allow(service.rectify), include_in_schema=False)
async def complete(request: Asked, case_id: UUID) -> Response[bytes] | Response[None]:
    """What was done; the person is told."""
    try:
        await service.rectify(actor_of(request), case_id, await forms.read(request, Work))
    except (Invalid, service.NotNow) as problem:
        return await _case(request, case_id, problem)
    return go("/desk/ratings?done=true")


async def _case(request: Asked, case_id: UUID, problem: Problem | None = None) -> Response[bytes]:
    found = await service.case(actor_of(request), case_id)
    step, label, button = NEXT.get(found.state, ("", "", ""))
    values = dict(await forms.raw(request)) if problem else {}
    errors = problem.fields if problem else {}
    form = fields.form(Work, values, errors, labels={"text": label}, hints={"text": HINT})
    return page(
        request, "ratings/case", status=problem.status if problem else 200, title=N_("A low rating"), found=found,
        f=form, step=step, button_text=button, errors=errors, refusal=problem, w=WORDS,
    )  # fmt: skip


routes = [cases, case, contact, complete]
