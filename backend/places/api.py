"""Open data of places, and the one write: what a city says of its own hall."""

from datetime import date, timedelta
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import Parameter, QueryParameter

from backend.core import clock
from backend.core.http import actor_of, allow
from backend.core.http.open_data import open_data
from backend.core.schemas import Output, Page
from backend.places import service
from backend.places.schemas import (
    CODE,
    Day,
    Division,
    Hall,
    HallConfirmation,
    HallLevel,
    NearDivision,
    NearHall,
)

Code = Annotated[str, Parameter(pattern=CODE, description="2, 4, 6, 9 or 12 digits")]
Inside = Annotated[str | None, Parameter(pattern=CODE, description="2, 4, 6, 9 or 12 digits")]
Limit = Annotated[int, Parameter(ge=1, le=100, description="how many at most")]
After = Annotated[str, Parameter(max_length=40, description="the `next` of the piece before")]
Query = Annotated[str, Parameter(max_length=60, description="name in Han characters, pinyin or initials")]
Level = Annotated[int, Parameter(ge=0, le=5, description="1 province, 2 prefecture, 3 county, 4 township, 5 village")]
MONTH = timedelta(days=31)
Asked = Request[Any, Any, Any]


class DivisionWithPath(Output, frozen=True, kw_only=True):
    """A division, those above it from the province down, and the halls that serve it."""

    division: Division
    path: list[Division]
    halls: list[NearHall]


@get("/divisions", opt=allow(service.divisions), tags=["open data"])
async def list_divisions(
    request: Asked,
    parent: Inside = None,
    level: Level = 0,
    q: Query = "",
    after: After = "",
    limit: Limit = 20,
) -> Response[Page[Division]]:
    """行政区划: by code, inside one division, of one level, or by name."""
    found = await service.divisions(actor_of(request), parent=parent or "", level=level, q=q, after=after, limit=limit)
    return open_data(request, found)


@get("/divisions/nearest", opt=allow(service.nearest_divisions), tags=["open data"])
async def nearest(
    request: Asked,
    lat: Annotated[float, Parameter(ge=-90, le=90, description="degrees north, WGS-84")],
    lng: Annotated[float, Parameter(ge=-180, le=180, description="degrees east, WGS-84")],
) -> Response[list[NearDivision]]:
    """The five divisions whose points are nearest to a WGS-84 position. A point is not a border."""
    return open_data(request, await service.nearest_divisions(actor_of(request), lat, lng))


@get("/divisions/{code:str}", opt=allow(service.path), tags=["open data"])
async def read_division(request: Asked, code: Code) -> Response[DivisionWithPath]:
    """One division by its 2, 6, 9 or 12-digit code."""
    path = await service.path(actor_of(request), code)
    halls = await service.nearest_halls(actor_of(request), code)
    return open_data(request, DivisionWithPath(division=path[-1], path=path, halls=halls))


@get("/halls", opt=allow(service.halls), tags=["open data"])
async def list_halls(
    request: Asked,
    division: Inside = None,
    level: HallLevel | None = None,
    derived: bool | None = None,
    after: After = "",
    limit: Limit = 20,
) -> Response[Page[Hall]]:
    """政务大厅: by code, inside one division. `derived=false` leaves out those of which only the name is known."""
    found = await service.halls(
        actor_of(request), division=division or "", level=level or "", derived=derived, after=after, limit=limit
    )
    return open_data(request, found)


@get("/halls/{hall_id:uuid}", opt=allow(service.hall), tags=["open data"])
async def read_hall(request: Asked, hall_id: UUID) -> Response[Hall]:
    """One hall, with its source and status."""
    return open_data(request, await service.hall(actor_of(request), hall_id))


@post("/halls/{hall_id:uuid}/confirmation", opt=allow(service.confirm_hall), tags=["halls"], status_code=200)
async def confirm_hall(request: Asked, hall_id: UUID, data: HallConfirmation) -> Hall:
    """The right address, weekday hours and phone, from the hall's own city."""
    return await service.confirm_hall(actor_of(request), hall_id, data)


@get("/calendar", opt=allow(service.calendar), tags=["open data"])
async def read_calendar(
    request: Asked,
    first: Annotated[date | None, QueryParameter(name="from", description="default: today")] = None,
    last: Annotated[date | None, QueryParameter(name="to", description="default: 31 days on; at most 800 days")] = None,
) -> Response[list[Day]]:
    """工作日历: workdays, weekends, holidays and make-up workdays. `statutory_only`: that year is not final."""
    begin = first or clock.today()
    end = last or begin + min(MONTH, date.max - begin)
    return open_data(request, await service.calendar(actor_of(request), begin, end))


routes = [list_divisions, nearest, read_division, list_halls, read_hall, confirm_hall, read_calendar]
