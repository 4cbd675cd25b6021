"""候补: join the line at a hall, see one's place in it, say yes or no to an offer, leave."""

from datetime import date, timedelta
from uuid import UUID

from litestar import Response, get, post

from accessibility.render import page
from backend.appointments import rules, service
from backend.appointments.pages.common import Asked, Services, ServicesField, choice, hall_name, split
from backend.appointments.schemas import WaitRequest
from backend.core import clock, forms
from backend.core.http import actor_of, allow, viewer_of
from backend.core.http.onward import go
from backend.core.problems import Conflict, Invalid, NotFound, Problem
from backend.core.words import N_


class WaitForm(WaitRequest, frozen=True, kw_only=True):
    """The same as a form."""

    item: ServicesField = ""


MESSAGES = {"first": N_("Please choose a day"), "last": N_("Please choose a day")}


@get("/appointments/waiting/new", opt=allow(service.join_line), include_in_schema=False)
async def new(
    request: Asked, hall: UUID | None = None, item: Services = "", date: date | None = None, instead: UUID | None = None
) -> Response[bytes]:
    """On which days; with ``instead`` only something earlier than that appointment."""
    before = await service.get(actor_of(request), instead) if instead else None
    at = before.hall if before else hall
    if at is None:
        raise NotFound(next_step=("/appointments/new", N_("See other times")))
    typed = {"item": ",".join(before.items) if before else item}
    if date is not None and before is None:
        typed |= {"first": date.isoformat(), "last": date.isoformat()}
    return await _new(request, at, typed, instead)


@post("/appointments/waiting", opt=allow(service.join_line), include_in_schema=False)
async def join(request: Asked) -> Response[bytes] | Response[None]:
    """Join the line."""
    typed = await forms.raw(request)
    try:
        form = await forms.read(request, WaitForm, messages=MESSAGES)
        wanted = WaitRequest(
            hall=form.hall, first=form.first, last=form.last, items=split(form.item), instead_of=form.instead_of,
            address=form.address,
        )  # fmt: skip
        made = await service.join_line(actor_of(request), wanted)
    except (Invalid, Conflict) as problem:
        return await _new(request, _id(typed, "hall"), typed, _maybe(typed, "instead_of"), problem)
    return go(f"/appointments/waiting/{made.id}")


@get("/appointments/waiting/{wait_id:uuid}", opt=allow(service.line), include_in_schema=False)
async def one(request: Asked, wait_id: UUID) -> Response[bytes]:
    """My place in line, and what is on offer."""
    return await _one(request, wait_id)


@post("/appointments/waiting/{wait_id:uuid}/acceptance", opt=allow(service.accept_offer), include_in_schema=False)
async def accept(request: Asked, wait_id: UUID) -> Response[bytes] | Response[None]:
    """Yes: the place is booked."""
    try:
        made = await service.accept_offer(actor_of(request), wait_id)
    except Conflict as problem:
        return await _one(request, wait_id, problem)
    return go(f"/appointments/{made.id}?done=1")


@post("/appointments/waiting/{wait_id:uuid}/refusal", opt=allow(service.decline_offer), include_in_schema=False)
async def decline(request: Asked, wait_id: UUID) -> Response[bytes] | Response[None]:
    """No, not this one."""
    try:
        await service.decline_offer(actor_of(request), wait_id)
    except Conflict as problem:
        return await _one(request, wait_id, problem)
    return go(f"/appointments/waiting/{wait_id}")


@post("/appointments/waiting/{wait_id:uuid}/departure", opt=allow(service.leave_line), include_in_schema=False)
async def leave(request: Asked, wait_id: UUID) -> Response[None]:
    """Wait no longer."""
    await service.leave_line(actor_of(request), wait_id)
    return go(f"/appointments/waiting/{wait_id}")


async def _new(
    request: Asked, hall: UUID, typed: dict[str, str], instead: UUID | None, problem: Problem | None = None
) -> Response[bytes]:
    actor, viewer = actor_of(request), viewer_of(request)
    before = await service.get(actor, instead) if instead else None
    chosen = await choice(actor, typed.get("item", ""), hall, None)
    desk = await service.desk_of(actor, hall, items=split(chosen.item)) if chosen.item and not before else None
    days = [clock.today() + timedelta(days=n) for n in range(rules.HORIZON + 1)]
    if before:
        days = [each for each in days if each <= clock.local(before.starts_at).date()]
    return page(
        request, "appointments/waiting_new", status=problem.status if problem else 200,
        title=N_("Wait for an earlier time") if before else N_("Join the waiting list"), chosen=chosen, before=before,
        days=days, first=typed.get("first") or days[0].isoformat(), last=typed.get("last") or days[-1].isoformat(),
        errors=problem.fields if problem else {}, refusal=problem if isinstance(problem, Conflict) else None,
        hall_name=hall_name(chosen.hall, viewer.lang), address=typed.get("address", ""),
        at_home=desk is not None and "home" in desk.kinds, only_at_home=desk is not None and desk.kinds == ["home"],
    )  # fmt: skip


async def _one(request: Asked, wait_id: UUID, problem: Conflict | None = None) -> Response[bytes]:
    found = await service.line(actor_of(request), wait_id)
    if found.offer and found.state == "offered":
        title = N_("A place is free for you")
    else:
        title = N_("You are in line") if found.live else N_("This place in line has ended")
    return page(
        request, "appointments/waiting_one", status=problem.status if problem else 200, title=title, found=found,
        refusal=problem,
    )  # fmt: skip


def _id(typed: dict[str, str], name: str) -> UUID:
    found = _maybe(typed, name)
    if found is None:
        raise NotFound()
    return found


def _maybe(typed: dict[str, str], name: str) -> UUID | None:
    try:
        return UUID(typed.get(name, ""))
    except ValueError:
        return None


routes = [new, join, one, accept, decline, leave]
