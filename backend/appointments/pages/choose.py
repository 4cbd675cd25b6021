"""Choosing a place, one step after the other: what for, which hall, when. Open to everybody; nothing is kept yet."""

from datetime import date
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import Parameter

from accessibility.render import page
from backend.appointments import service
from backend.appointments.pages.common import (
    Asked,
    Choice,
    Services,
    ServicesField,
    bookable_halls,
    choice,
    hall_name,
    keeps,
    next_of,
    sooner,
    split,
    times,
)
from backend.appointments.pages.kiosk import also, at_kiosk, hall_here
from backend.appointments.schemas import BookingRequest
from backend.catalogue import service as catalogue
from backend.core import clock, crypto, forms
from backend.core.http import actor_of, allow, viewer_of
from backend.core.http.onward import go
from backend.core.problems import Conflict, Invalid, Problem
from backend.core.search import live
from backend.core.words import N_
from backend.identity import service as identity
from backend.identity.schemas import PersonChange

FOUND = 8
Words = Annotated[str, Parameter(max_length=60)]


class ConfirmForm(BookingRequest, frozen=True, kw_only=True):
    """The last step: the choice, a key against pressing twice, and the name when we do not know it yet."""

    item: ServicesField = ""
    key: Annotated[str, msgspec.Meta(min_length=8, max_length=255)]
    name: Annotated[str, msgspec.Meta(max_length=60)] = ""


@get("/appointments/new", opt=allow(service.open_days), include_in_schema=False)
async def new(
    request: Asked, item: Services = "", hall: UUID | None = None, date: date | None = None, elsewhere: bool = False
) -> Response[bytes]:
    """预约: the next question that is still open. ``elsewhere``: not at the hall of the machine that asks."""
    actor, viewer = actor_of(request), viewer_of(request)
    chosen = await choice(actor, item, hall, date)
    if chosen.hall is None and not chosen.item:
        popular = (await catalogue.high_frequency(actor))[:8]
        return page(request, "appointments/what", title=N_("What would you like to come for?"), popular=popular)
    if chosen.hall is None and at_kiosk(request) and not elsewhere:
        return await also(request, chosen)
    if chosen.hall is None:
        halls = await bookable_halls(actor, viewer.place)
        named = [(each, hall_name(each, viewer.lang)) for each in halls]
        return page(request, "appointments/where", title=N_("Which hall suits you?"), chosen=chosen, halls=named)
    found = await times(actor, chosen.hall.id, date, chosen.item)
    return page(
        request, "appointments/when", title=N_("Which day suits you?"), chosen=chosen, times=found,
        asked_day=date is not None and found.day == date, hall_name=hall_name(chosen.hall, viewer.lang),
        target=next_of(actor), keeping=keeps(actor),
        others=await _others(request, chosen.hall.id) if not found.days else [],
        sooner=await sooner(actor, viewer.place, chosen.hall.id, chosen.item, found) if date is None else [],
    )  # fmt: skip


@get("/appointments/more", opt=allow(service.open_days), include_in_schema=False)
async def more(request: Asked, item: Services, hall: UUID | None = None, q: Words = "") -> Response[bytes]:
    """再办一件事: another service in the same visit, found by words or among the usual ones."""
    actor = actor_of(request)
    chosen = await choice(actor, item, hall, None)
    if q:
        hits = live.current().find(q, kinds={"item"}, limit=FOUND)
        offered = [(hit.document.id, hit.document.title) for hit in hits]
    else:
        offered = [(each.id, each.name) for each in (await catalogue.high_frequency(actor))[:FOUND]]
    fresh = [each for each in offered if each[0] not in split(chosen.item)]
    return page(
        request, "appointments/more", title=N_("What else would you like to do then?"), chosen=chosen, q=q,
        offered=[(name, chosen.and_also(row), await _together(request, chosen, row)) for row, name in fresh],
    )  # fmt: skip


async def _together(request: Asked, chosen: Choice, item: str) -> bool:
    """Whether the counters that do what was chosen do this too; without a hall nobody can say yet."""
    hall = chosen.hall or await hall_here(request)
    if hall is None:
        return True
    desk = await service.desk_of(actor_of(request), hall.id, items=split(chosen.and_also(item)))
    return bool(desk.groups)


@get("/appointments/confirm", opt=allow(service.book, only=("resident",)), include_in_schema=False)
async def confirm(request: Asked, hall: UUID, slot: UUID, item: Services = "", kept: bool = False) -> Response[bytes]:
    """Look at it once more before it counts. ``kept``: it was kept when this page was opened first."""
    return await once_more(request, ConfirmForm(hall=hall, slot=slot, item=item, key=crypto.token()), kept=kept)


@post("/appointments", opt=allow(service.book, only=("resident",)), include_in_schema=False)
async def create(request: Asked) -> Response[bytes] | Response[None]:
    """Book. Pressing twice books once; a time that has gone leads to the other times."""
    actor = actor_of(request)
    typed = await forms.read(request, ConfirmForm)
    try:
        if typed.name:
            await identity.change_person(actor, PersonChange(name=typed.name))
        wanted = BookingRequest(hall=typed.hall, slot=typed.slot, items=split(typed.item), address=typed.address)
        made = await service.book(actor, wanted, key=typed.key)
    except Invalid as problem:
        return await once_more(request, typed, problem=problem)
    except Conflict as problem:
        return await gone(request, problem, typed.hall, typed.item)
    return go(f"/appointments/{made.id}?done=1")


async def once_more(
    request: Asked, typed: ConfirmForm, *, kept: bool = False, problem: Invalid | None = None
) -> Response[bytes]:
    """The choice before it counts, with what was typed; how long it is kept, or that the time is over."""
    actor, viewer = actor_of(request), viewer_of(request)
    hall, slot, item = typed.hall, typed.slot, typed.item
    chosen = await choice(actor, item, hall, None)
    person = await identity.person(actor, actor.person)
    held = await service.held_slot(actor, slot)
    return page(
        request, "appointments/confirm", status=422 if problem else 200, title=N_("Is this right?"), chosen=chosen,
        slot=await service.slot(actor, hall, slot, items=split(chosen.item)), key=typed.key, person=person,
        name=typed.name, errors=problem.fields if problem else {}, held=held, address=typed.address,
        over=(kept and held is None) or (held is not None and held.expires_at <= clock.now()),
        hall_name=hall_name(chosen.hall, viewer.lang), wards=await identity.wards(actor),
        again=f"/appointments/confirm?hall={hall}&slot={slot}" + (f"&item={chosen.item}" if chosen.item else ""),
    )  # fmt: skip


async def gone(request: Asked, problem: Problem, hall: UUID, item: str) -> Response[bytes]:
    """The refusal, with the other times of the hall right below it."""
    actor, viewer = actor_of(request), viewer_of(request)
    chosen = await choice(actor, item, hall, None)
    return page(
        request, "appointments/when", status=problem.status, title=problem.title, chosen=chosen, refusal=problem,
        times=await times(actor, hall, None, chosen.item), asked_day=False, others=[],
        hall_name=hall_name(chosen.hall, viewer.lang), target=next_of(actor), keeping=keeps(actor),
    )  # fmt: skip


async def _others(request: Asked, hall: UUID) -> list[tuple[object, str]]:
    viewer = viewer_of(request)
    halls = await bookable_halls(actor_of(request), viewer.place)
    return [(each, hall_name(each, viewer.lang)) for each in halls if each.id != hall]


routes = [new, more, confirm, create]
