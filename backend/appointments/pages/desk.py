"""话务台: everything for one caller on one screen – who, what, when – and the words to say."""

from datetime import date
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import Parameter

from accessibility.render import page
from backend.appointments import service
from backend.appointments.pages.common import Asked, Services, ServicesField, bookable_halls, choice, split, times
from backend.appointments.schemas import BookingRequest
from backend.core import crypto, forms
from backend.core.http import actor_of, allow
from backend.core.http.onward import go
from backend.core.problems import Conflict, Invalid
from backend.core.schemas import Input
from backend.core.search import live
from backend.core.words import N_
from backend.identity import service as identity

FOUND = 5
Words = Annotated[str, Parameter(max_length=60)]
DESKS = allow(service.book, only=("operator", "clerk"))
FIELD = allow(service.book, only=("grid", "volunteer"))


class DeskBooking(Input, frozen=True, kw_only=True):
    """A booking for the person who is being helped."""

    hall: UUID
    slot: UUID
    key: Annotated[str, msgspec.Meta(min_length=8, max_length=255)]
    item: ServicesField = ""
    address: Annotated[str, msgspec.Meta(max_length=200)] = ""


@get("/desk/visitor", opt=DESKS, include_in_schema=False)
async def desk(
    request: Asked, q: Words = "", item: Services = "", hall: UUID | None = None, date: date | None = None,
    done: UUID | None = None,
) -> Response[bytes]:  # fmt: skip
    """The one screen, for whoever is being helped; without anybody it leads to finding the caller."""
    return await _desk(request, q=q, item=item, hall=hall, day=date, done=done)


@post("/desk/visitor", opt=DESKS, include_in_schema=False)
async def book(request: Asked) -> Response[bytes] | Response[None]:
    """Book from the share of this desk; afterwards the screen shows what to say."""
    return await _book(request)


@get("/desk/field", opt=FIELD, include_in_schema=False)
async def field(
    request: Asked, q: Words = "", item: Services = "", hall: UUID | None = None, date: date | None = None,
    done: UUID | None = None,
) -> Response[bytes] | Response[None]:  # fmt: skip
    """上门帮办: the same on a phone, for whoever stands in somebody's kitchen."""
    if not _at_the_door(request):
        return go("/desk/field/verification")
    return await _desk(request, q=q, item=item, hall=hall, day=date, done=done)


@post("/desk/field", opt=FIELD, include_in_schema=False)
async def book_there(request: Asked) -> Response[bytes] | Response[None]:
    """Book from the share of registered helpers."""
    return await _book(request) if _at_the_door(request) else go("/desk/field/verification")


def _at_the_door(request: Asked) -> bool:
    actor = actor_of(request)
    return actor.helping and actor.channel == "field"


async def _book(request: Asked) -> Response[bytes] | Response[None]:
    typed = await forms.read(request, DeskBooking, messages={"slot": N_("Please choose a time")})
    wanted = BookingRequest(hall=typed.hall, slot=typed.slot, items=split(typed.item), address=typed.address)
    try:
        made = await service.book(actor_of(request), wanted, key=typed.key)
    except (Conflict, Invalid) as problem:
        return await _desk(request, item=typed.item, hall=typed.hall, problem=problem, address=typed.address)
    return go(f"{request.url.path}?done={made.id}")


async def _desk(
    request: Asked, *, q: str = "", item: str = "", hall: UUID | None = None, day: date | None = None,
    done: UUID | None = None, problem: Conflict | Invalid | None = None, address: str = "",
) -> Response[bytes]:  # fmt: skip
    actor = actor_of(request)
    helping = await identity.current_assistance(actor)
    person = helping.person if helping else None
    halls = await bookable_halls(actor, person.home if person and person.home else actor.region)
    at = hall or (halls[0].id if halls else None)
    chosen = await choice(actor, item, at, day)
    shown = await times(actor, at, day, chosen.item) if at and person else None
    door = actor.channel == "field"
    return page(
        request, "appointments/field" if door else "appointments/desk", status=problem.status if problem else 200,
        title=N_("Help at the door") if door else N_("Phone appointments"),
        helping=helping, chosen=chosen, halls=halls, q=q, refusal=problem, key=crypto.token(),
        found=[hit.document for hit in live.current().find(q, kinds={"item"}, limit=FOUND)] if q else [],
        times=shown, address=address,
        booked=await service.get(actor, done) if done and person else None,
        kinds=sorted({each.kind for each in [*shown.morning, *shown.afternoon]}) if shown else [],
        theirs=(await service.mine(actor, limit=5)).items if person else [],
        waits=await service.lines(actor) if person else [],
    )  # fmt: skip


routes = [desk, book, field, book_there]
