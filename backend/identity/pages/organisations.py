"""机构: the organisations of my divisions."""

from uuid import UUID

from litestar import Response, get, post

from accessibility import fields
from backend.core import forms
from backend.core.http import actor_of, allow, in_words
from backend.core.http.onward import go
from backend.core.problems import Conflict, Forbidden, Invalid, Problem
from backend.core.words import N_
from backend.identity import service
from backend.identity.pages.common import Asked, refused
from backend.identity.pages.words import KINDS, LABELS
from backend.identity.schemas import OrganisationRequest

WORDS = LABELS | {"code": N_("Unified social credit code"), "name": N_("Name of the organisation")}
HINTS = {"division": N_("The code of the division, 6, 9 or 12 digits"), "code": N_("18 digits and letters")}
DONE = {"added": N_("The organisation is added"), "closed": N_("The organisation is closed, with all its posts")}


@get("/desk/organisations", opt=allow(service.organisations), include_in_schema=False)
async def everything(request: Asked, q: str = "", done: str = "") -> Response[bytes]:
    """What there is, by division and name."""
    return await _list(request, q=q[:60], done=DONE.get(done, ""))


@post("/desk/organisations", opt=allow(service.add_organisation), include_in_schema=False)
async def add(request: Asked) -> Response[bytes] | Response[None]:
    """Write an organisation down."""
    try:
        await service.add_organisation(actor_of(request), await forms.read(request, OrganisationRequest))
    except (Invalid, Forbidden, Conflict) as problem:
        return await _list(request, typed=await forms.raw(request), problem=problem)
    return go("/desk/organisations?done=added")


@post("/desk/organisations/{row_id:uuid}/closure", opt=allow(service.close_organisation), include_in_schema=False)
async def close(request: Asked, row_id: UUID) -> Response[None]:
    """Close one, with all posts in it."""
    await service.close_organisation(actor_of(request), row_id)
    return go("/desk/organisations?done=closed")


async def _list(
    request: Asked, *, q: str = "", done: str = "", typed: dict[str, str] | None = None, problem: Problem | None = None
) -> Response[bytes]:
    actor = actor_of(request)
    kind = "name" if isinstance(problem, Conflict) else "division"
    errors = in_words(request, problem, kind) if problem else {}
    values = typed or {"division": actor.region}
    form = fields.form(
        OrganisationRequest, values, errors, labels=WORDS, hints=HINTS, options={"kind": list(KINDS.items())},
        kinds={"kind": "select"},
    )  # fmt: skip
    return refused(
        request, "identity/organisations", problem, title=N_("Organisations"), q=q, done=done, errors=errors,
        found=await service.organisations(actor, search=q), kinds=KINDS,
        f=[form[name] for name in ("kind", "name", "division", "code")],
    )  # fmt: skip


routes = [everything, add, close]
