"""Items in two vocabularies of others: Open Referral HSDS 3.0 and the EU's CPSV-AP as JSON-LD. Pure mapping."""

from typing import Literal
from uuid import NAMESPACE_URL, UUID, uuid5

import msgspec

from backend.catalogue.schemas import Item
from backend.core.schemas import Output

CPSV = {
    "cpsv": "http://purl.org/vocab/cpsv#",
    "cv": "http://data.europa.eu/m8g/",
    "dct": "http://purl.org/dc/terms/",
    "eli": "http://data.europa.eu/eli/ontology#",
}


class HsdsDocument(Output, frozen=True, kw_only=True):
    """required_document."""

    id: UUID
    document: str


class HsdsCost(Output, frozen=True, kw_only=True):
    """cost_option."""

    id: UUID
    option: str


class HsdsArea(Output, frozen=True, kw_only=True):
    """service_area: the region the row was published for."""

    id: UUID
    name: str


class HsdsOrganization(Output, frozen=True, kw_only=True):
    """organization."""

    id: UUID
    name: str
    description: str


class HsdsService(Output, frozen=True, kw_only=True):
    """A service of HSDS 3.0. What the source does not say is left out of the object (null)."""

    id: UUID
    name: str
    status: Literal["active"]
    organization: HsdsOrganization
    url: str
    alternate_name: str | None
    description: str | None
    eligibility_description: str | None
    fees_description: str | None
    wait_time: str | None
    assurer: str
    required_documents: list[HsdsDocument]
    cost_options: list[HsdsCost]
    service_areas: list[HsdsArea]
    last_modified: str


class HsdsPage(Output, frozen=True, kw_only=True):
    """A page as the HSDS API describes it."""

    total_items: int
    total_pages: int
    page_number: int
    size: int
    first_page: bool
    last_page: bool
    empty: bool
    contents: list[HsdsService]


class LangText(Output, frozen=True, kw_only=True):
    """A text and its language."""

    text: str = msgspec.field(name="@value")
    lang: str = msgspec.field(name="@language", default="zh-Hans")


class CpsvNode(Output, frozen=True, kw_only=True):
    """A named thing that the service refers to."""

    kind: str = msgspec.field(name="@type")
    title: LangText = msgspec.field(name="dct:title")


class CpsvService(Output, frozen=True, kw_only=True):
    """cpsv:PublicService."""

    context: dict[str, str] = msgspec.field(name="@context")
    id: str = msgspec.field(name="@id")
    kind: str = msgspec.field(name="@type", default="cpsv:PublicService")
    identifier: str = msgspec.field(name="dct:identifier")
    title: LangText = msgspec.field(name="dct:title")
    description: LangText | None = msgspec.field(name="dct:description", default=None)
    authority: CpsvNode | None = msgspec.field(name="cv:hasCompetentAuthority", default=None)
    spatial: LangText = msgspec.field(name="dct:spatial")
    inputs: list[CpsvNode] = msgspec.field(name="cpsv:hasInput", default_factory=list)
    cost: LangText | None = msgspec.field(name="cv:hasCost", default=None)
    processing: str | None = msgspec.field(name="cv:processingTime", default=None)
    legal: list[CpsvNode] = msgspec.field(name="cv:hasLegalResource", default_factory=list)
    modified: str = msgspec.field(name="dct:modified")


def stable(kind: str, name: str) -> UUID:
    """The same thing has the same id on every installation."""
    return uuid5(NAMESPACE_URL, f"linli:catalogue:{kind}:{name}")


def hsds(item: Item, base: str) -> HsdsService:
    """An item as an HSDS service. Limits are those of the row's own region, which ``service_areas`` names."""
    dept = item.dept or item.source_region
    return HsdsService(
        id=stable("item", item.id), name=item.name, status="active",
        organization=HsdsOrganization(id=stable("dept", dept), name=dept, description=item.source_region),
        url=f"{base}/services/{item.id}", alternate_name=item.main_item if item.main_item != item.name else None,
        description=item.quote or item.note, eligibility_description=item.condition, fees_description=item.fee,
        wait_time=_wait(item), assurer=item.source_region,
        required_documents=[
            HsdsDocument(id=stable("document", f"{item.id}:{n}"), document=text)
            for n, text in enumerate(item.materials or [])
        ],
        cost_options=[HsdsCost(id=stable("cost", item.id), option=item.fee)] if item.fee else [],
        service_areas=[HsdsArea(id=stable("area", item.source_region), name=item.source_region)],
        last_modified=item.as_of,
    )  # fmt: skip


def cpsv(item: Item, base: str) -> CpsvService:
    """An item as JSON-LD."""
    return CpsvService(
        context=CPSV, id=f"{base}/services/{item.id}", identifier=item.code or item.id, title=LangText(text=item.name),
        description=LangText(text=item.condition) if item.condition else None,
        authority=_node("cv:PublicOrganisation", item.dept) if item.dept else None,
        spatial=LangText(text=item.source_region),
        inputs=[_node("cv:Evidence", text) for text in item.materials or []],
        cost=LangText(text=item.fee) if item.fee else None, processing=_duration(item),
        legal=[_node("eli:LegalResource", f"{item.law}{item.article or ''}")] if item.law else [],
        modified=item.as_of,
    )  # fmt: skip


def _node(kind: str, text: str) -> CpsvNode:
    return CpsvNode(kind=kind, title=LangText(text=text))


def _wait(item: Item) -> str | None:
    limit = item.promised or item.legal
    if limit is None:
        return None
    return {"working_day": f"{limit.days}个工作日", "calendar_day": f"{limit.days}日"}.get(limit.unit, "当场办结")


def _duration(item: Item) -> str | None:
    """ISO 8601; working days cannot be said in it and stay out."""
    limit = item.promised or item.legal
    return f"P{limit.days}D" if limit and limit.unit == "calendar_day" else None
