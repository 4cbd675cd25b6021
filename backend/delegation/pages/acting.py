"""Beginning and ending to act for somebody in this session."""

from uuid import UUID

from litestar import Response, post

from backend.core.http import actor_of, allow, refresh_session
from backend.core.http.onward import go, safe_path
from backend.delegation import service
from backend.delegation.pages.common import Asked


@post("/household/{row_id:uuid}/turn", opt=allow(service.take_up), include_in_schema=False)
async def take_up(request: Asked, row_id: UUID) -> Response[None]:
    """替妈妈办事: from the next page on, with the bar that says so."""
    await service.take_up(actor_of(request), row_id)
    return await _on(request, "/")


@post("/household/turn/end", opt=allow(service.lay_down), include_in_schema=False)
async def lay_down(request: Asked) -> Response[None]:
    """结束."""
    await service.lay_down(actor_of(request))
    return await _on(request, "/household")


async def _on(request: Asked, default: str) -> Response[None]:
    refresh_session(request)
    return go(safe_path((await request.form()).get("next", ""), default))


routes = [take_up, lay_down]
