"""来 or 不来了: the answer to a reminder, as two buttons."""

from uuid import UUID

from litestar import Response, get, post

from accessibility.render import page
from backend.appointments import service
from backend.appointments.pages.common import Asked
from backend.core.http import actor_of, allow
from backend.core.http.onward import go
from backend.core.words import N_


@get("/appointments/{row_id:uuid}/coming", opt=allow(service.confirm), include_in_schema=False)
async def ask(request: Asked, row_id: UUID, said: bool = False) -> Response[bytes]:
    """Do you come?"""
    found = await service.get(actor_of(request), row_id)
    return page(request, "appointments/coming", title=N_("Do you come to your appointment?"), found=found, said=said)


@post("/appointments/{row_id:uuid}/coming", opt=allow(service.confirm), include_in_schema=False)
async def say(request: Asked, row_id: UUID) -> Response[None]:
    """I come."""
    await service.confirm(actor_of(request), row_id)
    return go(f"/appointments/{row_id}/coming?said=true")


routes = [ask, say]
