"""Pages for whoever was at a hall: by a link, signed in, or at a machine there."""

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response, get, post

from accessibility.render import page
from backend.core import clock, forms
from backend.core.http import actor_of, allow, device_of
from backend.core.http.onward import go
from backend.core.problems import Invalid, NotFound, Problem
from backend.core.words import N_
from backend.places import service as places
from backend.ratings import rules, service
from backend.ratings.api import device_mark
from backend.ratings.pages.common import WORDS, Asked, rating_form
from backend.ratings.schemas import MachineRating, RatingRequest, Verdict, VisitView

Token = Annotated[str, msgspec.Meta(max_length=60)]
Refused = (Invalid, service.TooLateToChange, service.NotNow)
TITLE = N_("How was your visit?")


@get("/r/{token:str}", opt=allow(service.open_visit), include_in_schema=False)
async def opened(request: Asked, token: Token, done: bool = False, change: bool = False) -> Response[bytes]:
    """评价 by the link of a message, or of the slip. No sign-in."""
    found = await service.open_visit(actor_of(request), token)
    return _visit(request, found, f"/r/{token}", done=done, change=change)


@post("/r/{token:str}", opt=allow(service.rate), include_in_schema=False)
async def rate(request: Asked, token: Token) -> Response[bytes] | Response[None]:
    """Give it, or change it within the day."""

    async def give(wanted: RatingRequest) -> object:
        return await service.rate(actor_of(request), token, wanted, device=device_mark(request))

    found = await service.open_visit(actor_of(request), token)
    return await _given(request, found, f"/r/{token}", give)


@post("/r/{token:str}/answer", opt=allow(service.answer), include_in_schema=False)
async def answer(request: Asked, token: Token) -> Response[bytes] | Response[None]:
    """Settled, or not yet."""

    async def say(verdict: Verdict) -> None:
        await service.answer(actor_of(request), token, verdict)

    found = await service.open_visit(actor_of(request), token)
    return await _answered(request, found, f"/r/{token}", say)


@get("/ratings", opt=allow(service.my_visits), include_in_schema=False)
async def mine(request: Asked) -> Response[bytes]:
    """My visits of the last thirty days."""
    found = await service.my_visits(actor_of(request))
    return page(request, "ratings/mine", title=N_("Rate a visit"), found=found, w=WORDS)


@get("/ratings/{visit:uuid}", opt=allow(service.visit), include_in_schema=False)
async def one(request: Asked, visit: UUID, done: bool = False, change: bool = False) -> Response[bytes]:
    """One visit of mine, or of the caller."""
    return _visit(request, await service.visit(actor_of(request), visit), f"/ratings/{visit}", done=done, change=change)


@post("/ratings/{visit:uuid}", opt=allow(service.rate_visit), include_in_schema=False)
async def rate_mine(request: Asked, visit: UUID) -> Response[bytes] | Response[None]:
    """By the person, or by an operator for them."""

    async def give(wanted: RatingRequest) -> object:
        return await service.rate_visit(actor_of(request), visit, wanted)

    return await _given(request, await service.visit(actor_of(request), visit), f"/ratings/{visit}", give)


@post("/ratings/{visit:uuid}/answer", opt=allow(service.answer_visit), include_in_schema=False)
async def answer_mine(request: Asked, visit: UUID) -> Response[bytes] | Response[None]:
    """Settled, or not yet."""

    async def say(verdict: Verdict) -> None:
        await service.answer_visit(actor_of(request), visit, verdict)

    return await _answered(request, await service.visit(actor_of(request), visit), f"/ratings/{visit}", say)


@get("/ratings/machine/{hall:uuid}", opt=allow(service.rate_at_machine), include_in_schema=False)
async def machine(request: Asked, hall: UUID, done: bool = False) -> Response[bytes]:
    """On the tablet at the counters: the number of the slip, and five answers."""
    return await _machine(request, hall, done=done)


@post("/ratings/machine/{hall:uuid}", opt=allow(service.rate_at_machine), include_in_schema=False)
async def rate_at_machine(request: Asked, hall: UUID) -> Response[bytes] | Response[None]:
    """Give it; the page is ready for the next person."""
    device = device_of(request)
    if device is None:
        raise NotFound()
    try:
        wanted = await forms.read(request, MachineRating)
        await service.rate_at_machine(device.actor, hall, wanted)
    except (*Refused, service.NoSuchVisit) as problem:
        return await _machine(request, hall, problem=problem)
    return go(f"/ratings/machine/{hall}?done=true")


async def _given(
    request: Asked, found: VisitView, action: str, give: Callable[[RatingRequest], Awaitable[object]]
) -> Response[bytes] | Response[None]:
    try:
        await give(await forms.read(request, RatingRequest))
    except Refused as problem:
        return _visit(request, found, action, problem=problem, values=await _typed(request), change=True)
    return go(f"{action}?done=true")


async def _answered(
    request: Asked, found: VisitView, action: str, say: Callable[[Verdict], Awaitable[None]]
) -> Response[bytes] | Response[None]:
    try:
        await say(await forms.read(request, Verdict))
    except Refused as problem:
        return _visit(request, found, action, problem=problem, values=dict(await forms.raw(request)))
    return go(f"{action}?done=true")


def _visit(
    request: Asked, found: VisitView, action: str, *, done: bool = False, change: bool = False,
    problem: Problem | None = None, values: dict[str, object] | None = None,
) -> Response[bytes]:  # fmt: skip
    given = found.rating
    open_ = given is None or (change and rules.changeable(given.given_at, clock.now()))
    known: object = values or (given and {"level": given.level, "reasons": given.reasons, "note": given.note}) or {}
    errors = problem.fields if problem else {}
    return page(
        request, "ratings/visit", status=problem.status if problem else 200, title=TITLE, found=found, action=action,
        f=rating_form(known, errors), w=WORDS, done=done, open_=open_, errors=errors, refusal=problem,
        said=(values or {}).get("text", ""), now=clock.now(),
    )  # fmt: skip


async def _typed(request: Asked) -> dict[str, object]:
    """What was typed and chosen, for showing the form again."""
    return {**await forms.raw(request), "reasons": (await request.form()).getall("reasons", [])}


async def _machine(
    request: Asked, hall: UUID, *, done: bool = False, problem: Problem | None = None
) -> Response[bytes]:
    if device_of(request) is None:
        raise NotFound()
    values = await _typed(request) if problem else {}
    errors = problem.fields if problem else {}
    return page(
        request, "ratings/machine", status=problem.status if problem else 200, title=TITLE, done=done, errors=errors,
        hall=await places.hall(actor_of(request), hall), f=rating_form(values, errors, MachineRating), refusal=problem,
    )  # fmt: skip


routes = [opened, rate, answer, mine, one, rate_mine, answer_mine, machine, rate_at_machine]
