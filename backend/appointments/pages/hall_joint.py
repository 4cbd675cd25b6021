"""联办: which halls of the county run a group of counters together."""

from uuid import UUID

from litestar import Response, get, post

from accessibility import fields
from accessibility.render import page
from backend.appointments import service
from backend.appointments.opening_schemas import CounterGroup, JointRequest
from backend.appointments.pages import hall_forms
from backend.appointments.pages.common import Asked
from backend.core import forms
from backend.core.http import actor_of, allow
from backend.core.http.onward import go
from backend.core.problems import Conflict, Invalid, NotFound
from backend.core.words import N_
from backend.places import service as places

HALLS = 100  # of a county; the largest has fewer
LABELS = {"halls": N_("Halls that run it too")}
JOINT = allow(service.set_joint)


@get("/desk/hall/{hall:uuid}/groups/{group:uuid}/halls", opt=JOINT, include_in_schema=False)
async def show(request: Asked, hall: UUID, group: UUID) -> Response[bytes]:
    """The halls of the county, those ticked that run the group."""
    return await _show(request, hall, group)


@post("/desk/hall/{hall:uuid}/groups/{group:uuid}/halls", opt=JOINT, include_in_schema=False)
async def change(request: Asked, hall: UUID, group: UUID) -> Response[bytes] | Response[None]:
    """These halls and no others."""
    typed: dict[str, object] = {"halls": (await request.form()).getall("halls", [])}
    try:
        await service.set_joint(actor_of(request), hall, group, await forms.read(request, JointRequest))
    except (Invalid, Conflict) as problem:
        return await _show(request, hall, group, typed=typed, problem=problem)
    return go(f"/desk/hall/{hall}/groups?group={group}&done=1")


async def _show(
    request: Asked, hall: UUID, group: UUID, *, typed: dict[str, object] | None = None,
    problem: Invalid | Conflict | None = None,
) -> Response[bytes]:  # fmt: skip
    actor = actor_of(request)
    known, chosen = await hall_forms.own(actor, hall), await _group(request, hall, group)
    around = (await places.halls(actor, division=known.region, limit=HALLS)).items
    errors = problem.fields if isinstance(problem, Invalid) else {}
    return page(
        request, "appointments/joint", status=problem.status if problem else 200, title=N_("Halls that run it too"),
        hall=known, group=chosen, errors=errors, refusal=problem if isinstance(problem, Conflict) else None,
        form=fields.form(
            JointRequest, typed or {"halls": [str(each) for each in chosen.halls]}, errors, labels=LABELS,
            options={"halls": [(str(each.id), each.name) for each in around if each.id != hall]},
            kinds={"halls": "checkboxes"},
        ),
    )  # fmt: skip


async def _group(request: Asked, hall: UUID, group: UUID) -> CounterGroup:
    found = next((each for each in await service.groups_of(actor_of(request), hall) if each.id == group), None)
    if found is None:
        raise NotFound()
    return found


routes = [show, change]
