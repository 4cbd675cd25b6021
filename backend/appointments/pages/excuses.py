"""爽约说明: a clerk or an operator records that a missed appointment does not count."""

from uuid import UUID

from litestar import Response, get, post

from accessibility import fields
from accessibility.render import page
from backend.appointments import service
from backend.appointments.pages.common import Asked
from backend.appointments.schemas import ExcuseRequest
from backend.core import forms
from backend.core.http import actor_of, allow
from backend.core.http.onward import go
from backend.core.problems import Conflict, Invalid
from backend.core.words import N_

REASONS = [
    ("came", N_("The person was here and was not checked in")),
    ("hall", N_("It was the hall's doing: closed, moved, too late")),
    ("hindered", N_("The person could not come")),
]
LABELS = {"reason": N_("Why does it not count?")}
HINTS = {"reason": N_("No details: nobody needs to say that they were ill.")}


@get("/desk/counter/{row_id:uuid}/excuse", opt=allow(service.excuse), include_in_schema=False)
async def ask(request: Asked, row_id: UUID) -> Response[bytes]:
    """Why does it not count?"""
    return await _ask(request, row_id)


@post("/desk/counter/{row_id:uuid}/excuse", opt=allow(service.excuse), include_in_schema=False)
async def excuse(request: Asked, row_id: UUID) -> Response[bytes] | Response[None]:
    """It does not count; the person is told."""
    try:
        await service.excuse(actor_of(request), row_id, await forms.read(request, ExcuseRequest))
    except (Invalid, Conflict) as problem:
        return await _ask(request, row_id, problem)
    return go(f"/desk/counter/{row_id}/excuse?done=1")


async def _ask(request: Asked, row_id: UUID, problem: Invalid | Conflict | None = None) -> Response[bytes]:
    found = await service.get(actor_of(request), row_id)
    errors = problem.fields if problem else {}
    form = fields.form(
        ExcuseRequest, None, errors, labels=LABELS, hints=HINTS, options={"reason": REASONS}, kinds={"reason": "radios"}
    )
    return page(
        request, "appointments/excuse", status=problem.status if problem else 200, found=found, form=form,
        title=N_("A missed appointment"), errors=errors, refusal=problem if isinstance(problem, Conflict) else None,
        done="done" in request.query_params,
    )  # fmt: skip


routes = [ask, excuse]
