"""份额: a manager divides the places of a hall, sees what it becomes before saving, and says when unused ones go on."""

from typing import Literal
from uuid import UUID

import msgspec
from litestar import Response, get, post

from accessibility import fields
from accessibility.render import page
from backend.appointments import service
from backend.appointments.pages.common import POOLS, Asked, hall_name
from backend.appointments.pages.hall_desk import halls_of
from backend.appointments.schemas import HallPolicy, SharePlan, SharePlanView
from backend.core import forms
from backend.core.http import actor_of, allow, viewer_of
from backend.core.http.onward import go
from backend.core.problems import Invalid, NotFound
from backend.core.words import N_, words
from backend.places import service as places

LABELS = {
    "online": N_("Online, percent"),
    "phone": N_("Telephone, percent"),
    "counter": N_("Counter, percent"),
    "kiosk": N_("Kiosk, percent"),
    "helper": N_("Registered helpers, percent"),
    "release_hours": N_("Hours before a time when unused places are released"),
    "keep": N_("Free places that each offline way keeps"),
    "others_days": N_("People from elsewhere can book so many days ahead"),
}
HINTS = {
    "release_hours": N_("3 to 168"),
    "keep": N_("0 to 9; so that a caller of the last day finds one too"),
    "others_days": N_("Empty: everybody books at once. Otherwise days further ahead are for people who live here."),
}


class PlanForm(SharePlan, frozen=True, kw_only=True):
    """A plan for one hall, to look at or to save."""

    hall: UUID
    act: Literal["preview", "save"] = "save"


class PolicyForm(HallPolicy, frozen=True, kw_only=True):
    """When one hall releases unused places."""

    hall: UUID


@get("/desk/hall/shares", opt=allow(service.set_shares), include_in_schema=False)
async def show(request: Asked, hall: UUID | None = None, done: str = "") -> Response[bytes]:
    """The division in force, its use, and the release."""
    return await _show(request, hall, done=done if done in ("shares", "policy") else "")


@post("/desk/hall/shares", opt=allow(service.set_shares), include_in_schema=False)
async def divide(request: Asked) -> Response[bytes] | Response[None]:
    """Save a division, or look at what it would become."""
    typed = await forms.raw(request)
    try:
        wanted = await forms.read(request, PlanForm)
        plan = SharePlan(**{name: getattr(wanted, name) for name in SharePlan.__struct_fields__})
        if wanted.act == "preview":
            found = await service.preview_shares(actor_of(request), wanted.hall, plan)
            return await _show(request, wanted.hall, typed=typed, preview=found)
        await service.set_shares(actor_of(request), wanted.hall, plan)
    except Invalid as problem:
        return await _show(request, _hall(typed), typed=typed, problem=problem)
    return go(f"/desk/hall/shares?hall={wanted.hall}&done=shares")


@post("/desk/hall/shares/policy", opt=allow(service.set_policy), include_in_schema=False)
async def release(request: Asked) -> Response[bytes] | Response[None]:
    """Say when unused places are released."""
    typed = await forms.raw(request)
    try:
        wanted = await forms.read(request, PolicyForm)
        policy = HallPolicy(**{name: getattr(wanted, name) for name in HallPolicy.__struct_fields__})
        await service.set_policy(actor_of(request), wanted.hall, policy)
    except Invalid as problem:
        return await _show(request, _hall(typed), typed=typed, problem=problem)
    return go(f"/desk/hall/shares?hall={wanted.hall}&done=policy")


async def _show(
    request: Asked, hall: UUID | None, *, done: str = "", typed: dict[str, str] | None = None,
    preview: SharePlanView | None = None, problem: Invalid | None = None,
) -> Response[bytes]:  # fmt: skip
    actor, viewer = actor_of(request), viewer_of(request)
    own = await halls_of(actor)
    if hall is None and not own:
        raise NotFound()
    at = await places.hall(actor, hall or own[0].id)
    found = preview or await service.share_plan(actor, at.id)
    errors = problem.fields if problem else {}
    in_plan, in_policy = (set(typed or {}) & set(each.__struct_fields__) for each in (SharePlan, HallPolicy))
    plan = fields.form(SharePlan, typed if in_plan else found.plan, errors, labels=LABELS)
    policy = fields.form(
        HallPolicy, typed if in_policy else await service.policy_of(actor, at.id), errors, labels=LABELS, hints=HINTS
    )
    for name in ("release_hours", "keep"):  # the struct has defaults for the API; the page always shows and sends them
        policy[name] = msgspec.structs.replace(policy[name], required=True)
    return page(
        request, "appointments/shares", status=problem.status if problem else 200, title=N_("Divide the places"),
        hall=at, hall_name=hall_name(at, viewer.lang), view=found, rows=_rows(request, found), plan=plan, policy=policy,
        errors=errors, done=done, preview=preview is not None,
    )  # fmt: skip


def _rows(request: Asked, found: SharePlanView) -> list[list[str]]:
    viewer = viewer_of(request)
    say = words(viewer.lang, viewer.plain).gettext
    return [
        [
            say(POOLS[each.pool]), f"{each.percent} %", str(each.becomes), str(each.places), str(each.taken),
            f"{round(100 * each.taken / each.places)} %" if each.places else "–",
        ]
        for each in found.lines
    ]  # fmt: skip


def _hall(typed: dict[str, str]) -> UUID | None:
    try:
        return UUID(typed.get("hall", ""))
    except ValueError:
        return None


routes = [show, divide, release]
