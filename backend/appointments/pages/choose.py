"""Choosing a place, one step after the other: what for, which hall, when. Open to everybody; nothing is kept yet."""

from datetime import date
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import Parameter

from accessibility.render import page
from backend.appointments import service
from backend.appointments.pages.common import Asked, bookable_halls, choice, hall_name, sooner, times
from backend.appointments.schemas import BookingRequest
from backend.catalogue import service as catalogue
from backend.core import crypto, forms
from backend.core.http import actor_of, allow, viewer_of
from backend.core.http.onward import go
from backend.core.problems import Conflict, Invalid
from backend.core.words import N_
from backend.identity import service as identity
from backend.identity.schemas import PersonChange

Item = Annotated[str, Parameter(max_length=64)]


class ConfirmForm(BookingRequest, frozen=True, kw_only=True):
    """The last step: the choice, a key against pressing twice, and the name when we do not know it yet."""

    key: Annotated[str, msgspec.Meta(min_length=8, max_length=255)]
    name: Annotated[str, msgspec.Meta(max_length=60)] = ""


@get("/appointments/new", opt=allow(service.open_days), include_in_schema=False)
async def new(request: Asked, item: Item = "", hall: UUID | None = None, date: date | None = None) -> Response[bytes]:
    """预约: the next question that is still open."""
    actor, viewer = actor_of(request), viewer_of(request)
    chosen = await choice(actor, item, hall, date)
    if chosen.hall is None and not chosen.item:
        popular = (await catalogue.high_frequency(actor))[:8]
        return page(request, "appointments/what", title=N_("What would you like to come for?"), popular=popular)
    if chosen.hall is None:
        halls = await bookable_halls(actor, viewer.place)
        named = [(each, hall_name(each, viewer.lang)) for each in halls]
        return page(request, "appointments/where", title=N_("Which hall suits you?"), chosen=chosen, halls=named)
    found = await times(actor, chosen.hall.id, date, chosen.item)
    return page(
        request, "appointments/when", title=N_("Which day suits you?"), chosen=chosen, times=found,
        asked_day=date is not None and found.day == date, hall_name=hall_name(chosen.hall, viewer.lang),
        target="/appointments/confirm", others=await _others(request, chosen.hall.id) if not found.days else [],
        sooner=await sooner(actor, viewer.place, chosen.hall.id, chosen.item, found) if date is None else [],
    )  # fmt: skip


@get("/appointments/confirm", opt=allow(service.book, only=("resident",)), include_in_schema=False)
async def confirm(request: Asked, hall: UUID, slot: UUID, item: Item = "") -> Response[bytes]:
    """Look at it once more before it counts."""
    return await _confirm(request, hall, slot, item, key=crypto.token())


@post("/appointments", opt=allow(service.book, only=("resident",)), include_in_schema=False)
async def create(request: Asked) -> Response[bytes] | Response[None]:
    """Book. Pressing twice books once; a time that has gone leads to the other times."""
    actor = actor_of(request)
    typed = await forms.read(request, ConfirmForm)
    try:
        if typed.name:
            await identity.change_person(actor, PersonChange(name=typed.name))
        wanted = BookingRequest(hall=typed.hall, slot=typed.slot, item=typed.item, address=typed.address)
        made = await service.book(actor, wanted, key=typed.key)
    except Invalid as problem:
        return await _confirm(
            request, typed.hall, typed.slot, typed.item, key=typed.key, problem=problem, address=typed.address
        )
    except Conflict as problem:
        return await _gone(request, problem, typed)
    return go(f"/appointments/{made.id}?done=1")


async def _confirm(
    request: Asked, hall: UUID, slot: UUID, item: str, *, key: str, problem: Invalid | None = None, address: str = ""
) -> Response[bytes]:
    actor, viewer = actor_of(request), viewer_of(request)
    chosen = await choice(actor, item, hall, None)
    person = await identity.person(actor, actor.person)
    return page(
        request, "appointments/confirm", status=422 if problem else 200, title=N_("Is this right?"), chosen=chosen,
        slot=await service.slot(actor, hall, slot), key=key, person=person, errors=problem.fields if problem else {},
        hall_name=hall_name(chosen.hall, viewer.lang), address=address, wards=await identity.wards(actor),
        again=f"/appointments/confirm?hall={hall}&slot={slot}" + (f"&item={chosen.item}" if chosen.item else ""),
    )  # fmt: skip


async def _gone(request: Asked, problem: Conflict, typed: ConfirmForm) -> Response[bytes]:
    """The refusal, with the other times of the hall right below it."""
    actor, viewer = actor_of(request), viewer_of(request)
    chosen = await choice(actor, typed.item, typed.hall, None)
    return page(
        request, "appointments/when", status=problem.status, title=problem.title, chosen=chosen, refusal=problem,
        times=await times(actor, typed.hall, None, chosen.item), asked_day=False, others=[],
        hall_name=hall_name(chosen.hall, viewer.lang), target="/appointments/confirm",
    )  # fmt: skip


async def _others(request: Asked, hall: UUID) -> list[tuple[object, str]]:
    viewer = viewer_of(request)
    halls = await bookable_halls(actor_of(request), viewer.place)
    return [(each, hall_name(each, viewer.lang)) for each in halls if each.id != hall]


routes = [new, confirm, create]
