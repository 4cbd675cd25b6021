"""谁来我家: who comes, with the number on the staff card and the digits that only the right visitor knows."""

from typing import Any

from litestar import Request, Response, get

from accessibility.render import page
from backend.core.http import actor_of, allow
from backend.core.words import N_
from backend.rounds import service


@get("/rounds/coming", opt=allow(service.coming), include_in_schema=False)
async def coming(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The visits ahead, the next one first."""
    visits = await service.coming(actor_of(request))
    return page(request, "rounds/coming", title=N_("Visits at my home"), visits=visits)


routes = [coming]
