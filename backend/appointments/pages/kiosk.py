"""Booking at a kiosk: before the time it asks whether there is anything else to do, and offers its own hall."""

from litestar import Response

from accessibility.render import page
from backend.appointments import service
from backend.appointments.pages.common import Asked, Choice, hall_name, split
from backend.core.http import actor_of, device_of, viewer_of
from backend.core.words import N_
from backend.places import service as places
from backend.places.schemas import Hall


def at_kiosk(request: Asked) -> bool:
    """Whether somebody stands at a machine of a hall."""
    machine = device_of(request)
    return machine is not None and machine.kind == "kiosk"


async def hall_here(request: Asked) -> Hall | None:
    """The hall of the machine, where it can be booked."""
    machine = device_of(request)
    if machine is None or machine.hall is None:
        return None
    hall = await places.hall(actor_of(request), machine.hall)
    return hall if hall.bookable else None


async def also(request: Asked, chosen: Choice) -> Response[bytes]:
    """还要一起办别的事吗: one more, or on to the times. Everywhere else it is a button beside the times."""
    here = await hall_here(request)
    desk = await service.desk_of(actor_of(request), here.id, items=split(chosen.item)) if here else None
    return page(
        request, "appointments/also", title=N_("Is there anything else to do in the same visit?"), chosen=chosen,
        here=here, hall_name=hall_name(here, viewer_of(request).lang), together=bool(desk and desk.groups),
    )  # fmt: skip
