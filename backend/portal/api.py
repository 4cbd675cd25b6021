"""The one search box for programs."""

from typing import Annotated, Any

from litestar import Request, Response, get
from litestar.params import Parameter

from backend.core.http import actor_of, allow
from backend.core.http.open_data import open_data
from backend.portal import service
from backend.portal.schemas import Answer, Group


@get("/search", opt=allow(service.search), tags=["open data"])
async def find(
    request: Request[Any, Any, Any],
    q: Annotated[str, Parameter(min_length=1, max_length=200, description="what somebody wants, in their own words")],
    kind: Group | None = None,
    place: Annotated[
        str, Parameter(pattern="^[0-9]{0,12}$", description="division code: what is near comes first")
    ] = "",
    limit: Annotated[int, Parameter(ge=0, le=50, description="rows of each group; 0: as on the page")] = 0,
) -> Response[Answer]:
    """Services, halls, divisions and pages for a question in everyday words, pinyin or initials."""
    return open_data(request, await service.search(actor_of(request), q, place=place, group=kind, limit=limit))


routes = [find]
