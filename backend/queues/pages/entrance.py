"""引导台: a clerk takes a number, or checks somebody in, for people without a phone, and prints the slip."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response, get, post

from accessibility import fields
from accessibility.render import page
from backend.core import crypto, forms
from backend.core.http import actor_of, allow
from backend.core.http.onward import go
from backend.core.problems import Conflict, Invalid, NotFound, Problem
from backend.core.words import N_
from backend.queues import service
from backend.queues.access import STAFF
from backend.queues.pages.common import Asked, hall_of, hall_typed, popular
from backend.queues.schemas import CheckIn, TicketRequest, TicketView

Key = Annotated[str, msgspec.Meta(min_length=8, max_length=255)]
LABELS = {
    "item": N_("What do they come for?"),
    "green": N_("Green lane: over 70, disabled, pregnant, with a small child, or a soldier"),
    "number": N_("Number of the appointment"),
    "digits": N_("Last four signs of their phone number or identity card"),
}
DESK = ("operator", "clerk", "manager")  # a resident takes a number on the phone, a machine on its own page
NOT_FOUND = N_("We find no appointment of today with this number and these four signs")


class TakeForm(TicketRequest, frozen=True, kw_only=True):
    """取号 for somebody who stands at the desk."""

    key: Key


class CheckInForm(CheckIn, frozen=True, kw_only=True):
    """签到 by the number of the appointment."""

    number: Annotated[str, msgspec.Meta(min_length=1, max_length=12)]
    digits: Annotated[str, msgspec.Meta(min_length=4, max_length=4)]
    key: Key


@get("/desk/queue/tickets", opt=allow(service.take_ticket, service.check_in, only=DESK), include_in_schema=False)
async def ask(request: Asked, hall: UUID | None = None) -> Response[bytes]:
    """Numbers for people without a phone."""
    return await _ask(request, hall, {}, {})


@post("/desk/queue/tickets", opt=allow(service.take_ticket, only=DESK), include_in_schema=False)
async def take(request: Asked) -> Response[bytes] | Response[None]:
    """Take a number and show its slip for printing."""
    try:
        typed = await forms.read(request, TakeForm)
        wanted = TicketRequest(hall=typed.hall, item=typed.item, green=typed.green)
        return _slip(await service.take_ticket(actor_of(request), wanted, key=typed.key))
    except (Invalid, Conflict) as problem:
        return await _again(request, problem, problem.fields)


@post("/desk/queue/check-ins", opt=allow(service.check_in, only=DESK), include_in_schema=False)
async def check_in(request: Asked) -> Response[bytes] | Response[None]:
    """Check somebody in, and show the slip for printing."""
    try:
        typed = await forms.read(request, CheckInForm)
        wanted = CheckIn(hall=typed.hall, number=typed.number, digits=typed.digits)
        made = await service.check_in(actor_of(request), wanted, key=typed.key)
    except NotFound:
        return await _again(request, Invalid({"number": NOT_FOUND}), {"number": NOT_FOUND})
    except (Invalid, Conflict) as problem:
        return await _again(request, problem, problem.fields)
    if not made.token:
        return await _again(request, service.AlreadyWaiting(N_("Use that one, or give it back first.")), {})
    return _slip(made)


def _slip(made: TicketView) -> Response[None]:
    return go(f"/t/{made.token}/slip?paper=80mm")


async def _again(request: Asked, problem: Problem, errors: dict[str, str]) -> Response[bytes]:
    typed = await forms.raw(request)
    return await _ask(request, hall_typed(typed), typed, errors, problem)


async def _ask(
    request: Asked, hall: UUID | None, values: dict[str, str], errors: dict[str, str], problem: Problem | None = None
) -> Response[bytes]:
    actor = actor_of(request)
    mine = await service.my_counter(actor) if actor.is_("clerk") else None
    halls, at = await hall_of(actor, hall or (mine.hall if mine else None))
    items = [("", N_("Something else")), *await popular(actor)]
    form = fields.form(TakeForm, values, errors, labels=LABELS, kinds={"item": "select"}, options={"item": items})
    came = fields.form(CheckInForm, values, errors, labels=LABELS)
    return page(
        request, "queues/entrance", status=problem.status if problem else 200, halls=halls, at=at, f=form, came=came,
        errors=errors, refusal=problem,
        numbers=await service.numbers_today(actor, at.id) if at else None, reasons=service.REASONS,
        calls=await service.help_calls(actor, at.id) if at and actor.is_(*STAFF) else None,
        key=crypto.token(), title=N_("Numbers for people without a phone"),
    )  # fmt: skip


routes = [ask, take, check_in]
