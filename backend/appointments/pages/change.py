"""Going at another time, or not at all."""

from contextlib import suppress
from datetime import date
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response, get, post

from accessibility.render import page
from backend.appointments import service
from backend.appointments.pages.common import Asked, Choice, choice, hall_name, times
from backend.appointments.pages.holding import NO_TIME
from backend.appointments.schemas import KeepRequest, RescheduleRequest
from backend.core import clock, crypto, forms
from backend.core.http import actor_of, allow, viewer_of
from backend.core.http.onward import go
from backend.core.problems import Conflict, Invalid, NotFound, Problem, TooMany
from backend.core.words import N_


class TimeForm(msgspec.Struct, frozen=True):
    """The time that is wanted instead."""

    slot: UUID


class MoveForm(RescheduleRequest, frozen=True, kw_only=True):
    """The new time, and a key against pressing twice."""

    key: Annotated[str, msgspec.Meta(min_length=8, max_length=255)]


@get("/appointments/{row_id:uuid}/cancellation", opt=allow(service.cancel), include_in_schema=False)
async def ask(request: Asked, row_id: UUID) -> Response[bytes]:
    """Really not going?"""
    found = await service.get(actor_of(request), row_id)
    return page(request, "appointments/cancel", title=N_("Cancel this appointment?"), found=found)


@post("/appointments/{row_id:uuid}/cancellation", opt=allow(service.cancel), include_in_schema=False)
async def cancel(request: Asked, row_id: UUID) -> Response[None]:
    """Give the place back."""
    await service.cancel(actor_of(request), row_id)
    return go(f"/appointments/{row_id}")


@get("/appointments/{row_id:uuid}/reschedule", opt=allow(service.reschedule), include_in_schema=False)
async def other_times(request: Asked, row_id: UUID, date: date | None = None) -> Response[bytes]:
    """Other times at the same hall; the old place is kept until the new one is taken."""
    return await _times(request, row_id, date)


@post("/appointments/{row_id:uuid}/reschedule/time", opt=allow(service.hold), include_in_schema=False)
async def choose(request: Asked, row_id: UUID) -> Response[bytes] | Response[None]:
    """Keep the chosen time, so that it can be looked at in peace before the old one is given up."""
    actor = actor_of(request)
    found = await service.get(actor, row_id)
    try:
        typed = await forms.read(request, TimeForm, messages={"slot": NO_TIME})
        wanted = KeepRequest(hall=found.hall, slot=typed.slot, moving=row_id)
        await service.hold(actor, wanted, plain=viewer_of(request).plain)
    except Invalid as problem:
        return await _times(request, row_id, None, Invalid(problem.fields, problem.fields.get("slot", "")))
    except (Conflict, TooMany) as problem:
        return await _times(request, row_id, None, problem)
    return go(f"/appointments/{row_id}/reschedule/confirm?slot={typed.slot}")


@get("/appointments/{row_id:uuid}/reschedule/confirm", opt=allow(service.reschedule), include_in_schema=False)
async def confirm(request: Asked, row_id: UUID, slot: UUID) -> Response[bytes]:
    """The old time and the new one, before anything changes."""
    return await _once_more(request, row_id, slot, crypto.token())


@post("/appointments/{row_id:uuid}/reschedule/extension", opt=allow(service.extend_hold), include_in_schema=False)
async def longer(request: Asked, row_id: UUID) -> Response[bytes]:
    """Ten minutes more."""
    actor, typed = actor_of(request), await forms.read(request, MoveForm)
    held = await service.held_slot(actor, typed.slot)
    if held is not None:
        with suppress(Conflict, NotFound):  # the page says itself how long it is kept, or that the time is over
            await service.extend_hold(actor, held.id)
    return await _once_more(request, row_id, typed.slot, typed.key)


@post("/appointments/{row_id:uuid}/reschedule", opt=allow(service.reschedule), include_in_schema=False)
async def move(request: Asked, row_id: UUID) -> Response[bytes] | Response[None]:
    """Exchange the place."""
    typed = await forms.read(request, MoveForm, messages={"slot": N_("Please choose a time")})
    try:
        made = await service.reschedule(actor_of(request), row_id, RescheduleRequest(slot=typed.slot), key=typed.key)
    except Conflict as problem:
        return await _times(request, row_id, None, problem)
    return go(f"/appointments/{made.id}?done=1")


async def _once_more(request: Asked, row_id: UUID, slot: UUID, key: str) -> Response[bytes]:
    actor, viewer = actor_of(request), viewer_of(request)
    found = await service.get(actor, row_id)
    chosen = await choice(actor, ",".join(found.items), found.hall, None)
    held = await service.held_slot(actor, slot)
    return page(
        request, "appointments/moving", title=N_("Change to this time?"), found=found, chosen=chosen, key=key,
        held=held, slot=await service.slot(actor, found.hall, slot, items=found.items),
        over=held is None or held.expires_at <= clock.now(), hall_name=hall_name(chosen.hall, viewer.lang),
    )  # fmt: skip


async def _times(request: Asked, row_id: UUID, day: date | None, problem: Problem | None = None) -> Response[bytes]:
    actor, viewer = actor_of(request), viewer_of(request)
    found = await service.get(actor, row_id)
    chosen: Choice = await choice(actor, ",".join(found.items), found.hall, day)
    offered = await times(actor, found.hall, day, chosen.item)
    return page(
        request, "appointments/when", status=problem.status if problem else 200,
        title=problem.title if problem else N_("Which other time suits you?"), chosen=chosen, times=offered,
        asked_day=day is not None and offered.day == day, hall_name=hall_name(chosen.hall, viewer.lang),
        target=f"/appointments/{row_id}/reschedule/time", moving=found, key=crypto.token(), refusal=problem, others=[],
    )  # fmt: skip


routes = [ask, cancel, other_times, choose, confirm, longer, move]
