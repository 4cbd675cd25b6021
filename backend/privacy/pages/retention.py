"""The proofs of deletion, for auditors."""

from uuid import UUID

from litestar import Response, get

from accessibility.render import page
from backend.core.http import actor_of, allow
from backend.core.words import N_
from backend.privacy import service
from backend.privacy.pages.common import Asked


@get("/desk/retention", opt=allow(service.runs), include_in_schema=False)
async def runs(request: Asked, after: UUID | None = None) -> Response[bytes]:
    """What each nightly run deleted, table by table, and the oldest row that remains."""
    found = await service.runs(actor_of(request), after=after)
    return page(request, "privacy/runs", title=N_("Proofs of deletion"), runs=found, full=len(found) == 50)


routes = [runs]
