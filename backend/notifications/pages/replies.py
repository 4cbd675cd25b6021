"""What people texted back, for operators."""

from uuid import UUID

from litestar import Response, get, post

from accessibility.render import page
from backend.core.http import actor_of, allow
from backend.core.http.onward import go
from backend.core.words import N_
from backend.notifications import service
from backend.notifications.pages.common import Asked


@get("/desk/replies", opt=allow(service.replies), include_in_schema=False)
async def replies(request: Asked, done: bool = False) -> Response[bytes]:
    """Texts that no rule understands."""
    found = await service.replies(actor_of(request))
    return page(request, "notifications/replies", title=N_("Texts from people"), found=found, done=done)


@post("/desk/replies/{reply_id:uuid}", opt=allow(service.finish_reply), include_in_schema=False)
async def finish(request: Asked, reply_id: UUID) -> Response[None]:
    """Put one aside."""
    await service.finish_reply(actor_of(request), reply_id)
    return go("/desk/replies?done=true")


routes = [replies, finish]
