"""取号管理: whether numbers are given at a hall now, stop and resume, how many a day."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response, get, post

from accessibility import fields
from accessibility.render import page
from backend.catalogue import service as catalogue
from backend.core import forms
from backend.core.http import actor_of, allow
from backend.core.http.onward import go
from backend.core.problems import Invalid
from backend.core.schemas import Input
from backend.core.words import N_
from backend.queues import service
from backend.queues.pages.common import Asked, hall_of, hall_typed, popular
from backend.queues.schemas import SCOPE, ContingentRequest, StopReason, StopRequest

LABELS = {
    "reason": N_("Why? Everybody reads it"),
    "scope": N_("For what?"),
    "numbers": N_("How many numbers of the street a day (empty: as many as can be served)"),
}
MOST = 5000
ALL = "all"  # an empty choice would look like none


class StopForm(Input, frozen=True, kw_only=True):
    """停止取号 of one hall."""

    hall: UUID
    reason: StopReason


class HallForm(Input, frozen=True, kw_only=True):
    """A button about one hall."""

    hall: UUID


class ContingentForm(Input, frozen=True, kw_only=True):
    """每日放号量 of one hall; an empty number takes the bound away."""

    hall: UUID
    scope: Annotated[str, msgspec.Meta(max_length=80, pattern=f"{SCOPE}|^{ALL}$")] = ALL
    numbers: Annotated[str, msgspec.Meta(max_length=4, pattern="^[0-9]*$")] = ""


@get("/desk/queue/numbers", opt=allow(service.stop_numbers), include_in_schema=False)
async def show(request: Asked, hall: UUID | None = None) -> Response[bytes]:
    """What is so now, and the two buttons."""
    return await _show(request, hall, {}, {})


@post("/desk/queue/numbers/stop", opt=allow(service.stop_numbers), include_in_schema=False)
async def stop(request: Asked) -> Response[bytes] | Response[None]:
    """停止取号."""
    try:
        typed = await forms.read(request, StopForm)
    except Invalid as problem:
        return await _again(request, problem)
    await service.stop_numbers(actor_of(request), typed.hall, StopRequest(reason=typed.reason))
    return go(f"/desk/queue/numbers?hall={typed.hall}")


@post("/desk/queue/numbers/resumption", opt=allow(service.resume_numbers), include_in_schema=False)
async def resume(request: Asked) -> Response[None]:
    """恢复取号."""
    typed = await forms.read(request, HallForm)
    await service.resume_numbers(actor_of(request), typed.hall)
    return go(f"/desk/queue/numbers?hall={typed.hall}")


@post("/desk/queue/numbers/contingent", opt=allow(service.set_contingent), include_in_schema=False)
async def contingent(request: Asked) -> Response[bytes] | Response[None]:
    """每日放号量."""
    try:
        typed = await forms.read(request, ContingentForm)
        numbers = int(typed.numbers) if typed.numbers else None
        if numbers is not None and numbers > MOST:
            raise Invalid({"numbers": N_("At most 5000 numbers a day")})
        wanted = ContingentRequest(scope="" if typed.scope == ALL else typed.scope, numbers=numbers)
        await service.set_contingent(actor_of(request), typed.hall, wanted)
    except Invalid as problem:
        return await _again(request, problem)
    return go(f"/desk/queue/numbers?hall={typed.hall}")


async def _again(request: Asked, problem: Invalid) -> Response[bytes]:
    typed = await forms.raw(request)
    return await _show(request, hall_typed(typed), typed, problem.fields)


async def _show(request: Asked, hall: UUID | None, values: dict[str, str], errors: dict[str, str]) -> Response[bytes]:
    actor = actor_of(request)
    mine = await service.my_counter(actor) if actor.is_("clerk") else None
    halls, at = await hall_of(actor, hall or (mine.hall if mine else None))
    reasons = list(service.REASONS.items())
    form = fields.form(
        StopForm, values, errors, labels=LABELS, kinds={"reason": "radios"}, options={"reason": reasons}
    ) | fields.form(
        ContingentForm, {"scope": ALL} | values, errors, labels=LABELS, kinds={"scope": "select"},
        options={"scope": await _scopes(request)},
    )  # fmt: skip
    return page(
        request, "queues/numbers", status=422 if errors else 200, title=N_("Numbers of today"), halls=halls, at=at,
        numbers=await service.numbers_today(actor, at.id) if at else None, reasons=service.REASONS, f=form,
        errors=errors, contingents=await service.contingents(actor, at.id) if at else [],
    )  # fmt: skip


async def _scopes(request: Asked) -> list[tuple[str, str]]:
    actor = actor_of(request)
    items = [(f"item:{item}", name) for item, name in await popular(actor)]
    themes = [(f"theme:{each.slug}", each.zh) for each in await catalogue.themes(actor)]
    return [(ALL, N_("The whole hall")), *themes, *items]


routes = [show, stop, resume, contingent]
