"""The JSON door of the parity report: open data."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, get
from litestar.params import Parameter

from backend.core.actor import PROVINCE
from backend.core.http import actor_of, allow
from backend.core.http.open_data import open_data
from backend.parity import service
from backend.parity.schemas import Published

County = Annotated[str, Parameter(pattern=r"^[0-9]{6}$", description="six digits; 000000 is the province")]


@get("/parity", opt=allow(service.report), tags=["open data"])
async def parity(
    request: Request[Any, Any, Any], county: County = PROVINCE, hall: UUID | None = None, month: date | None = None
) -> Response[Published]:
    """渠道公平报告 of a month. Counts below ten, and those that would give them away, are null."""
    return open_data(request, await service.report(actor_of(request), county=county, hall=hall, month=month))


routes = [parity]
