"""The first page and the one search box."""

from typing import Annotated, Any

from litestar import Request, Response, get
from litestar.params import Parameter

from accessibility.render import page
from backend.appointments import service as appointments
from backend.catalogue import service as catalogue
from backend.core import clock
from backend.core.http import actor_of, allow, device_of, viewer_of
from backend.core.http.onward import go
from backend.core.problems import NotFound
from backend.core.words import N_
from backend.places import service as places
from backend.places.schemas import NearHall
from backend.portal import rules, service

Asked = Request[Any, Any, Any]
HALLS = EVENTS = 3


@get("/", opt=allow(appointments.next_for, catalogue.life_events, places.nearest_halls), include_in_schema=False)
async def home(request: Asked) -> Response[bytes] | Response[None]:
    """首页: search first, then what is on for me next, then the ways in. A kiosk has a first page of its own."""
    if device_of(request):
        return go("/kiosk")
    actor, viewer = actor_of(request), viewer_of(request)
    coming = await appointments.next_for(actor)
    days = (clock.local(coming.starts_at).date() - clock.today()).days if coming else 0
    elder = viewer.mode != "standard"
    return page(
        request,
        "portal/home",
        public=("portal", "catalogue", "places"),
        title=N_("What would you like to do?"),
        coming=coming,
        coming_in=days,
        asks=rules.ASKS,
        shortcuts=rules.SHORTCUTS,
        elder_shortcuts=rules.ELDER_SHORTCUTS,
        events=[] if elder else (await catalogue.life_events(actor))[:EVENTS],
        halls=[] if elder else await _halls(request),
    )


@get("/search", opt=allow(service.search), include_in_schema=False)
async def search(request: Asked, q: Annotated[str, Parameter(max_length=200)] = "") -> Response[bytes]:
    """Everything found for a question, best first; nothing found leads on to lists and a person."""
    answer = await service.search(actor_of(request), q.strip(), place=viewer_of(request).place)
    return page(request, "portal/search", title=N_("Search"), q=q.strip(), answer=answer, asks=rules.ASKS)


async def _halls(request: Asked) -> list[NearHall]:
    place = viewer_of(request).place
    try:
        return await places.nearest_halls(actor_of(request), place, limit=HALLS) if place else []
    except NotFound:  # the chosen place has been merged away since
        return []


routes = [home, search]
