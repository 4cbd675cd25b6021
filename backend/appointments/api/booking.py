"""The JSON door to booking, and to the day at the hall."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post, put
from litestar.params import Parameter

from backend.appointments import calendar, service
from backend.appointments.access import HALL_STAFF
from backend.appointments.schemas import (
    Appointment,
    BookingRequest,
    ClosureRequest,
    CoolDown,
    DayLine,
    ExcuseRequest,
    HallPolicy,
    Held,
    KeepRequest,
    OpenDay,
    Opening,
    OpenSlot,
    PlaceInLine,
    RescheduleRequest,
    RuleView,
    ShareCount,
    SharePlan,
    SharePlanView,
    WaitRequest,
)
from backend.core.http import actor_of, allow, idempotency_key, viewer_of
from backend.core.http.replay import Key
from backend.core.schemas import Page

Req = Request[Any, Any, Any]
Limit = Annotated[int, Parameter(ge=1, le=100)]
Items = Annotated[list[Annotated[str, msgspec.Meta(max_length=64)]] | None, Parameter(query="item")]
After = Annotated[str, Parameter(max_length=100)]


@get("/halls/{hall:uuid}/days", opt=allow(service.open_days), tags=["appointments"])
async def days(request: Req, hall: UUID, items: Items = None) -> list[OpenDay]:
    """Days that can be booked for a visit, with the places left for the caller's channel; repeat ``item`` for several
    services in one visit."""
    return await service.open_days(actor_of(request), hall, items=items or [])


@get("/halls/{hall:uuid}/slots", opt=allow(service.open_slots), tags=["appointments"])
async def slots(request: Req, hall: UUID, day: date, items: Items = None) -> list[OpenSlot]:
    """Times of a day at which a visit can begin, full ones too, with the places left for the caller's channel; repeat
    ``item`` for several services in one visit."""
    return await service.open_slots(actor_of(request), hall, day, items=items or [])


@post("/appointments", opt=allow(service.book), tags=["appointments"])
async def book(request: Req, data: BookingRequest, key: Key) -> Appointment:
    """Book a place. Repeating with the same Idempotency-Key answers with the same appointment."""
    return await service.book(actor_of(request), data, key=idempotency_key(request))


@get("/appointments", opt=allow(service.mine), tags=["appointments"])
async def mine(request: Req, after: After = "", limit: Limit = 20) -> Page[Appointment]:
    """My appointments, or those of the person I am helping; the latest time first."""
    return await service.mine(actor_of(request), after=after, limit=limit)


@get("/appointments/{row_id:uuid}", opt=allow(service.get), tags=["appointments"])
async def one(request: Req, row_id: UUID) -> Appointment:
    """One appointment."""
    return await service.get(actor_of(request), row_id)


@post("/appointments/{row_id:uuid}/cancellation", opt=allow(service.cancel), tags=["appointments"], status_code=200)
async def cancel(request: Req, row_id: UUID) -> Appointment:
    """Give the place back. Twice is the same as once."""
    return await service.cancel(actor_of(request), row_id)


@post("/appointments/{row_id:uuid}/reschedule", opt=allow(service.reschedule), tags=["appointments"])
async def reschedule(request: Req, row_id: UUID, data: RescheduleRequest, key: Key) -> Appointment:
    """Go at another time: answers with the new appointment; the old one reads ``moved``."""
    return await service.reschedule(actor_of(request), row_id, data, key=idempotency_key(request))


@get(
    "/appointments/{row_id:uuid}/calendar.ics",
    opt=allow(service.get),
    tags=["appointments"],
    media_type="text/calendar",
)
async def ics(request: Req, row_id: UUID) -> Response[bytes]:
    """The appointment for a calendar programme (RFC 5545)."""
    found = await service.get(actor_of(request), row_id)
    return Response(calendar.ics(found, viewer_of(request).lang), media_type="text/calendar")


@post(
    "/appointments/{row_id:uuid}/attendance", opt=allow(service.arrive, only=HALL_STAFF), tags=["desk"], status_code=204
)
async def attend(request: Req, row_id: UUID) -> None:
    """签到: the person came."""
    await service.arrive(actor_of(request), row_id)


@get("/halls/{hall:uuid}/appointments", opt=allow(service.hall_day), tags=["desk"])
async def hall_day(request: Req, hall: UUID, day: date) -> list[DayLine]:
    """Who is expected at a hall on a day, for its staff; at most 500."""
    return await service.hall_day(actor_of(request), hall, day)


@get("/halls/{hall:uuid}/opening", opt=allow(service.rules_of), tags=["appointments"])
async def opening(request: Req, hall: UUID) -> list[RuleView]:
    """When a hall opens for appointments, and where that is known from."""
    return await service.rules_of(actor_of(request), hall)


@post("/halls/{hall:uuid}/opening", opt=allow(service.set_rule), tags=["desk"], status_code=204)
async def set_opening(request: Req, hall: UUID, data: Opening) -> None:
    """Replace a hall's opening from the first day that nobody can have booked."""
    await service.set_rule(actor_of(request), hall, data)


@post("/halls/{hall:uuid}/closures", opt=allow(service.close_day), tags=["desk"], status_code=204)
async def close_day(request: Req, hall: UUID, data: ClosureRequest) -> None:
    """Keep a hall closed on a day that nobody has booked."""
    await service.close_day(actor_of(request), hall, data)


@get("/halls/{hall:uuid}/shares", opt=allow(service.shares_ahead), tags=["appointments"])
async def shares(request: Req, hall: UUID) -> list[ShareCount]:
    """How the places of the coming days are used by each channel."""
    return await service.shares_ahead(actor_of(request), hall)


@get("/halls/{hall:uuid}/share-plan", opt=allow(service.share_plan), tags=["appointments"])
async def share_plan(request: Req, hall: UUID) -> SharePlanView:
    """How a hall divides its places between the ways of booking, and the use of the last 28 days."""
    return await service.share_plan(actor_of(request), hall)


@put("/halls/{hall:uuid}/share-plan", opt=allow(service.set_shares), tags=["desk"])
async def set_share_plan(request: Req, hall: UUID, data: SharePlan) -> SharePlanView:
    """Divide the places of a hall anew, for times of the first day that nobody can have booked, and later."""
    return await service.set_shares(actor_of(request), hall, data)


@post("/halls/{hall:uuid}/share-plan/preview", opt=allow(service.preview_shares), tags=["desk"], status_code=200)
async def preview_share_plan(request: Req, hall: UUID, data: SharePlan) -> SharePlanView:
    """What a plan would make of a time of today; nothing is saved."""
    return await service.preview_shares(actor_of(request), hall, data)


@get("/halls/{hall:uuid}/share-policy", opt=allow(service.policy_of), tags=["appointments"])
async def share_policy(request: Req, hall: UUID) -> HallPolicy:
    """When unused places of a hall are released, and whether its residents book first."""
    return await service.policy_of(actor_of(request), hall)


@put("/halls/{hall:uuid}/share-policy", opt=allow(service.set_policy), tags=["desk"], status_code=204)
async def set_share_policy(request: Req, hall: UUID, data: HallPolicy) -> None:
    """Say when unused places are released, and whether residents book first; it holds at once."""
    await service.set_policy(actor_of(request), hall, data)


@get("/appointments/cool-down", opt=allow(service.cool_down), tags=["appointments"])
async def cool_down(request: Req) -> CoolDown | None:
    """Whether two missed appointments limit what can be booked online, and until when."""
    return await service.cool_down(actor_of(request))


@post("/appointments/{row_id:uuid}/excuse", opt=allow(service.excuse), tags=["desk"], status_code=204)
async def excuse(request: Req, row_id: UUID, data: ExcuseRequest) -> None:
    """爽约说明: a missed appointment that does not count."""
    await service.excuse(actor_of(request), row_id, data)


@post("/appointments/{row_id:uuid}/confirmation", opt=allow(service.confirm), tags=["appointments"], status_code=204)
async def confirm(request: Req, row_id: UUID) -> None:
    """来: the answer to a reminder. Not to come is a cancellation."""
    await service.confirm(actor_of(request), row_id)


@post("/appointments/holds", opt=allow(service.hold), tags=["appointments"])
async def hold(request: Req, data: KeepRequest) -> Held:
    """暂留: keep a place while you decide. What you kept before is let go; booking the same slot uses it."""
    return await service.hold(actor_of(request), data, plain=viewer_of(request).plain)


@get("/appointments/holds", opt=allow(service.my_holds), tags=["appointments"])
async def holds(request: Req) -> list[Held]:
    """What is kept for me, or for the person I am helping: at most one."""
    return await service.my_holds(actor_of(request))


@post("/appointments/holds/{hold_id:uuid}/extension", opt=allow(service.extend_hold), tags=["appointments"],
      status_code=200)  # fmt: skip
async def extend_hold(request: Req, hold_id: UUID) -> Held:
    """Ten minutes more: once, or twice for whoever is helped or reads the elders' pages."""
    return await service.extend_hold(actor_of(request), hold_id)


@post("/appointments/holds/{hold_id:uuid}/release", opt=allow(service.release_hold), tags=["appointments"],
      status_code=204)  # fmt: skip
async def release_hold(request: Req, hold_id: UUID) -> None:
    """Let a kept place go, for others."""
    await service.release_hold(actor_of(request), hold_id)


@post("/appointments/waiting", opt=allow(service.join_line), tags=["appointments"])
async def join_line(request: Req, data: WaitRequest) -> PlaceInLine:
    """候补: wait for a place at a hall on these days. The same wish again is the same place in line."""
    return await service.join_line(actor_of(request), data)


@get("/appointments/waiting", opt=allow(service.lines), tags=["appointments"])
async def lines(request: Req) -> list[PlaceInLine]:
    """Where I wait, or the person I am helping, with what is on offer."""
    return await service.lines(actor_of(request))


@get("/appointments/waiting/{wait_id:uuid}", opt=allow(service.line), tags=["appointments"])
async def line(request: Req, wait_id: UUID) -> PlaceInLine:
    """One place in line: how many come before, and what is on offer."""
    return await service.line(actor_of(request), wait_id)


@post("/appointments/waiting/{wait_id:uuid}/acceptance", opt=allow(service.accept_offer), tags=["appointments"])
async def accept_offer(request: Req, wait_id: UUID) -> Appointment:
    """Take the place on offer; an appointment that it replaces is exchanged for it. Twice is the same as once."""
    return await service.accept_offer(actor_of(request), wait_id)


@post("/appointments/waiting/{wait_id:uuid}/refusal", opt=allow(service.decline_offer), tags=["appointments"],
      status_code=200)  # fmt: skip
async def decline_offer(request: Req, wait_id: UUID) -> PlaceInLine:
    """Not this one: it goes to the next person, and you stay in line."""
    return await service.decline_offer(actor_of(request), wait_id)


@post("/appointments/waiting/{wait_id:uuid}/departure", opt=allow(service.leave_line), tags=["appointments"],
      status_code=200)  # fmt: skip
async def leave_line(request: Req, wait_id: UUID) -> PlaceInLine:
    """Leave the line. Twice is the same as once."""
    return await service.leave_line(actor_of(request), wait_id)


routes = [
    days, slots, book, mine, one, cancel, reschedule, ics, attend, hall_day, opening, set_opening, close_day, shares,
    share_plan, set_share_plan, preview_share_plan, share_policy, set_share_policy, cool_down, excuse,
    confirm,
    hold, holds, extend_hold, release_hold, join_line, lines, line, accept_offer, decline_offer, leave_line,
]  # fmt: skip
