"""Open data of the catalogue, and the writes of a city operator."""

from typing import Annotated, Any, Literal

from litestar import Request, Response, get, post
from litestar.params import Parameter

from backend.catalogue import open as vocabularies
from backend.catalogue import service
from backend.catalogue.open import CpsvService, HsdsPage
from backend.catalogue.schemas import (
    Adoption,
    AdoptionRequest,
    Guide,
    ItemLine,
    ItemQuery,
    LifeEvent,
    LifeEventRef,
    PublicationRequest,
    ThemeRef,
    Versions,
    WithdrawalRequest,
)
from backend.core.http import actor_of, allow
from backend.core.http.open_data import open_data
from backend.core.schemas import Page
from backend.settings import settings

Asked = Request[Any, Any, Any]
Limit = Annotated[int, Parameter(ge=1, le=100, description="how many at most")]
After = Annotated[str, Parameter(max_length=80, description="the `next` of the piece before")]
Words = Annotated[str, Parameter(max_length=200, description="what somebody wants, in their own words")]
Short = Annotated[str, Parameter(max_length=60)]
Slug = Annotated[str, Parameter(max_length=40, pattern=r"^[a-z-]*$", description="a theme of /services/themes")]
ItemId = Annotated[str, Parameter(max_length=64, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
Place = Annotated[str, Parameter(pattern=r"^([0-9]{6}|[0-9]{9}|[0-9]{12})?$", description="a division code")]
Region = Annotated[str, Parameter(pattern=r"^([0-9]{6})?$", description="a county, to see its own values")]
OPEN = ["open data"]


@get("/services", opt=allow(service.items, service.search), tags=OPEN)
async def list_items(
    request: Asked,
    q: Words = "",
    theme: Slug = "",
    dept: Short = "",
    object: Short = "",
    kind: Literal["apply", "lookup"] | None = None,
    source: Short = "",
    after: After = "",
    limit: Limit = 20,
) -> Response[Page[ItemLine]]:
    """政务服务事项: the list, or with `q` the best fits (without a next piece). `object` is for example 自然人."""
    wanted = ItemQuery(theme=theme, dept=dept, object=object, kind=kind or "", source=source)
    actor = actor_of(request)
    if q.strip():
        return open_data(request, await service.search(actor, q, wanted, limit=limit))
    return open_data(request, await service.items(actor, wanted, after=after, limit=limit))


@get("/services/themes", opt=allow(service.themes), tags=OPEN)
async def list_themes(request: Asked) -> Response[list[ThemeRef]]:
    """主题: groups of items as residents think of them."""
    return open_data(request, await service.themes(actor_of(request)))


@get("/services/high-frequency", opt=allow(service.high_frequency), tags=OPEN)
async def list_frequent(request: Asked) -> Response[list[ItemLine]]:
    """高频事项, chosen by hand from what residents need; not a statistic."""
    return open_data(request, await service.high_frequency(actor_of(request)))


@get("/services/life-events", opt=allow(service.life_events), tags=OPEN)
async def list_life_events(request: Asked) -> Response[list[LifeEventRef]]:
    """一件事: the 13 of 国发〔2024〕3号."""
    return open_data(request, await service.life_events(actor_of(request)))


@get("/services/life-events/{slug:str}", opt=allow(service.life_event), tags=OPEN)
async def read_life_event(request: Asked, slug: Slug) -> Response[LifeEvent]:
    """One life event, its items, and the steps that the catalogue does not hold."""
    return open_data(request, await service.life_event(actor_of(request), slug))


@get("/services/{item_id:str}", opt=allow(service.guide), tags=OPEN)
async def read_item(request: Asked, item_id: ItemId, place: Place = "") -> Response[Guide]:
    """办事指南 for a place. `origin` says whose each value is: local, law, law-general, reference or unknown."""
    return open_data(request, await service.guide(actor_of(request), item_id, place))


@get("/services/{item_id:str}/versions", opt=allow(service.versions), tags=OPEN)
async def read_versions(request: Asked, item_id: ItemId, region: Region = "") -> Versions:
    """What the item said before, and what a county has published. Drafts only for who governs the county."""
    return await service.versions(actor_of(request), item_id, region)


@get("/services/{item_id:str}/cpsv", opt=allow(service.item), tags=OPEN)
async def read_cpsv(request: Asked, item_id: ItemId) -> Response[CpsvService]:
    """The item as CPSV-AP JSON-LD."""
    found = await service.item(actor_of(request), item_id)
    answer = open_data(request, vocabularies.cpsv(found, settings().public_url))
    answer.media_type = "application/ld+json"
    return answer


@get("/open/hsds/services", opt=allow(service.numbered_page), tags=OPEN)
async def list_hsds(
    request: Asked,
    page: Annotated[int, Parameter(ge=1, le=10_000)] = 1,
    per_page: Annotated[int, Parameter(ge=1, le=100)] = 50,
) -> Response[HsdsPage]:
    """The list as Open Referral HSDS 3.0."""
    found, total = await service.numbered_page(actor_of(request), page, per_page)
    pages = max(1, -(-total // per_page))
    contents = [vocabularies.hsds(each, settings().public_url) for each in found]
    return open_data(
        request,
        HsdsPage(
            total_items=total, total_pages=pages, page_number=page, size=len(contents), first_page=page == 1,
            last_page=page >= pages, empty=not contents, contents=contents,
        ),
    )  # fmt: skip


@post("/services/{item_id:str}/adoptions", opt=allow(service.adopt), tags=["catalogue"], status_code=200)
async def adopt(request: Asked, item_id: ItemId, data: AdoptionRequest) -> Adoption:
    """县级认领: take the item up for a county, or change its working copy. Repeating it changes nothing."""
    return await service.adopt(actor_of(request), item_id, data)


@post("/services/{item_id:str}/publication", opt=allow(service.publish), tags=["catalogue"], status_code=200)
async def publish(request: Asked, item_id: ItemId, data: PublicationRequest) -> Adoption:
    """Open the working copy to residents; refused with `offline-way-missing` where the law asks for an offline way."""
    return await service.publish(actor_of(request), item_id, data)


@post("/services/{item_id:str}/withdrawal", opt=allow(service.withdraw), tags=["catalogue"], status_code=200)
async def withdraw(request: Asked, item_id: ItemId, data: WithdrawalRequest) -> Adoption:
    """Take the county's values down."""
    return await service.withdraw(actor_of(request), item_id, data)


routes = [
    list_items, list_themes, list_frequent, list_life_events, read_life_event, read_item, read_versions, read_cpsv,
    list_hsds, adopt, publish, withdraw,
]  # fmt: skip
