"""停办: whom a closure touches is seen before it is made; afterwards what became of each, with who must be rung."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import Parameter

from accessibility import fields
from accessibility.render import page
from backend.appointments import service
from backend.appointments.opening_schemas import Affected, ClosingRequest
from backend.appointments.pages import hall_forms
from backend.appointments.pages.common import Asked
from backend.core import clock, forms
from backend.core.http import actor_of, allow
from backend.core.http.onward import go
from backend.core.policy import RECENT
from backend.core.problems import Conflict, Invalid
from backend.core.words import N_

LABELS = {
    "day": N_("Day"),
    "half": N_("How much of the day"),
    "group": N_("Which counters"),
    "reason": N_("Reason, as people are told"),
}
HINTS = {"day": hall_forms.TYPED_DATE, "group": N_("None chosen: the whole hall")}
SHAPES = {"day": "text", "half": "select", "group": "select"}
From = Annotated[int, Parameter(ge=0, le=1_000_000)]
LISTED = 200
Words = Annotated[str, Parameter(max_length=200)]


@get("/desk/hall/{hall:uuid}/closing", opt=allow(service.preview_closing), include_in_schema=False)
async def ask(
    request: Asked, hall: UUID, day: Words = "", half: Words = "", group: Words = "", reason: Words = ""
) -> Response[bytes]:
    """The form; once it is filled in, everybody whom the closure touches and the time that each would get."""
    typed = {"day": day, "half": half, "group": group, "reason": reason}
    if "reason" not in request.query_params:
        return await _ask(request, hall, {**typed, "half": half or "day"})
    try:
        wanted = forms.parse({name: value for name, value in typed.items() if value}, ClosingRequest)
        people = await service.preview_closing(actor_of(request), hall, wanted)
    except Invalid as problem:
        return await _ask(request, hall, typed, problem=problem)
    return await _ask(request, hall, typed, wanted=wanted, people=people)


@post("/desk/hall/{hall:uuid}/closing", opt=allow(service.close_with_care), include_in_schema=False)
async def close(request: Asked, hall: UUID) -> Response[bytes] | Response[None]:
    """Close, and find everybody a new time."""
    typed = await forms.raw(request)
    try:
        wanted = await forms.read(request, ClosingRequest)
        sheet = await service.close_with_care(actor_of(request), hall, wanted)
    except Invalid as problem:
        return await _ask(request, hall, typed, problem=problem)
    return go(f"/desk/hall/{hall}/closings/{sheet.closing.id}")


@get("/desk/hall/{hall:uuid}/closings/{closing:uuid}", opt=allow(service.closing_of), include_in_schema=False)
async def one(request: Asked, hall: UUID, closing: UUID, skip: From = 0) -> Response[bytes]:
    """What became of everybody, a page at a time."""
    return await _one(request, hall, closing, skip=skip)


@post("/desk/hall/{hall:uuid}/closings/{closing:uuid}/end", opt=allow(service.lift_closing), include_in_schema=False)
async def lift(request: Asked, hall: UUID, closing: UUID) -> Response[bytes] | Response[None]:
    """Open after all."""
    try:
        await service.lift_closing(actor_of(request), hall, closing)
    except Conflict as problem:
        return await _one(request, hall, closing, problem)
    return go(f"/desk/hall/{hall}/closings/{closing}")


async def _one(
    request: Asked, hall: UUID, closing: UUID, refusal: Conflict | None = None, *, skip: int = 0
) -> Response[bytes]:
    actor = actor_of(request)
    known = await hall_forms.own(actor, hall)
    sheet = await service.closing_of(actor, hall, closing, skip=skip, most=LISTED)
    return page(
        request, "appointments/closed", status=refusal.status if refusal else 200, title=N_("A closure of the hall"),
        hall=known, closing=sheet.closing, people=sheet.people, refusal=refusal, halves=dict(hall_forms.HALVES),
        skip=skip, listed=LISTED, here=f"/desk/hall/{hall}/closings/{closing}",
    )  # fmt: skip


def _listed(people: list[Affected]) -> dict[str, Any]:
    """Whom the page names before the closure: whoever finds no time first, and how many there are in all."""
    ringing = [each for each in people if each.proposal is None]
    first = sorted(people, key=lambda each: each.proposal is not None)[:LISTED]
    return {"people": first, "total": len(people), "ringing": len(ringing)}


async def _ask(
    request: Asked, hall: UUID, typed: dict[str, str], *, wanted: ClosingRequest | None = None,
    people: list[Affected] | None = None, problem: Invalid | None = None,
) -> Response[bytes]:  # fmt: skip
    actor = actor_of(request)
    known = await hall_forms.own(actor, hall)
    errors = problem.fields if problem else {}
    options = hall_forms.group_options(hall, await service.groups_of(actor, hall))
    form = fields.form(
        ClosingRequest, typed, errors, labels=LABELS, hints=HINTS, kinds=SHAPES,
        options={"half": hall_forms.HALVES, "group": options if len(options) > 1 else []},
    )  # fmt: skip
    if len(options) == 1:
        del form["group"]
    return page(
        request, "appointments/closing", status=problem.status if problem else 200, title=N_("Close on a day"),
        hall=known, form=form, errors=errors, wanted=wanted, **_listed(people or []), halves=dict(hall_forms.HALVES),
        closings=await service.closings_of(actor, hall), fields_kept=hall_forms.hidden(wanted) if wanted else [],
        proved=actor.proved_at is not None and clock.now() - actor.proved_at <= RECENT,
        here=_here(request), today=date.isoformat(clock.today()),
    )  # fmt: skip


def _here(request: Asked) -> str:
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


routes = [ask, close, one, lift]
