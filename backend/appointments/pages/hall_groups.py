"""办事区: which counters of a hall do what, how one meets, how long services take, how near and far one can book."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response, get, post

from accessibility import fields
from accessibility.render import page
from backend.appointments import service
from backend.appointments.opening_schemas import GroupRequest, HallLimits, NeedRequest
from backend.appointments.pages import hall_forms
from backend.appointments.pages.common import Asked
from backend.appointments.schemas import Kind
from backend.catalogue import service as catalogue
from backend.core import forms
from backend.core.http import actor_of, allow
from backend.core.http.onward import go
from backend.core.problems import Conflict, Invalid
from backend.core.schemas import Input
from backend.core.words import N_

GROUPS = allow(service.add_group, service.change_group)
LABELS = {
    "name": N_("Name, as people read it"),
    "kind": N_("How one meets"),
    "themes": N_("Themes"),
    "items": N_("Numbers of services"),
    "item": N_("Number of the service"),
    "minutes": N_("Minutes it needs"),
    "lead_minutes": N_("Minutes before a time until which it can be booked"),
    "horizon_days": N_("Days ahead that can be booked"),
    "rest": N_("The general counters do what no group is named for"),
}
HINTS = {
    "items": N_("One or several with blanks between them, such as LAW001 LAW002"),
    "minutes": N_("0 takes the note away"),
    "horizon_days": N_("At most 60"),
}
SHAPES = {"kind": "select", "themes": "checkboxes", "rest": "checkbox"}


class GroupForm(Input, frozen=True, kw_only=True):
    """A group as a manager enters it: services by their numbers, in one line."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
    kind: Kind
    themes: list[str] = []
    items: Annotated[str, msgspec.Meta(max_length=2000)] = ""


@get("/desk/hall/{hall:uuid}/groups", opt=GROUPS, include_in_schema=False)
async def show(request: Asked, hall: UUID, group: UUID | None = None, done: bool = False) -> Response[bytes]:
    """All groups, and the form for one of them or for a new one."""
    return await _show(request, hall, group=group, done=done)


@post("/desk/hall/{hall:uuid}/groups", opt=GROUPS, include_in_schema=False)
async def add(request: Asked, hall: UUID) -> Response[bytes] | Response[None]:
    """Set a group up."""
    return await _keep(request, hall, None)


@post("/desk/hall/{hall:uuid}/groups/{group:uuid}", opt=GROUPS, include_in_schema=False)
async def change(request: Asked, hall: UUID, group: UUID) -> Response[bytes] | Response[None]:
    """Change a group."""
    return await _keep(request, hall, group)


@post("/desk/hall/{hall:uuid}/groups/{group:uuid}/end", opt=allow(service.remove_group), include_in_schema=False)
async def remove(request: Asked, hall: UUID, group: UUID) -> Response[bytes] | Response[None]:
    """Take a group away that opens no more."""
    try:
        await service.remove_group(actor_of(request), hall, group)
    except Conflict as problem:
        return await _show(request, hall, refusal=problem)
    return go(f"/desk/hall/{hall}/groups?done=1")


@post("/desk/hall/{hall:uuid}/needs", opt=allow(service.set_need), include_in_schema=False)
async def need(request: Asked, hall: UUID) -> Response[bytes] | Response[None]:
    """Say how long a service takes."""
    typed = await forms.raw(request)
    try:
        await service.set_need(actor_of(request), hall, await forms.read(request, NeedRequest))
    except Invalid as problem:
        return await _show(request, hall, need=typed, problem=problem)
    return go(f"/desk/hall/{hall}/groups?done=1")


@post("/desk/hall/{hall:uuid}/limits", opt=allow(service.set_limits), include_in_schema=False)
async def limits(request: Asked, hall: UUID) -> Response[bytes] | Response[None]:
    """Say how near and far ahead one can book."""
    typed = await forms.raw(request)
    try:
        wanted = await forms.read(request, HallLimits)
        wanted = msgspec.structs.replace(wanted, rest="rest" in typed)  # a box without a tick is not sent
        await service.set_limits(actor_of(request), hall, wanted)
    except Invalid as problem:
        return await _show(request, hall, limits=typed, problem=problem)
    return go(f"/desk/hall/{hall}/groups?done=1")


async def _keep(request: Asked, hall: UUID, group: UUID | None) -> Response[bytes] | Response[None]:
    typed: dict[str, object] = {**(await forms.raw(request)), "themes": (await request.form()).getall("themes", [])}
    actor = actor_of(request)
    try:
        wanted = await forms.read(request, GroupForm)
        asked = GroupRequest(
            name=wanted.name, kind=wanted.kind, themes=wanted.themes, items=wanted.items.replace(",", " ").split()
        )
        if group is None:
            await service.add_group(actor, hall, asked)
        else:
            await service.change_group(actor, hall, group, asked)
    except Invalid as problem:
        return await _show(request, hall, group=group, typed=typed, problem=problem)
    return go(f"/desk/hall/{hall}/groups?done=1")


async def _show(
    request: Asked, hall: UUID, *, group: UUID | None = None, typed: dict[str, object] | None = None,
    need: dict[str, str] | None = None, limits: dict[str, str] | None = None, problem: Invalid | None = None,
    refusal: Conflict | None = None, done: bool = False,
) -> Response[bytes]:  # fmt: skip
    actor = actor_of(request)
    known, groups = await hall_forms.own(actor, hall), await service.groups_of(actor, hall)
    chosen = next((each for each in groups if each.id == group), None)
    values = typed or ({**_texts(chosen), "items": " ".join(chosen.items)} if chosen else {"kind": "counter"})
    options = {"kind": hall_forms.KINDS, "themes": [(each.slug, each.zh) for each in await catalogue.themes(actor)]}
    refused = problem or refusal
    errors = problem.fields if problem else {}
    needs = await service.needs_of(actor, hall)
    return page(
        request, "appointments/groups", status=refused.status if refused else 200, title=N_("Groups of counters"),
        hall=known, groups=groups, chosen=chosen, errors=errors, refusal=refusal, done=done, needs=needs,
        kinds=dict(hall_forms.KINDS), names=await catalogue.names({each.item for each in needs}),
        form=fields.form(GroupForm, values, errors, labels=LABELS, hints=HINTS, options=options, kinds=SHAPES),
        need=fields.form(NeedRequest, need or {}, errors if need else {}, labels=LABELS, hints=HINTS),
        limits=fields.form(
            HallLimits, limits or await service.limits_of(actor, hall), errors if limits else {}, labels=LABELS,
            hints=HINTS, kinds=SHAPES,
        ),
    )  # fmt: skip


def _texts(values: msgspec.Struct) -> dict[str, object]:
    return {name: getattr(values, name) for name in values.__struct_fields__}


routes = [show, add, change, remove, need, limits]
