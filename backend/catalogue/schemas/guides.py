"""办事指南 and 一件事: what a resident reads."""

from datetime import date
from typing import Literal

from backend.catalogue.schemas.adopting import LocalValues
from backend.catalogue.schemas.answers import Facts
from backend.catalogue.schemas.items import Item, ItemLine, Limit, SourceNote, ThemeRef
from backend.catalogue.schemas.kinds import Answer, Origin
from backend.core.schemas import Output


class LawBasis(Output, frozen=True):
    """A sentence of a law, word for word."""

    law: str
    article: str
    quote: str
    version: str = ""


class OfflineWay(Output, frozen=True):
    """线下办理渠道: a way that needs no telephone screen. ``live``: the channel to it is known."""

    kind: Literal["counter", "phone", "visit"]
    name: str
    english: str = ""
    where: str = ""
    hours: str = ""
    phone: str = ""
    href: str = ""
    local: bool = False


class HallLine(Output, frozen=True):
    """A hall near the viewer's place. ``hours`` is empty where no hours are published."""

    id: str
    name: str
    english: str
    address: str
    hours: str
    phone: str
    derived: bool
    metres: int | None = None


class LifeEventRef(Output, frozen=True):
    """一件事 in a list."""

    slug: str
    name: str
    name_en: str
    icon: str
    audience: Literal["person", "business"]
    count: int


class LifeEvent(Output, frozen=True):
    """一件事 with the items that belong to it; ``missing`` are steps that the catalogue does not hold."""

    ref: LifeEventRef
    items: list[ItemLine]
    missing: list[str]
    basis: str
    title: str
    source_page: str


class Guide(Output, frozen=True):
    """办事指南: everything a resident needs, with what is not known left empty and said so."""

    item: Item
    english: str
    source: SourceNote
    themes: list[ThemeRef]
    adopted: bool
    region: str
    local: LocalValues
    effective_from: date | None
    facts: Facts
    limit: Limit | None
    limit_origin: Origin
    ready_on: date | None
    calendar_final: bool
    materials: list[str]
    materials_origin: Origin
    condition: str
    condition_origin: Origin
    delegate: Answer | None
    delegate_basis: LawBasis | None
    fee_basis: LawBasis | None
    laws: list[LawBasis]
    halls: list[HallLine]
    offline: list[OfflineWay]
    events: list[LifeEventRef]
