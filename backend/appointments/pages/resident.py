"""My appointments: the list, one of them, its slip, its code and its calendar file."""

from typing import Annotated, Literal
from uuid import UUID

from litestar import Response, get
from litestar.params import Parameter

from accessibility.qr import drawn
from accessibility.render import page
from backend.appointments import calendar, service
from backend.appointments.pages.common import Asked, bring
from backend.core import clock
from backend.core.http import actor_of, allow, viewer_of
from backend.core.words import N_


@get("/appointments", opt=allow(service.mine), include_in_schema=False)
async def mine(request: Asked, after: Annotated[str, Parameter(max_length=100)] = "") -> Response[bytes]:
    """我的预约: what is ahead first, then what is past."""
    found = await service.mine(actor_of(request), after=after)
    now = clock.now()
    ahead = [each for each in found.items if each.live and each.ends_at > now]
    past = [each for each in found.items if each not in ahead]
    return page(
        request, "appointments/mine", title=N_("My appointments"), ahead=ahead[::-1], past=past, next=found.next,
        cooling=await service.cool_down(actor_of(request)),
        waits=await service.lines(actor_of(request)) if not after else [],
    )  # fmt: skip


@get("/appointments/{row_id:uuid}", opt=allow(service.get), include_in_schema=False)
async def one(request: Asked, row_id: UUID, done: bool = False) -> Response[bytes]:
    """One appointment with its number and code to show at the hall."""
    found = await service.get(actor_of(request), row_id)
    title = N_("Your place is booked") if done and found.live else N_("My appointment")
    return page(
        request, "appointments/one", title=title, found=found, done=done and found.live,
        excusable=found.state == "missed" and actor_of(request).is_("clerk", "operator"),
        changeable=found.live and found.starts_at > clock.now(),
        materials=await bring(actor_of(request), ",".join(found.items), viewer_of(request).place) if found.live else [],
    )  # fmt: skip


@get("/appointments/{row_id:uuid}/slip", opt=allow(service.get), include_in_schema=False)
async def slip(request: Asked, row_id: UUID, paper: Literal["a4", "80mm"] = "a4") -> Response[bytes]:
    """预约单: one sheet in large print; ``paper=80mm`` for a ticket printer, as a terminal has."""
    found = await service.get(actor_of(request), row_id)
    materials = await bring(actor_of(request), ",".join(found.items), viewer_of(request).place)
    return page(
        request, "appointments/slip", title=N_("Appointment slip"), found=found, materials=materials,
        roll=paper == "80mm",
    )  # fmt: skip


@get("/appointments/{row_id:uuid}/qr.svg", opt=allow(service.get), include_in_schema=False)
async def qr(request: Asked, row_id: UUID) -> Response[bytes]:
    """The code for the scanner at the hall: number and check code, no person."""
    found = await service.get(actor_of(request), row_id)
    return Response(drawn(f"LINLI {found.number} {found.code}"), media_type="image/svg+xml")


@get("/appointments/{row_id:uuid}/calendar.ics", opt=allow(service.get), include_in_schema=False)
async def ics(request: Asked, row_id: UUID) -> Response[bytes]:
    """The appointment for the calendar of the phone."""
    found = await service.get(actor_of(request), row_id)
    headers = {"Content-Disposition": 'attachment; filename="appointment.ics"'}
    return Response(calendar.ics(found, viewer_of(request).lang), media_type="text/calendar", headers=headers)


routes = [mine, one, slip, qr, ics]
