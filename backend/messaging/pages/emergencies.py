"""未联系上: whom a warning did not reach, for whoever goes there."""

from uuid import UUID

from litestar import Response, get, post

from backend.core.actor import Actor
from backend.core.http import actor_of, allow
from backend.core.http.onward import go
from backend.core.words import N_
from backend.messaging import service
from backend.messaging.pages.common import Asked, shown

HERE = "/desk/emergencies"


async def standing_here(actor: Actor) -> int:
    """How many warnings stand where one works, for the start page of the desk."""
    return len(await service.warnings_here(actor))


@get(HERE, opt=allow(service.warnings_here), include_in_schema=False)
async def everything(request: Asked) -> Response[bytes]:
    """Warnings that stand in my divisions."""
    found = await service.warnings_here(actor_of(request))
    return shown(request, "messaging/emergencies", title=N_("Whom a warning did not reach"), found=found)


@get(f"{HERE}/{{row_id:uuid}}", opt=allow(service.not_reached), include_in_schema=False)
async def missing(request: Asked, row_id: UUID, done: bool = False, after: str = "") -> Response[bytes]:
    """Whom to look for."""
    actor = actor_of(request)
    return shown(
        request, "messaging/missing", title=N_("Whom to look for"), warning=await service.warning(actor, row_id),
        found=await service.not_reached(actor, row_id, after=after), done=done, after=after,
        path_on=f"{HERE}/{row_id}",
    )  # fmt: skip


@post(
    f"{HERE}/{{row_id:uuid}}/people/{{person:uuid}}/reached", opt=allow(service.mark_reached), include_in_schema=False
)
async def reached(request: Asked, row_id: UUID, person: UUID) -> Response[None]:
    """I told them."""
    await service.mark_reached(actor_of(request), row_id, person)
    return go(f"{HERE}/{row_id}?done=true")


routes = [everything, missing, reached]
