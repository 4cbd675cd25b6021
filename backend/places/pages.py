"""The pages of places: my neighbourhood, choosing where I live, halls."""

from collections.abc import Callable
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import Parameter

from accessibility.render import page, provide
from backend.core import clock, forms
from backend.core.http import actor_of, allow, viewer_of
from backend.core.http.onward import go, keep_viewer, safe_path
from backend.core.problems import NotFound
from backend.core.viewer import make
from backend.core.words import DEFAULT, N_
from backend.identity import service as identity
from backend.places import names, rules, service
from backend.places.schemas import CODE, Division, Hall, PlaceChoice, Position

Asked = Request[Any, Any, Any]
Code = Annotated[str, Parameter(pattern=CODE)]
Inside = Annotated[str | None, Parameter(pattern=CODE)]
Words = Annotated[str, Parameter(max_length=60)]
TAGS = ("places",)
HALLS = 8

provide("region_name", names.region_name)


def namer(lang: str) -> Callable[[Division | Hall], str]:
    """How a template calls a division or a hall in the viewer's language."""
    return lambda thing: thing.name if lang == DEFAULT else thing.english or thing.name


@get("/places", opt=allow(service.path, service.nearest_halls), include_in_schema=False)
async def neighbourhood(request: Asked) -> Response[bytes]:
    """邻里: my place, who is responsible, halls for me."""
    viewer, actor = viewer_of(request), actor_of(request)
    try:
        path = await service.path(actor, viewer.place) if viewer.place else []
    except NotFound:  # the chosen place has been merged away since
        path = []
    few = 4 if viewer.mode == "elder" else HALLS
    halls = await service.nearest_halls(actor, path[-1].code, limit=few) if path else []
    return page(
        request,
        "places/neighbourhood",
        public=TAGS,
        title=N_("Neighbourhood"),
        trail=path,
        halls=halls,
        name_of=namer(viewer.lang),
    )


@get("/places/pick", opt=allow(service.find, service.children), include_in_schema=False)
async def pick(request: Asked, q: Words = "", inside: Inside = None, unknown: bool = False) -> Response[bytes]:
    """Choose where I live: by name, from the list, by position."""
    viewer, actor = viewer_of(request), actor_of(request)
    path = await service.path(actor, inside or "23")
    return page(
        request,
        "places/pick",
        public=None if q else TAGS,
        title=N_("Where do you live?"),
        q=q,
        unknown=unknown,
        found=await service.find(actor, q, home=viewer.place) if q else [],
        trail=path,
        below=await service.children(actor, path[-1].code),
        next=safe_path(request.query_params.get("next", ""), "/places"),
        name_of=namer(viewer.lang),
    )


@post("/places/near", opt=allow(service.nearest_divisions), status_code=200, include_in_schema=False)
async def near(request: Asked) -> Response[bytes] | Response[None]:
    """The places around the device's position, to be confirmed: a point is not a border. The position is not kept."""
    typed = await forms.raw(request)
    target = safe_path(typed.get("next"), "/places")
    if not typed.get("lat"):  # no script, or a device that does not know where it is
        return go(f"/places/pick?{urlencode({'unknown': 'true', 'next': target})}")
    where = await forms.read(request, Position)
    found = await service.nearest_divisions(actor_of(request), where.lat, where.lng)
    name_of = namer(viewer_of(request).lang)
    title = N_("Is one of these your place?")
    return page(request, "places/near", title=title, found=found, next=target, name_of=name_of)


@post("/places/choice", opt=allow(service.division, identity.remember), include_in_schema=False)
async def choose(request: Asked) -> Response[None]:
    """Keep the place, with the account of somebody signed in, and go on."""
    actor = actor_of(request)
    chosen = await forms.read(request, PlaceChoice, messages={"place": N_("Please choose one of the answers")})
    place = await service.division(actor, chosen.place)
    viewer = make(place=rules.short_code(place.code, place.level), base=viewer_of(request))
    await identity.remember(actor, viewer)
    return keep_viewer(request, viewer, safe_path((await forms.raw(request)).get("next"), "/places"))


@get("/places/{code:str}", opt=allow(service.path), include_in_schema=False)
async def place(request: Asked, code: Code) -> Response[bytes]:
    """One division: what lies above and below, and its halls."""
    viewer, actor = viewer_of(request), actor_of(request)
    path = await service.path(actor, code)
    name_of = namer(viewer.lang)
    return page(
        request,
        "places/place",
        public=TAGS,
        title=name_of(path[-1]),
        trail=path,
        below=await service.children(actor, path[-1].code),
        halls=await service.nearest_halls(actor, path[-1].code),
        name_of=name_of,
    )


@get("/halls", opt=allow(service.halls), include_in_schema=False)
async def halls(request: Asked, division: Inside = None, after: Words = "", known: bool = False) -> Response[bytes]:
    """政务大厅: those for my place first, then the whole list; ``known`` leaves out those without an address."""
    viewer, actor = viewer_of(request), actor_of(request)
    inside = division or (rules.region(viewer.place) if viewer.place and not known else "")
    mine = await service.nearest_halls(actor, viewer.place, limit=5) if viewer.place and not (division or after) else []
    found = await service.halls(actor, division=inside, derived=False if known else None, after=after)
    return page(
        request,
        "places/halls",
        public=TAGS,
        title=N_("Service halls"),
        mine=[] if known else mine,
        found=found,
        inside=await service.division(actor, inside) if inside else None,
        known=known,
        name_of=namer(viewer.lang),
    )


@get("/halls/{hall_id:uuid}", opt=allow(service.hall), include_in_schema=False)
async def hall(request: Asked, hall_id: UUID) -> Response[bytes]:
    """One hall: where, when, how sure we are, and how to book."""
    viewer, actor = viewer_of(request), actor_of(request)
    one = await service.hall(actor, hall_id)
    around = await service.nearest_halls(actor, one.division, limit=HALLS)
    name_of = namer(viewer.lang)
    return page(
        request,
        "places/hall",
        public=TAGS,
        title=name_of(one),
        hall=one,
        trail=await service.path(actor, one.division),
        others=[other for other in around if other.hall.id != one.id][:4],
        open_today=await service.is_open_day(actor, clock.today()),
        name_of=name_of,
    )


routes = [neighbourhood, pick, near, choose, place, halls, hall]
