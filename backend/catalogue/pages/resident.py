"""What can be done, and how: browsing, themes, life events, the guide."""

from typing import Annotated, Any, Literal

from litestar import Request, Response, get
from litestar.params import Parameter

from accessibility.render import page
from backend.catalogue import service, shelves
from backend.catalogue.schemas import Guide, ItemQuery
from backend.core.http import actor_of, allow, viewer_of
from backend.core.words import DEFAULT, N_

Asked = Request[Any, Any, Any]
TAGS = ("catalogue",)
Short = Annotated[str, Parameter(max_length=60)]
After = Annotated[str, Parameter(max_length=80)]
Slug = Annotated[str, Parameter(max_length=40)]
ItemId = Annotated[str, Parameter(max_length=64)]
FIRST = 12  # frequent items on the first page
PIECE = 25
PLAIN_WORDS = 3  # official words of a name that are explained in elder mode


@get("/services", opt=allow(service.high_frequency, service.themes, service.life_events), include_in_schema=False)
async def index(request: Asked) -> Response[bytes]:
    """办事: search, what most come for, themes, life events."""
    actor = actor_of(request)
    return page(
        request,
        "catalogue/index",
        public=TAGS,
        title=N_("Services"),
        frequent=(await service.high_frequency(actor))[:FIRST],
        themes=await service.themes(actor),
        events=[each for each in await service.life_events(actor) if each.audience == "person"],
    )


@get("/services/frequent", opt=allow(service.high_frequency), include_in_schema=False)
async def frequent(request: Asked) -> Response[bytes]:
    """高频事项, all of them, with why each was chosen."""
    found = await service.high_frequency(actor_of(request))
    reasons = {item: reason for item, (_, reason) in shelves.frequent().items()}
    title = N_("What most people come for")
    return page(request, "catalogue/frequent", public=TAGS, title=title, items=found, reasons=reasons)


@get("/services/all", opt=allow(service.items, service.departments), include_in_schema=False)
async def everything(
    request: Asked,
    dept: Short = "",
    object: Short = "",
    kind: Literal["", "apply", "lookup"] = "",
    after: After = "",
) -> Response[bytes]:
    """The whole list, narrowed by department, by whom it is for, by kind."""
    actor = actor_of(request)
    wanted = ItemQuery(dept=dept, object=object, kind=kind)
    found = await service.items(actor, wanted, after=after, limit=PIECE)
    return page(
        request,
        "catalogue/all",
        public=TAGS,
        title=N_("All services"),
        wanted=wanted,
        found=found,
        departments=await service.departments(actor),
        first=not after,
    )


@get("/services/themes/{slug:str}", opt=allow(service.items), include_in_schema=False)
async def theme(request: Asked, slug: Slug, after: After = "") -> Response[bytes]:
    """The items of a theme."""
    known = service.theme(slug)
    found = await service.items(actor_of(request), ItemQuery(theme=slug), after=after, limit=PIECE)
    title = known.zh if viewer_of(request).lang == DEFAULT else known.en
    return page(request, "catalogue/theme", public=TAGS, title=title, theme=known, found=found, first=not after)


@get("/services/life-events", opt=allow(service.life_events), include_in_schema=False)
async def life_events(request: Asked) -> Response[bytes]:
    """一件事: the national list."""
    events = await service.life_events(actor_of(request))
    basis = shelves.life_event_basis()
    return page(request, "catalogue/events", public=TAGS, title=N_("Life events"), events=events, basis=basis)


@get("/services/life-events/{slug:str}", opt=allow(service.life_event), include_in_schema=False)
async def life_event(request: Asked, slug: Slug) -> Response[bytes]:
    """One life event, step by step."""
    found = await service.life_event(actor_of(request), slug)
    title = found.ref.name if viewer_of(request).lang == DEFAULT else found.ref.name_en
    return page(request, "catalogue/event", public=TAGS, title=title, event=found)


@get("/services/{item_id:str}", opt=allow(service.guide), include_in_schema=False)
async def guide(request: Asked, item_id: ItemId) -> Response[bytes]:
    """办事指南."""
    viewer = viewer_of(request)
    found = await service.guide(actor_of(request), item_id, viewer.place)
    return page(
        request,
        "catalogue/guide",
        public=(*TAGS, f"item:{item_id}", "places"),
        title=title_of(found, viewer.lang),
        g=found,
        explained=explained(found.item.name),
    )


@get("/services/{item_id:str}/versions", opt=allow(service.versions), include_in_schema=False)
async def versions(request: Asked, item_id: ItemId) -> Response[bytes]:
    """What the guide said before."""
    viewer, actor = viewer_of(request), actor_of(request)
    found = await service.guide(actor, item_id, viewer.place)
    history = await service.versions(actor, item_id, found.region)
    return page(
        request, "catalogue/versions", title=N_("Earlier versions"), g=found, name=title_of(found, viewer.lang),
        history=history,
    )  # fmt: skip


def title_of(found: Guide, lang: str) -> str:
    """The name in the viewer's language; without one, the theme and the id (a title cannot say that it is Chinese)."""
    if lang == DEFAULT:
        return found.item.name
    return found.english or f"{found.themes[0].en}: {found.item.id}"


def explained(name: str) -> list[tuple[str, str]]:
    """Official words in a name and what they mean."""
    return [(term, plain) for term, plain in shelves.plain_words().items() if term in name][:PLAIN_WORDS]


routes = [index, frequent, everything, theme, life_events, life_event, guide, versions]
