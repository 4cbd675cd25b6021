"""应急通知 as a resident sees it: what has happened, what to do, and one button."""

from uuid import UUID

from litestar import Response, get, post

from backend.core.http import actor_of, allow, viewer_of
from backend.core.http.onward import go
from backend.messaging import service
from backend.messaging.pages.common import Asked, shown


@get("/emergencies/{row_id:uuid}", opt=allow(service.warning), include_in_schema=False)
async def warning(request: Asked, row_id: UUID) -> Response[bytes]:
    """The warning; whoever lives there can say that it reached them."""
    viewer = viewer_of(request)
    found = await service.warning(actor_of(request), row_id, lang=viewer.lang, plain=viewer.plain)
    return shown(request, "messaging/warning", title=found.title, found=found, path_on=f"/emergencies/{row_id}")


@post("/emergencies/{row_id:uuid}/acknowledgement", opt=allow(service.acknowledge), include_in_schema=False)
async def acknowledge(request: Asked, row_id: UUID) -> Response[None]:
    """It reached me."""
    await service.acknowledge(actor_of(request), row_id)
    return go(f"/emergencies/{row_id}")


routes = [warning, acknowledge]
