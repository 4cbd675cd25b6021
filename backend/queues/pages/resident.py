"""Pages for whoever waits: take a number in the hall, see where it stands, read how the order is made."""

import asyncio
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response, get, post

from accessibility import fields
from accessibility.render import page
from backend.appointments import service as appointments
from backend.appointments.schemas import AT_HALL, Appointment
from backend.core import clock, crypto, forms
from backend.core.actor import Actor
from backend.core.http import PUBLIC, actor_of, allow, viewer_of
from backend.core.http.onward import go
from backend.core.problems import Conflict, Invalid, Problem
from backend.core.words import DEFAULT, N_
from backend.places import service as places
from backend.queues import charts, ending_rules, rules, service
from backend.queues.pages.common import Asked, popular
from backend.queues.schemas import CheckIn, TicketRequest

Token = Annotated[str, msgspec.Meta(max_length=60)]
Key = Annotated[str, msgspec.Meta(min_length=8, max_length=255)]
LABELS = {
    "presence": N_("The four digits on the screen in the hall"),
    "item": N_("What do you come for?"),
    "green": N_("Green lane: over 70, disabled, pregnant, with a small child, or a soldier"),
}
HINTS = {"presence": N_("They show that you are in the hall, so that nobody takes your place from home")}
FEW = 20


class TakeForm(TicketRequest, frozen=True, kw_only=True):
    """取号, with a key against pressing twice."""

    key: Key


class CheckInForm(CheckIn, frozen=True, kw_only=True):
    """签到, with a key against pressing twice."""

    key: Key


@get("/queue/{hall:uuid}", opt=allow(service.take_ticket, service.check_in), include_in_schema=False)
async def ask(request: Asked, hall: UUID) -> Response[bytes]:
    """到大厅了: check in with an appointment of today, or take a number."""
    return await _ask(request, hall, {}, {})


@post("/queue/{hall:uuid}", opt=allow(service.take_ticket), include_in_schema=False)
async def take(request: Asked, hall: UUID) -> Response[bytes] | Response[None]:
    """Take a number without an appointment."""
    try:
        typed = await forms.read(request, TakeForm)
        wanted = TicketRequest(hall=hall, item=typed.item, green=typed.green, presence=typed.presence)
        made = await service.take_ticket(actor_of(request), wanted, key=typed.key)
    except (Invalid, Conflict) as problem:
        return await _ask(request, hall, await forms.raw(request), problem.fields, problem)
    return go(f"/t/{made.token}")


@post("/queue/{hall:uuid}/check-in", opt=allow(service.check_in), include_in_schema=False)
async def check_in(request: Asked, hall: UUID) -> Response[bytes] | Response[None]:
    """Check in with an appointment of today."""
    try:
        typed = await forms.read(request, CheckInForm)
        wanted = CheckIn(hall=hall, appointment=typed.appointment, presence=typed.presence)
        made = await service.check_in(actor_of(request), wanted, key=typed.key)
    except (Invalid, Conflict) as problem:
        typed_in = await forms.raw(request)
        return await _ask(request, hall, typed_in, problem.fields, problem, own=typed_in.get("appointment", ""))
    return go(f"/t/{made.token}" if made.token else f"/queue/{hall}")


@get("/t/{token:str}", opt=allow(service.position), include_in_schema=False)
async def position(request: Asked, token: Token) -> Response[bytes]:
    """排队进度: number, how many are before, an honest range. No sign-in; whoever holds the slip sees it."""
    found = await service.position(actor_of(request), token)
    return page(
        request, "queues/position", title=N_("Where my number stands"), found=found, at=clock.now(),
        reasons=service.REASONS,
    )  # fmt: skip


@get("/queues/unserved/{ticket:uuid}", opt=allow(service.unserved), include_in_schema=False)
async def unserved(request: Asked, ticket: UUID) -> Response[bytes]:
    """没有办成: the turn had not come when the hall closed; where a place can be booked soonest."""
    actor = actor_of(request)
    found = await service.unserved(actor, ticket)
    around = await service.instead(actor, found.hall, found.item)
    return page(request, "queues/unserved", title=N_("We could not serve you today"), found=found, around=around)


@get("/queues/policy", opt=allow(PUBLIC), include_in_schema=False)
async def policy(request: Asked) -> Response[bytes]:
    """怎么叫号才公平: the rule in plain words, and what a simulated year says about it."""
    return page(
        request, "queues/policy", public=("queues",), title=N_("How the order of calls is made"), streak=rules.STREAK,
        patience=int(rules.PATIENCE.total_seconds() // 60), early=int(rules.EARLY.total_seconds() // 60),
        before=int(ending_rules.EARLY.total_seconds() // 60), grace=int(ending_rules.GRACE.total_seconds() // 60),
        late=int(rules.LATE.total_seconds() // 60), year=await asyncio.to_thread(charts.year),
    )  # fmt: skip


async def _ask(
    request: Asked, hall: UUID, values: dict[str, str], errors: dict[str, str], problem: Problem | None = None, *,
    own: str = "",
) -> Response[bytes]:  # fmt: skip
    """The page; ``own`` is the appointment whose check-in was refused, so that its form says so and no other."""
    actor, english = actor_of(request), viewer_of(request).lang != DEFAULT
    mine = await _today(actor, hall)
    at = next((nth for nth, each in enumerate(mine, 1) if str(each.id) == own), 0)
    digits = fields.form(CheckInForm, values, errors, labels=LABELS)["presence"]
    digits = msgspec.structs.replace(digits, required=True, short=True, autocomplete="off")
    if at:
        values, errors = {}, {(f"{name}-{at}" if name == "presence" else name): said for name, said in errors.items()}
    form = fields.form(
        TakeForm, values, errors, labels=LABELS, hints=HINTS, kinds={"item": "select"},
        options={"item": [("", N_("Something else")), *(await popular(actor, FEW, english=english))]},
    )  # fmt: skip
    outside = actor.is_("resident", "operator")
    told = await service.numbers_today(actor, hall)
    form["presence"] = msgspec.structs.replace(form["presence"], required=outside, short=True, autocomplete="off")
    return page(
        request, "queues/take", status=problem.status if problem else 200, title=N_("I am in the hall"), f=form,
        hall=await places.hall(actor, hall), errors=errors, refusal=problem, key=crypto.token(),
        mine=mine, at=at, digits=digits, unasked=msgspec.structs.replace(digits, value="", error=""),
        numbers=told, reasons=service.REASONS,
        around=await service.instead(actor, hall) if told.why else [],
    )  # fmt: skip


async def _today(actor: Actor, hall: UUID) -> list[Appointment]:
    """The appointments of today for which one comes to this hall; machines and clerks have none of their own."""
    if actor.principal is None:
        return []
    found = [each for each in (await appointments.mine(actor, limit=20)).items if each.live and each.kind in AT_HALL]
    return [each for each in found if each.hall == hall and clock.local(each.starts_at).date() == clock.today()]


routes = [ask, take, check_in, position, unserved, policy]
